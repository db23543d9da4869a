//! The command line. `docs/operations.md` explains every verb.

use std::path::PathBuf;

use annai_domain::{EmailAddress, Role};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::settings::Key;

/// Annai (案内): write guides in a browser, publish reviewed revisions, serve them to sites.
#[derive(Debug, Parser)]
#[command(name = "annai", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
    /// What to do; `serve` when left away.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

const EXIT_CODES: &str = "Exit codes: 0 done · 1 a check failed, or something else went wrong · 2 usage · \
65 the input is not what it should be · 66 a named file is not there · 69 the database does not answer · \
73 a file cannot be written · 78 a setting is wrong";

/// One flag for each setting. Variables and annai.toml have the same names.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings (also ANNAI_… variables, or keys of annai.toml)")]
pub(crate) struct SettingFlags {
    /// The settings file [default: annai.toml, where there is one].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where the private Postgres lives [default: ./data].
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// Where the server listens [default: 127.0.0.1:8080].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// How browsers and consumers reach the server [default: follows listen].
    #[arg(long, global = true, value_name = "URL")]
    base_url: Option<String>,
    /// A Postgres server of your own; better as a variable, which `ps` does not show.
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// A file with the password for the database URL.
    #[arg(long, global = true, value_name = "FILE")]
    database_password_file: Option<String>,
    /// A login of its own for delivery.
    #[arg(long, global = true, value_name = "URL")]
    delivery_database_url: Option<String>,
    /// A streaming replica from which delivery reads what is not in memory.
    #[arg(long, global = true, value_name = "URL")]
    replica_database_url: Option<String>,
    /// The most database connections of the editors' side [default: 10].
    #[arg(long, global = true, value_name = "NUMBER")]
    max_connections: Option<String>,
    /// The folder of schema.json and the first guides [default: ./content, else the built-in copies].
    #[arg(long, global = true, value_name = "FOLDER")]
    content_dir: Option<String>,
    /// The customer's site, against which previews resolve images.
    #[arg(long, global = true, value_name = "URL")]
    site_assets: Option<String>,
    /// Where guides are on the customer's site, with {slug} in it: for feeds and the sitemap.
    #[arg(long, global = true, value_name = "URL")]
    site_guide_url: Option<String>,
    /// Whether delivery answers without a key [default: true].
    #[arg(long, global = true, value_name = "true|false")]
    anonymous_reading: Option<String>,
    /// Whether a webhook purges the CDN, which may then keep answers for a year [default: false].
    #[arg(long, global = true, value_name = "true|false")]
    cdn_purged_by_webhook: Option<String>,
    /// How much memory the ready answers of delivery may take, in MiB [default: 256].
    #[arg(long, global = true, value_name = "MIB")]
    delivery_memory: Option<String>,
    /// Requests a minute with one key; 0: any number [default: 30000].
    #[arg(long, global = true, value_name = "NUMBER")]
    rate_limit_per_key: Option<String>,
    /// Requests a minute from one address without a key; 0: any number [default: 3000].
    #[arg(long, global = true, value_name = "NUMBER")]
    rate_limit_per_address: Option<String>,
    /// Proxies whose word about the client is taken, such as 10.0.0.0/8,192.0.2.1.
    #[arg(long, global = true, value_name = "NETWORKS")]
    trusted_proxies: Option<String>,
    /// Where Prometheus may read /metrics: a private address [default: nowhere].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    metrics_listen: Option<String>,
    /// The collector that gets traces; needs a build with the feature otlp.
    #[arg(long, global = true, value_name = "URL")]
    otlp_endpoint: Option<String>,
    /// Whether webhooks may go to private addresses, and by http [default: false].
    #[arg(long, global = true, value_name = "true|false")]
    webhook_allow_private: Option<String>,
    /// How log lines look [default: text].
    #[arg(long, global = true, value_name = "text|json")]
    log: Option<String>,
    /// Which log lines are written [default: info for serve, warn for the other verbs].
    #[arg(long, global = true, value_name = "FILTER")]
    log_filter: Option<String>,
}

impl SettingFlags {
    /// The settings that were given as flags.
    pub(crate) fn given(&self) -> Vec<(Key, String)> {
        Key::ALL
            .into_iter()
            .filter_map(|key| self.flag(key).map(|text| (key, text)))
            .collect()
    }

    fn flag(&self, key: Key) -> Option<String> {
        let given = match key {
            Key::DataDir => &self.data_dir,
            Key::Listen => &self.listen,
            Key::BaseUrl => &self.base_url,
            Key::DatabaseUrl => &self.database_url,
            Key::DatabasePasswordFile => &self.database_password_file,
            Key::DeliveryDatabaseUrl => &self.delivery_database_url,
            Key::ReplicaDatabaseUrl => &self.replica_database_url,
            Key::MaxConnections => &self.max_connections,
            Key::ContentDir => &self.content_dir,
            Key::SiteAssets => &self.site_assets,
            Key::SiteGuideUrl => &self.site_guide_url,
            Key::AnonymousReading => &self.anonymous_reading,
            Key::CdnPurgedByWebhook => &self.cdn_purged_by_webhook,
            Key::DeliveryMemory => &self.delivery_memory,
            Key::RateLimitOfKeys => &self.rate_limit_per_key,
            Key::RateLimitOfAddresses => &self.rate_limit_per_address,
            Key::TrustedProxies => &self.trusted_proxies,
            Key::MetricsListen => &self.metrics_listen,
            Key::OtlpEndpoint => &self.otlp_endpoint,
            Key::WebhookAllowPrivate => &self.webhook_allow_private,
            Key::Log => &self.log,
            Key::LogFilter => &self.log_filter,
        };
        given.clone()
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Serve the editors' pages, the editorial API and the delivery API.
    Serve(Serve),
    /// Bring the database's tables up to this version.
    Migrate,
    /// Look into database, roles, hash chains, disk, clock and settings, and say what to do.
    Doctor {
        /// One JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Ask a running server whether it is ready; for container health checks.
    Healthcheck,
    /// The settings.
    #[command(subcommand)]
    Config(Config),
    /// Front matter.
    #[command(subcommand)]
    Fm(FrontMatter),
    /// Markdown.
    #[command(subcommand)]
    Md(Markdown),
    /// Check guides as the editor does; exit 1 where one has errors.
    Lint(Lint),
    /// Bring Markdown files in.
    Import(Import),
    /// Write guides to files, byte for byte as they were saved.
    Export {
        /// The folder; new, empty, or one that an export wrote.
        folder: PathBuf,
        /// The newest revisions instead of the published ones.
        #[arg(long)]
        latest: bool,
        /// schema.json too, so that the folder can be a content folder.
        #[arg(long)]
        schema: bool,
    },
    /// People who sign in.
    #[command(subcommand)]
    User(User),
    /// The keys of consumers.
    #[command(subcommand)]
    Key(ApiKey),
    /// Print an OpenAPI 3.1 document.
    Openapi {
        /// Of which API.
        face: Face,
    },
    /// Print a new one-time link that makes the first administrator.
    SetupLink,
}

/// How to serve.
#[derive(Debug, Default, Args)]
pub(crate) struct Serve {
    /// Add people of every role with random passwords, and guides in every state.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Load and publish the content folder where the database has no guides, also on a server of your own.
    #[arg(long)]
    pub(crate) seed: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Every setting, its value and where it came from; secrets are masked.
    Print,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FrontMatter {
    /// Read a guide from standard input; exit 65 where its front matter is malformed.
    Parse {
        /// Print {"language","data","content"}.
        #[arg(long, required = true)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Markdown {
    /// Read Markdown from standard input, print safe HTML.
    Render {
        /// By which rules.
        #[arg(long, value_enum, default_value_t = Profile::Guide)]
        profile: Profile,
    },
}

/// By which rules Markdown is rendered.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Profile {
    /// As guides are: CJK emphasis, safe HTML, heading ids.
    Guide,
    /// Plain CommonMark.
    Commonmark,
    /// CommonMark with the CJK emphasis of guides.
    #[value(name = "commonmark-cjk")]
    CommonmarkCjk,
}

/// What to import, and how.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches of the command line"
)]
pub(crate) struct Import {
    /// Files, or folders whose *.md files are taken.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Check and compare only; write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Publish what is new or changed; the ledger says it was an import.
    #[arg(long)]
    pub(crate) publish: bool,
    /// One JSON object instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Import the good files although others are bad.
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// What to check, and how to tell.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Files, or folders whose *.md files are taken. The others of a file's folder are compared with.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// In which shape.
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    pub(crate) format: LintFormat,
    /// In which language.
    #[arg(long, value_enum, default_value_t = Language::Ja)]
    pub(crate) language: Language,
}

/// The shape of what `lint` prints.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LintFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

/// A language of the screens.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make a person and print the link with which they choose a password (72 hours).
    #[command(visible_alias = "invite")]
    Create {
        /// What they sign in with.
        email: EmailAddress,
        /// What others see.
        #[arg(long)]
        name: String,
        /// What they may do: author, editor, reviewer, publisher, admin; several separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        roles: Vec<Role>,
        /// The language of their screens.
        #[arg(long, default_value = "ja", value_parser = ["ja", "en"])]
        locale: String,
    },
    /// Everybody.
    List {
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Replace a person's roles.
    SetRoles {
        /// Who.
        email: EmailAddress,
        /// The roles, separated by commas.
        #[arg(value_delimiter = ',', required = true)]
        roles: Vec<Role>,
    },
    /// Shut a person out; their sessions end.
    Disable {
        /// Who.
        email: EmailAddress,
    },
    /// Let a person back in.
    Enable {
        /// Who.
        email: EmailAddress,
    },
    /// Print a link with which a person chooses a new password (20 minutes).
    Reset {
        /// Who.
        email: EmailAddress,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Make a key and print it; it is not shown again.
    Create {
        /// What the key is called, such as the site's name.
        name: String,
        /// What it may read.
        #[arg(long, value_enum, default_value_t = Scope::Reader)]
        scope: Scope,
        /// After how many days it ends; never when left away.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
    },
    /// Every key, without its secret.
    List {
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// End a key.
    Revoke {
        /// The id that `key list` shows.
        api_key_id: annai_domain::ApiKeyId,
    },
}

/// What a key may read.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Scope {
    /// What is published.
    Reader,
    /// Drafts by preview too.
    Preview,
}

/// One of the two faces.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Face {
    /// /api/v1
    Editorial,
    /// /v1
    Delivery,
}
