//! The value of each setting, from its text.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use annai_delivery::SiteUrls;
use annai_local_postgres::{Download, ProgramSettings};
use annai_web::{TrustedProxies, TrustedProxiesError};
use jiff::tz::TimeZone;
use secrecy::SecretString;

use super::{BaseUrl, ContentDir, DRAIN, DRAIN_BEHIND_PROXY, Gathered, Key, Origin};
use crate::consent;
use crate::failure::Failure;

pub(super) fn base_url(gathered: &Gathered, listen: SocketAddr) -> Result<BaseUrl, Failure> {
    match gathered.get(Key::BaseUrl) {
        Some(given) => BaseUrl::parse(&given.text)
            .map_err(|error| bad(gathered, Key::BaseUrl, &error.to_string(), error.hint())),
        None => Ok(BaseUrl::of_listener(listen)),
    }
}

/// Returns the source of the base URL: its own, or that of `listen`.
pub(super) fn base_url_origin(gathered: &Gathered) -> Origin {
    let given = gathered.get(Key::BaseUrl).or(gathered.get(Key::Listen));
    given.map_or(Origin::Default, |given| given.origin.clone())
}

pub(super) fn site_urls(gathered: &Gathered, base_url: &BaseUrl) -> Result<SiteUrls, Failure> {
    let Some(given) = gathered.get(Key::SiteGuideUrl) else {
        return Ok(SiteUrls::of_api(base_url.as_str()));
    };
    SiteUrls::of_site(base_url.as_str(), given.text.trim()).map_err(|error| {
        let hint = "for example https://www.example.jp/guides/{slug}";
        bad(gathered, Key::SiteGuideUrl, &error.to_string(), hint)
    })
}

/// Returns the name of the site: the given one, otherwise its host.
pub(super) fn site_name(gathered: &Gathered, urls: &SiteUrls) -> Result<String, Failure> {
    let Some(given) = gathered.get(Key::SiteName) else {
        return Ok(urls.host().to_owned());
    };
    let name = given.text.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        let hint = "for example \"Job guides\"";
        return Err(bad(gathered, Key::SiteName, "not one line of text", hint));
    }
    Ok(name.to_owned())
}

pub(super) fn text(gathered: &Gathered, key: Key) -> Option<String> {
    gathered.get(key).map(|given| given.text.clone())
}

pub(super) fn path(gathered: &Gathered, key: Key) -> Option<PathBuf> {
    gathered.get(key).map(|given| PathBuf::from(&given.text))
}

pub(super) fn database_url(gathered: &Gathered, key: Key) -> Result<Option<SecretString>, Failure> {
    let Some(given) = gathered.get(key) else {
        return Ok(None);
    };
    let is_postgres = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| given.text.starts_with(scheme));
    if !is_postgres {
        return Err(bad(
            gathered,
            key,
            "not the URL of a Postgres server",
            "it looks like postgres://user:password@host:5432/database",
        ));
    }
    Ok(Some(given.text.clone().into()))
}

/// Returns the origin of the private Postgres' programs.
pub(super) fn programs(gathered: &Gathered) -> Result<ProgramSettings, Failure> {
    let given = gathered.get(Key::PostgresDownload);
    let download = match given.map_or("ask", |given| given.text.trim()) {
        "ask" => Download::Ask(consent::agrees),
        "yes" => Download::Yes,
        "never" => Download::Never,
        _ => {
            return Err(bad(
                gathered,
                Key::PostgresDownload,
                "not ask, yes or never",
                "",
            ));
        }
    };
    Ok(ProgramSettings {
        folder: path(gathered, Key::PostgresDir),
        archive: path(gathered, Key::PostgresArchive),
        download,
    })
}

pub(super) fn content_dir(gathered: &Gathered) -> ContentDir {
    let given = gathered.get(Key::ContentDir);
    ContentDir {
        path: path(gathered, Key::ContentDir).unwrap_or_else(|| "./content".into()),
        named: given.is_some_and(|given| given.origin != Origin::Default),
    }
}

pub(super) fn drain(gathered: &Gathered, proxies: &TrustedProxies) -> Result<Duration, Failure> {
    let default = if proxies.is_empty() {
        0
    } else {
        DRAIN_BEHIND_PROXY
    };
    let seconds = parse(gathered, Key::Drain, DRAIN)?.unwrap_or(default);
    Ok(Duration::from_secs(seconds))
}

/// Looks up the time zone of times on pages.
pub(super) fn time_zone(gathered: &Gathered) -> Result<TimeZone, Failure> {
    let Some(given) = gathered.get(Key::TimeZone) else {
        return Ok(TimeZone::UTC);
    };
    let name = given.text.trim();
    let zone = if is_known_to_browsers(name) {
        TimeZone::get(name).ok()
    } else {
        None
    };
    match zone {
        Some(zone) => Ok(zone),
        // A machine without time zones shows UTC, unless the operator names a zone.
        None if given.origin == Origin::Default => Ok(TimeZone::UTC),
        None => Err(bad(
            gathered,
            Key::TimeZone,
            "no such time zone on this machine",
            "use a name such as Asia/Tokyo; the package tzdata brings the zones",
        )),
    }
}

/// Returns whether the scripts of pages accept a zone of this name. A machine has more files of
/// zones than the time zone database has names.
fn is_known_to_browsers(name: &str) -> bool {
    let is_file_alone = ["Factory", "localtime", "posixrules"]
        .iter()
        .any(|file| file.eq_ignore_ascii_case(name));
    let is_copy = ["posix/", "right/"]
        .iter()
        .any(|folder| name.starts_with(folder));
    !is_file_alone && !is_copy
}

/// Parses requests a minute; `None` for 0, which means no limit.
pub(super) fn rate(gathered: &Gathered, key: Key) -> Result<Option<NonZeroU32>, Failure> {
    let number: Option<u32> = parse(gathered, key, "a whole number; 0 means no limit")?;
    Ok(number.and_then(NonZeroU32::new))
}

pub(super) fn trusted_proxies(gathered: &Gathered) -> Result<TrustedProxies, Failure> {
    let Some(given) = gathered.get(Key::TrustedProxies) else {
        return Ok(TrustedProxies::default());
    };
    given.text.parse().map_err(|error: TrustedProxiesError| {
        bad(gathered, Key::TrustedProxies, &error.to_string(), "")
    })
}

pub(super) fn otlp_endpoint(gathered: &Gathered) -> Result<Option<String>, Failure> {
    let Some(given) = gathered.get(Key::OtlpEndpoint) else {
        return Ok(None);
    };
    if !given.text.starts_with("http://") {
        let hint = "a collector on this machine or in a private network, such as http://127.0.0.1:4318/v1/traces";
        let why = "not an http:// URL";
        return Err(bad(gathered, Key::OtlpEndpoint, why, hint));
    }
    Ok(Some(given.text.clone()))
}

pub(super) fn parse<T: FromStr>(
    gathered: &Gathered,
    key: Key,
    wanted: &str,
) -> Result<Option<T>, Failure> {
    gathered
        .get(key)
        .map(|given| {
            given
                .text
                .trim()
                .parse()
                .map_err(|_| bad(gathered, key, &format!("not {wanted}"), ""))
        })
        .transpose()
}

/// Returns an error that names the wrong value, its place and the reason. It does not repeat a
/// secret.
pub(super) fn bad(gathered: &Gathered, key: Key, why: &str, hint: &str) -> Failure {
    let Some(given) = gathered.get(key) else {
        return Failure::configuration(format!("`{key}`: {why}"));
    };
    let value = if key.is_secret() {
        "(secret)".to_owned()
    } else {
        format!("`{}`", given.text)
    };
    let failure = Failure::configuration(format!(
        "`{key}` is {value} (from {}): {why}",
        given.origin.describe(key)
    ));
    if hint.is_empty() {
        failure
    } else {
        failure.hint(hint)
    }
}
