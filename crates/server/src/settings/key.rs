use std::fmt;

/// One setting of the program.
///
/// The same word names it everywhere: `data_dir` in `annai.toml`, `ANNAI_DATA_DIR` in the
/// environment, `--data-dir` on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    DataDir,
    Listen,
    BaseUrl,
    DatabaseUrl,
    DatabasePasswordFile,
    DeliveryDatabaseUrl,
    ReplicaDatabaseUrl,
    MaxConnections,
    ContentDir,
    SiteAssets,
    SiteGuideUrl,
    TimeZone,
    AnonymousReading,
    CdnPurgedByWebhook,
    DeliveryMemory,
    RateLimitOfKeys,
    RateLimitOfAddresses,
    TrustedProxies,
    MetricsListen,
    OtlpEndpoint,
    WebhookAllowPrivate,
    Log,
    LogFilter,
}

impl Key {
    /// Every setting, in the order `annai config print` lists them.
    pub(crate) const ALL: [Self; 23] = [
        Self::DataDir,
        Self::Listen,
        Self::BaseUrl,
        Self::DatabaseUrl,
        Self::DatabasePasswordFile,
        Self::DeliveryDatabaseUrl,
        Self::ReplicaDatabaseUrl,
        Self::MaxConnections,
        Self::ContentDir,
        Self::SiteAssets,
        Self::SiteGuideUrl,
        Self::TimeZone,
        Self::AnonymousReading,
        Self::CdnPurgedByWebhook,
        Self::DeliveryMemory,
        Self::RateLimitOfKeys,
        Self::RateLimitOfAddresses,
        Self::TrustedProxies,
        Self::MetricsListen,
        Self::OtlpEndpoint,
        Self::WebhookAllowPrivate,
        Self::Log,
        Self::LogFilter,
    ];

    /// The word in `annai.toml`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DataDir => "data_dir",
            Self::Listen => "listen",
            Self::BaseUrl => "base_url",
            Self::DatabaseUrl => "database_url",
            Self::DatabasePasswordFile => "database_password_file",
            Self::DeliveryDatabaseUrl => "delivery_database_url",
            Self::ReplicaDatabaseUrl => "replica_database_url",
            Self::MaxConnections => "max_connections",
            Self::ContentDir => "content_dir",
            Self::SiteAssets => "site_assets",
            Self::SiteGuideUrl => "site_guide_url",
            Self::TimeZone => "time_zone",
            Self::AnonymousReading => "anonymous_reading",
            Self::CdnPurgedByWebhook => "cdn_purged_by_webhook",
            Self::DeliveryMemory => "delivery_memory",
            Self::RateLimitOfKeys => "rate_limit_per_key",
            Self::RateLimitOfAddresses => "rate_limit_per_address",
            Self::TrustedProxies => "trusted_proxies",
            Self::MetricsListen => "metrics_listen",
            Self::OtlpEndpoint => "otlp_endpoint",
            Self::WebhookAllowPrivate => "webhook_allow_private",
            Self::Log => "log",
            Self::LogFilter => "log_filter",
        }
    }

    /// The environment variable.
    pub(crate) fn variable(self) -> String {
        format!("ANNAI_{}", self.name().to_uppercase())
    }

    /// The command-line flag.
    pub(crate) fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// Returns whether the value must never be shown.
    pub(crate) fn is_secret(self) -> bool {
        match self {
            Self::DatabaseUrl | Self::DeliveryDatabaseUrl | Self::ReplicaDatabaseUrl => true,
            Self::DataDir
            | Self::Listen
            | Self::BaseUrl
            | Self::DatabasePasswordFile
            | Self::MaxConnections
            | Self::ContentDir
            | Self::SiteAssets
            | Self::SiteGuideUrl
            | Self::TimeZone
            | Self::AnonymousReading
            | Self::CdnPurgedByWebhook
            | Self::DeliveryMemory
            | Self::RateLimitOfKeys
            | Self::RateLimitOfAddresses
            | Self::TrustedProxies
            | Self::MetricsListen
            | Self::OtlpEndpoint
            | Self::WebhookAllowPrivate
            | Self::Log
            | Self::LogFilter => false,
        }
    }

    /// Returns the default value; `None` if the default is "not set" or follows from other settings.
    pub(crate) fn default_value(self) -> Option<&'static str> {
        match self {
            Self::DataDir => Some("./data"),
            Self::Listen => Some("127.0.0.1:8080"),
            Self::MaxConnections => Some("10"),
            Self::ContentDir => Some("./content"),
            Self::TimeZone => Some("Asia/Tokyo"),
            Self::AnonymousReading => Some("true"),
            Self::DeliveryMemory => Some("256"),
            Self::RateLimitOfKeys => Some("30000"),
            Self::RateLimitOfAddresses => Some("3000"),
            Self::CdnPurgedByWebhook | Self::WebhookAllowPrivate => Some("false"),
            Self::Log => Some("text"),
            Self::BaseUrl
            | Self::DatabaseUrl
            | Self::DatabasePasswordFile
            | Self::DeliveryDatabaseUrl
            | Self::ReplicaDatabaseUrl
            | Self::SiteAssets
            | Self::TrustedProxies
            | Self::MetricsListen
            | Self::OtlpEndpoint
            | Self::SiteGuideUrl
            | Self::LogFilter => None,
        }
    }

    /// The setting with that word in `annai.toml`.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
