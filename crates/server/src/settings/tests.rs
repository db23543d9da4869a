use std::path::Path;

use std::num::NonZeroU32;

use super::*;

fn gather(
    file: Option<&Path>,
    flags: &[(Key, &str)],
    variables: &[(&str, &str)],
) -> Result<Gathered, Failure> {
    let flags = flags
        .iter()
        .map(|(key, text)| (*key, (*text).to_owned()))
        .collect();
    let variables = variables
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Gathered::from_everywhere(file, flags, variables)
}

fn message(result: Result<impl Sized, Failure>) -> String {
    match result {
        Ok(_) => panic!("this should be refused"),
        Err(failure) => failure.to_string(),
    }
}

fn write(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("annai.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
    let (_folder, path) =
        write("listen = \"127.0.0.1:1\"\nmax_connections = 3\nanonymous_reading = false\n");
    let variables = [
        ("ANNAI_LISTEN", "127.0.0.1:2"),
        ("ANNAI_MAX_CONNECTIONS", "4"),
    ];

    let gathered = gather(Some(&path), &[(Key::Listen, "127.0.0.1:3")], &variables).unwrap();

    let settings = Settings::check(&gathered).unwrap();
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.max_connections, 4);
    assert!(!settings.anonymous_reading);
    assert_eq!(settings.base_url.as_str(), "http://127.0.0.1:3");
}

#[test]
fn an_empty_value_counts_as_not_set_whichever_setting_and_source() {
    let (_folder, path) = write("max_connections = 3\nlog_filter = \"\"\n");
    let flags: Vec<_> = Key::ALL.map(|key| (key, "")).into();
    let variables: Vec<_> = Key::ALL.map(|key| (key.variable(), "")).into();
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();

    let empty = gather(Some(&path), &flags, &variables).unwrap();
    let unset = gather(Some(&path), &[], &[]).unwrap();

    for key in Key::ALL {
        assert_eq!(empty.get(key), unset.get(key), "{key}");
    }
    let settings = Settings::check(&empty).unwrap();
    assert_eq!(settings.max_connections, 3);
    assert_eq!(
        settings.time_zone.iana_name(),
        Key::TimeZone.default_value()
    );
}

#[test]
fn a_zone_that_no_browser_knows_is_refused() {
    for zone in ["Factory", "posixrules", "localtime", "posix/Asia/Tokyo"] {
        let gathered = gather(None, &[(Key::TimeZone, zone)], &[]).unwrap();
        let said = message(Settings::check(&gathered));
        assert!(said.contains("no such time zone"), "{zone}: {said}");
    }
}

#[test]
fn a_site_is_called_by_its_name_or_else_by_its_host() {
    let name = |given: &[(Key, &str)]| {
        let gathered = gather(None, given, &[]).unwrap();
        Settings::check(&gathered).map(|settings| settings.site_name)
    };
    let guides = (Key::SiteGuideUrl, "https://www.example.jp/{slug}");
    assert_eq!(name(&[guides]).unwrap(), "www.example.jp");
    let named = name(&[guides, (Key::SiteName, " 職種ガイド ")]);
    assert_eq!(named.unwrap(), "職種ガイド");
    for wrong in [" ", "a\nb"] {
        let said = message(name(&[(Key::SiteName, wrong)]));
        assert!(said.contains("site_name"), "{wrong:?}: {said}");
    }
}

#[test]
fn an_unknown_key_in_the_file_is_named_with_its_line_and_a_suggestion() {
    let (_folder, path) = write("\n# a comment\nmax_connections = 3\nlistn = \"x\"\n");

    let said = message(gather(Some(&path), &[], &[]));

    assert!(
        said.contains("annai.toml:4: `listn` is not a setting"),
        "{said}"
    );
    assert!(said.ends_with("hint: did you mean `listen`?"), "{said}");
}

#[test]
fn an_unknown_variable_is_an_error_and_the_one_for_tests_is_not() {
    let said = message(gather(None, &[], &[("ANNAI_DATABASE_ULR", "x")]));

    assert!(
        said.contains("`ANNAI_DATABASE_ULR` is not a setting"),
        "{said}"
    );
    assert!(
        said.contains("did you mean `ANNAI_DATABASE_URL`?"),
        "{said}"
    );
    assert!(
        gather(
            None,
            &[],
            &[("ANNAI_TEST_PAGES", "x"), ("DATABASE_URL", "y")]
        )
        .is_ok()
    );
}

#[test]
fn plain_http_is_for_loopback_hosts_only() {
    for good in [
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://[::1]:8080/",
        "https://annai.example.jp",
    ] {
        assert!(BaseUrl::parse(good).is_ok(), "{good}");
    }
    assert_eq!(
        BaseUrl::parse("http://annai.example.jp"),
        Err(base_url::BaseUrlError::PlainHttp)
    );
    assert_eq!(
        BaseUrl::parse("https://a.example/cms"),
        Err(base_url::BaseUrlError::HasPath)
    );
    for bad in [
        "annai.example.jp",
        "ftp://localhost",
        "https://",
        "http://a@localhost",
        "https://a:99999",
    ] {
        assert_eq!(
            BaseUrl::parse(bad),
            Err(base_url::BaseUrlError::Malformed),
            "{bad}"
        );
    }
}

#[test]
fn a_bad_value_names_its_origin_and_a_secret_is_never_repeated() {
    let gathered = gather(None, &[], &[("ANNAI_LISTEN", "8080")]).unwrap();
    let said = message(Settings::check(&gathered));
    assert!(
        said.contains("`listen` is `8080` (from ANNAI_LISTEN): not an address"),
        "{said}"
    );

    let gathered = gather(
        None,
        &[],
        &[("ANNAI_DATABASE_URL", "mysql://u:hunter2@h/d")],
    )
    .unwrap();
    let said = message(Settings::check(&gathered));
    assert!(
        said.contains("(secret)") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn limits_and_proxies_are_checked() {
    let variables = [
        ("ANNAI_RATE_LIMIT_PER_KEY", "0"),
        ("ANNAI_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1"),
        ("ANNAI_METRICS_LISTEN", "127.0.0.1:9090"),
    ];
    let settings = Settings::check(&gather(None, &[], &variables).unwrap()).unwrap();
    assert_eq!(settings.rate_limits.per_key, None, "0 is any number");
    assert_eq!(settings.rate_limits.per_address, NonZeroU32::new(3000));
    assert!(!settings.trusted_proxies.is_empty());
    assert_eq!(settings.metrics_listen.map(|at| at.port()), Some(9090));

    for (name, text, why) in [
        ("ANNAI_RATE_LIMIT_PER_KEY", "-1", "not a whole number"),
        ("ANNAI_RATE_LIMIT_PER_ADDRESS", "many", "not a whole number"),
        (
            "ANNAI_TRUSTED_PROXIES",
            "10.0.0.1/8",
            "did you mean `10.0.0.0/8`?",
        ),
        ("ANNAI_TRUSTED_PROXIES", "0.0.0.0/0", "whole Internet"),
        ("ANNAI_METRICS_LISTEN", "9090", "not an address and a port"),
        (
            "ANNAI_OTLP_ENDPOINT",
            "https://otel.example.jp",
            "not an http:// URL",
        ),
    ] {
        let said = message(Settings::check(
            &gather(None, &[], &[(name, text)]).unwrap(),
        ));
        assert!(said.contains(why) && said.contains(name), "{said}");
    }
}

#[test]
fn guides_are_where_the_operator_says_or_on_this_server() {
    let check = |variables: &[_]| Settings::check(&gather(None, &[], variables).unwrap());
    let base = ("ANNAI_BASE_URL", "https://annai.example.jp");
    let site = (
        "ANNAI_SITE_GUIDE_URL",
        "https://www.example.jp/guides/{slug}",
    );
    let expected = SiteUrls::of_site(base.1, site.1).unwrap();
    assert_eq!(check(&[base, site]).unwrap().site_urls, expected);
    assert_eq!(check(&[base]).unwrap().site_urls, SiteUrls::of_api(base.1));

    let said = message(check(&[(
        "ANNAI_SITE_GUIDE_URL",
        "https://www.example.jp/guides",
    )]));
    assert!(said.contains("`{slug}` must occur once"), "{said}");
}

#[test]
fn the_printed_settings_mask_secrets_and_name_origins() {
    let variables = [("ANNAI_DATABASE_URL", "postgres://u:hunter2@h/d")];
    let gathered = gather(None, &[(Key::Log, "json")], &variables).unwrap();
    let settings = Settings::check(&gathered).unwrap();

    let printed = print(&gathered, &settings);

    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(printed.lines().any(|line| line.starts_with("database_url ") && line.ends_with("# ANNAI_DATABASE_URL")), "{printed}");
    assert!(
        printed
            .lines()
            .any(|line| line.starts_with("log ") && line.ends_with("# --log")),
        "{printed}"
    );
    assert!(
        printed
            .lines()
            .any(|line| line.starts_with("data_dir ") && line.ends_with("# default")),
        "{printed}"
    );
}

#[test]
fn the_example_file_and_the_manual_name_every_setting() {
    let example = include_str!("../../../../annai.example.toml");
    let manual = include_str!("../../../../docs/operations.md");
    let is_setting =
        |line: &&str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
    let lines: Vec<&str> = example
        .lines()
        .filter(is_setting)
        .map(|line| &line[1..])
        .collect();
    let (_folder, path) = write(&lines.join("\n"));

    let gathered = gather(Some(&path), &[], &[]).unwrap();

    assert!(
        Settings::check(&gathered).is_ok(),
        "the examples are good values"
    );
    for key in Key::ALL {
        let given = gathered.get(key);
        let from_file = given.is_some_and(|given| matches!(given.origin, Origin::File { .. }));
        assert!(from_file, "{key} is not in annai.example.toml");
        assert!(
            manual.contains(&format!("`{key}`")),
            "{key} is not in docs/operations.md"
        );
        let default = key.default_value();
        if let (Some(default), Some(given)) = (default, given) {
            assert_eq!(given.text, default, "{key}");
        }
    }
}

#[test]
fn only_three_words_say_whether_postgres_may_be_got() {
    use annai_local_postgres::Download;
    let download_of = |text: &str| {
        let gathered = gather(None, &[(Key::PostgresDownload, text)], &[]).unwrap();
        Settings::check(&gathered).map(|settings| settings.programs.download)
    };

    assert!(matches!(download_of("yes"), Ok(Download::Yes)));
    assert!(matches!(download_of("never"), Ok(Download::Never)));
    assert!(matches!(download_of("ask"), Ok(Download::Ask(_))));
    let said = message(download_of("no"));
    assert!(
        said.contains("postgres_download") && said.contains("not ask, yes or never"),
        "{said}"
    );
}

#[test]
fn times_are_shown_in_a_zone_that_the_machine_knows() {
    let zone_of = |text: &str| {
        let gathered = gather(None, &[(Key::TimeZone, text)], &[]).unwrap();
        Settings::check(&gathered).map(|settings| settings.time_zone)
    };

    assert_eq!(
        zone_of("America/Lima").unwrap().iana_name(),
        Some("America/Lima")
    );
    let said = message(zone_of("Tokio"));
    assert!(
        said.contains("time_zone") && said.contains("no such time zone"),
        "{said}"
    );
}
