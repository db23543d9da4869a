//! The operator's settings: by flag, `ANNAI_…` variable or `annai.toml`, in that order.

mod base_url;
mod gather;
mod key;
mod print;
#[cfg(test)]
mod tests;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use annai_delivery::{RateLimits, SiteUrls};
use annai_domain::{WebhookReach, closed_set};
use annai_local_postgres::ProgramSettings;
use annai_storage::RoleMode;
use annai_web::TrustedProxies;
use jiff::tz::TimeZone;
use secrecy::SecretString;

pub(crate) use base_url::BaseUrl;
pub(crate) use gather::{Gathered, Origin};
pub(crate) use key::Key;
pub(crate) use print::print;

use crate::failure::Failure;
use values::{
    bad, base_url, base_url_origin, content_dir, database_url, drain, otlp_endpoint, parse, path,
    programs, rate, site_name, site_urls, text, time_zone, trusted_proxies,
};

/// The settings, checked.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The folder of the private Postgres.
    pub(crate) data_dir: PathBuf,
    /// The address and port of the server.
    pub(crate) listen: SocketAddr,
    /// The address for browsers and consumers, without a final slash.
    pub(crate) base_url: BaseUrl,
    /// The source of that address, which `listen` may be too. A server may have another one than a
    /// default.
    pub(crate) base_url_origin: Origin,
    /// A configured server; `None` means the private one.
    pub(crate) database_url: Option<SecretString>,
    /// A file that holds the password of `database_url`.
    pub(crate) database_password_file: Option<PathBuf>,
    /// A separate login for delivery.
    pub(crate) delivery_database_url: Option<SecretString>,
    /// A streaming replica; delivery reads from it what it does not keep in memory.
    pub(crate) replica_database_url: Option<SecretString>,
    /// The way in which connections get their rights.
    pub(crate) database_roles: RoleMode,
    /// The maximum of connections for the editors' side.
    pub(crate) max_connections: u32,
    /// The longest wait of a request for a database connection.
    pub(crate) connection_wait: Duration,
    /// The time for which the port stays open after SIGTERM.
    pub(crate) drain: Duration,
    /// `schema.json` and the guides for an empty database.
    pub(crate) content_dir: ContentDir,
    /// The customer's site; previews resolve images against it.
    pub(crate) site_assets: Option<String>,
    /// The address of a guide on the customer's site, for feeds and the sitemap.
    pub(crate) site_urls: SiteUrls,
    /// The name of the customer's site.
    pub(crate) site_name: String,
    /// The time zone of times on pages.
    pub(crate) time_zone: TimeZone,
    /// Whether delivery serves clients without a key.
    pub(crate) anonymous_reading: bool,
    /// Whether a webhook purges the cache in front, which may then keep responses for a year.
    pub(crate) cdn_purged_by_webhook: bool,
    /// The memory for ready responses of delivery, in MiB.
    pub(crate) delivery_memory: usize,
    /// The request limits of consumers.
    pub(crate) rate_limits: RateLimits,
    /// Proxies whose headers name the client.
    pub(crate) trusted_proxies: TrustedProxies,
    /// The address of the metrics listener.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The collector for traces; set only in a build that sends traces.
    pub(crate) otlp_endpoint: Option<String>,
    /// Whether webhooks may go to private addresses and over http.
    pub(crate) webhook_allow_private: bool,
    /// The origin of the private Postgres' programs.
    pub(crate) programs: ProgramSettings,
    /// The format of log lines.
    pub(crate) log: LogFormat,
    /// The filter for log lines, in the syntax of `tracing_subscriber::EnvFilter`.
    pub(crate) log_filter: Option<String>,
}

/// The content folder.
#[derive(Debug)]
pub(crate) struct ContentDir {
    /// The folder.
    pub(crate) path: PathBuf,
    /// Whether the operator named it, so that it must exist.
    pub(crate) named: bool,
}

closed_set! {
    /// The format of log lines.
    pub(crate) enum LogFormat: "a log format" {
        /// For people.
        Text = "text",
        /// One JSON object per line, for collectors.
        Json = "json",
    }
}

/// The valid values of `connection_wait_seconds`.
const WAIT: &str = "a whole number of seconds from 1 to 60";

/// The valid values of `drain_seconds`.
const DRAIN: &str = "a whole number of seconds from 0 to 300";

/// The time in which a balancer learns that a server stops.
const DRAIN_BEHIND_PROXY: u64 = 5;

/// The valid values of `delivery_memory`.
const MEMORY: &str = "a whole number of MiB from 1 to 1000000";

impl Settings {
    /// Checks all gathered values.
    pub(crate) fn check(gathered: &Gathered) -> Result<Self, Failure> {
        let listen: SocketAddr = parse(
            gathered,
            Key::Listen,
            "an address and a port, such as 127.0.0.1:8080",
        )?
        .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let base_url = base_url(gathered, listen)?;
        let site_urls = site_urls(gathered, &base_url)?;
        let trusted_proxies = trusted_proxies(gathered)?;
        let settings = Self {
            data_dir: path(gathered, Key::DataDir).unwrap_or_else(|| "./data".into()),
            listen,
            base_url,
            base_url_origin: base_url_origin(gathered),
            database_url: database_url(gathered, Key::DatabaseUrl)?,
            database_password_file: path(gathered, Key::DatabasePasswordFile),
            delivery_database_url: database_url(gathered, Key::DeliveryDatabaseUrl)?,
            replica_database_url: database_url(gathered, Key::ReplicaDatabaseUrl)?,
            database_roles: parse(gathered, Key::DatabaseRoles, "set or login")?
                .unwrap_or(RoleMode::Set),
            max_connections: parse(
                gathered,
                Key::MaxConnections,
                "a whole number from 2 to 1000",
            )?
            .unwrap_or(10),
            connection_wait: Duration::from_secs(
                parse(gathered, Key::ConnectionWait, WAIT)?.unwrap_or(1),
            ),
            drain: drain(gathered, &trusted_proxies)?,
            content_dir: content_dir(gathered),
            site_assets: text(gathered, Key::SiteAssets),
            site_name: site_name(gathered, &site_urls)?,
            site_urls,
            time_zone: time_zone(gathered)?,
            anonymous_reading: parse(gathered, Key::AnonymousReading, "true or false")?
                .unwrap_or(true),
            cdn_purged_by_webhook: parse(gathered, Key::CdnPurgedByWebhook, "true or false")?
                .unwrap_or(false),
            delivery_memory: parse(gathered, Key::DeliveryMemory, MEMORY)?.unwrap_or(256),
            rate_limits: RateLimits {
                per_key: rate(gathered, Key::RateLimitOfKeys)?,
                per_address: rate(gathered, Key::RateLimitOfAddresses)?,
            },
            trusted_proxies,
            metrics_listen: parse(
                gathered,
                Key::MetricsListen,
                "an address and a port, such as 127.0.0.1:9090",
            )?,
            otlp_endpoint: otlp_endpoint(gathered)?,
            webhook_allow_private: parse(gathered, Key::WebhookAllowPrivate, "true or false")?
                .unwrap_or(false),
            programs: programs(gathered)?,
            log: parse(gathered, Key::Log, "text or json")?.unwrap_or(LogFormat::Text),
            log_filter: text(gathered, Key::LogFilter),
        };
        settings.check_together(gathered)?;
        Ok(settings)
    }

    /// Returns the addresses that webhooks may use.
    pub(crate) fn webhook_reach(&self) -> WebhookReach {
        if self.webhook_allow_private {
            WebhookReach::Private
        } else {
            WebhookReach::Public
        }
    }

    /// Checks rules about several values together.
    fn check_together(&self, gathered: &Gathered) -> Result<(), Failure> {
        let wait = self.connection_wait.as_secs();
        for (is_within, key, range) in [
            (
                (2..=1000).contains(&self.max_connections),
                Key::MaxConnections,
                "a whole number from 2 to 1000",
            ),
            ((1..=60).contains(&wait), Key::ConnectionWait, WAIT),
            (self.drain.as_secs() <= 300, Key::Drain, DRAIN),
            (
                (1..=1_000_000).contains(&self.delivery_memory),
                Key::DeliveryMemory,
                MEMORY,
            ),
        ] {
            if !is_within {
                return Err(bad(gathered, key, &format!("not {range}"), ""));
            }
        }
        self.check_database(gathered)?;
        if let Some(site) = &self.site_assets
            && !(site.starts_with("https://") || site.starts_with("http://"))
        {
            return Err(bad(
                gathered,
                Key::SiteAssets,
                "not a URL",
                "name the customer's site, such as https://www.example.jp",
            ));
        }
        if let Some(filter) = &self.log_filter
            && let Err(error) = tracing_subscriber::EnvFilter::builder().parse(filter)
        {
            return Err(bad(
                gathered,
                Key::LogFilter,
                &error.to_string(),
                "for example: info,annai_editorial=debug",
            ));
        }
        Ok(())
    }

    /// Checks the settings of the database against each other.
    fn check_database(&self, gathered: &Gathered) -> Result<(), Failure> {
        if self.database_url.is_none() {
            for key in [
                Key::DatabasePasswordFile,
                Key::DeliveryDatabaseUrl,
                Key::ReplicaDatabaseUrl,
            ] {
                if gathered.get(key).is_some() {
                    return Err(bad(
                        gathered,
                        key,
                        "it goes with database_url, which is not set",
                        "set ANNAI_DATABASE_URL too",
                    ));
                }
            }
        }
        if self.database_roles == RoleMode::Login && self.delivery_database_url.is_none() {
            return Err(bad(
                gathered,
                Key::DatabaseRoles,
                "delivery needs a login of its own then",
                "set ANNAI_DELIVERY_DATABASE_URL too",
            ));
        }
        Ok(())
    }
}
