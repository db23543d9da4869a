//! The command line. `docs/operations.md` explains every command.

use std::path::PathBuf;
use std::str::FromStr;

use annai_content::MappingPreset;
use annai_domain::{EmailAddress, FileDialect, Locale, Role, UnknownWord};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::settings::Key;

/// Annai (案内): write guides in a browser, publish reviewed revisions, serve them to sites.
#[derive(Debug, Parser)]
#[command(name = "annai", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: SettingFlags,
    /// The command; the default is `serve`.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// The flag that names the settings file.
const CONFIG: &str = "config";

const EXIT_CODES: &str = "Exit codes: 0 done · 1 a check failed, or something else went wrong · 2 wrong usage · \
65 wrong input · 66 a named file does not exist · 69 the database does not respond · \
73 a file cannot be written · 78 a setting is wrong";

/// The settings that were given as flags. Variables and annai.toml have the same names.
#[derive(Debug, Default)]
pub(crate) struct SettingFlags {
    /// The settings file.
    pub(crate) config: Option<PathBuf>,
    given: Vec<(Key, String)>,
}

impl SettingFlags {
    /// Returns the settings that were given.
    pub(crate) fn given(&self) -> Vec<(Key, String)> {
        self.given.clone()
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("The settings file [default: annai.toml, if it exists]")
            .global(true);
        command
            .next_help_heading("Settings (also ANNAI_… variables, or keys of annai.toml)")
            .arg(config)
            .args(Key::ALL.map(Key::argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.config = matches.get_one::<PathBuf>(CONFIG).cloned();
        let text = |key: Key| matches.get_one::<String>(key.name()).cloned();
        let given = Key::ALL
            .into_iter()
            .filter_map(|key| Some((key, text(key)?)));
        self.given = given.collect();
        Ok(())
    }
}

/// A command of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Serve the editors' pages, the editorial API and the delivery API.
    Serve(Serve),
    /// Bring the database's tables up to this version.
    Migrate {
        /// Also remove what older versions of the program use.
        #[arg(long)]
        contract: bool,
    },
    /// Check database, roles, hash chains, disk, clock and settings, and say what to do.
    Doctor {
        /// Print one JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Ask a running server whether it is ready; for container health checks.
    Healthcheck,
    /// Show the settings.
    #[command(subcommand)]
    Config(Config),
    /// Work with front matter.
    #[command(subcommand)]
    Fm(FrontMatter),
    /// Work with Markdown.
    #[command(subcommand)]
    Md(Markdown),
    /// Check guides as the editor does; exit code 1 if one has errors.
    Lint(Lint),
    /// Import Markdown files.
    Import(Import),
    /// Export guides to files, byte for byte as they were saved.
    Export {
        /// The folder: new, empty, or written by an export.
        folder: PathBuf,
        /// Export the newest revisions instead of the published ones.
        #[arg(long)]
        latest: bool,
        /// Export schema.json too, so that the folder can be a content folder.
        #[arg(long)]
        schema: bool,
    },
    /// Manage users.
    #[command(subcommand)]
    User(User),
    /// Manage the API keys of consumers.
    #[command(subcommand)]
    Key(ApiKey),
    /// Print an OpenAPI 3.1 document.
    Openapi {
        /// The API to describe.
        face: Face,
    },
    /// Print a new one-time link to create the first administrator.
    SetupLink,
}

/// The options of `serve`.
#[derive(Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches of the command line"
)]
pub(crate) struct Serve {
    /// Add people of every role with random passwords, and guides in every state.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Publish the content folder if the database has no guides, also on a server of your own.
    #[arg(long)]
    pub(crate) seed: bool,
    /// Wait for the tables that `annai migrate` makes, instead of making them.
    #[arg(long)]
    pub(crate) no_migrate: bool,
    /// Start although all running nodes use another schema.json.
    #[arg(long)]
    pub(crate) accept_schema: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print every setting with its value and source; secrets are masked.
    Print,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FrontMatter {
    /// Read a guide from standard input; exit code 65 if its front matter is malformed.
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
        /// The rules for rendering.
        #[arg(long, value_enum, default_value_t = Profile::Guide)]
        profile: Profile,
    },
}

/// The rules for rendering Markdown.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Profile {
    /// The rules of guides: CJK emphasis, safe HTML, heading ids.
    Guide,
    /// Plain CommonMark.
    Commonmark,
    /// CommonMark with the CJK emphasis of guides.
    #[value(name = "commonmark-cjk")]
    CommonmarkCjk,
}

/// The options of `import`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches of the command line"
)]
pub(crate) struct Import {
    /// Files, or folders with Markdown files (*.md, *.markdown, *.mdx).
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// The dialect of the front matter: json, yaml, toml, hugo-json, none, or auto for the one that
    /// each file begins like.
    #[arg(long, value_name = "DIALECT", default_value = "auto")]
    pub(crate) from: ImportFrom,
    /// The site generator whose fields become those of guides: zenn, hugo, jekyll, astro, docusaurus
    /// or gray-matter.
    #[arg(long, conflicts_with = "mapping")]
    pub(crate) preset: Option<MappingPreset>,
    /// A file of your own that names and values of the fields come from.
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// The language of the messages.
    #[arg(long, value_enum, default_value_t = Language::Ja)]
    pub(crate) language: Language,
    /// Check and compare only; write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Publish new and changed files; the ledger says that it was an import.
    #[arg(long)]
    pub(crate) publish: bool,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Import the good files even if others are bad.
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// The dialect of imported files; `None`: the one that each begins like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImportFrom(pub(crate) Option<FileDialect>);

impl FromStr for ImportFrom {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if text == "auto" {
            return Ok(Self(None));
        }
        text.parse().map(|dialect| Self(Some(dialect)))
    }
}

/// The options of `lint`.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Files, or folders with *.md files. Checks compare a file with the others in its folder.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// The output format.
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    pub(crate) format: LintFormat,
    /// The language of the messages.
    #[arg(long, value_enum, default_value_t = Language::Ja)]
    pub(crate) language: Language,
}

/// The output format of `lint`.
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

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::Ja => Self::Ja,
            Language::En => Self::En,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Create a user and print their link to choose a password (72 hours).
    #[command(visible_alias = "invite")]
    Create {
        /// The address for signing in.
        email: EmailAddress,
        /// The name that others see.
        #[arg(long)]
        name: String,
        /// The roles, separated by commas: author, editor, reviewer, publisher, admin.
        #[arg(long, value_delimiter = ',', required = true)]
        roles: Vec<Role>,
        /// The language of their screens.
        #[arg(long, default_value = "ja", value_parser = ["ja", "en"])]
        locale: String,
    },
    /// List all users.
    List {
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Replace the roles of a user.
    SetRoles {
        /// The e-mail address of the user.
        email: EmailAddress,
        /// The roles, separated by commas.
        #[arg(value_delimiter = ',', required = true)]
        roles: Vec<Role>,
    },
    /// Disable a user and end their sessions.
    Disable {
        /// The e-mail address of the user.
        email: EmailAddress,
    },
    /// Enable a user again.
    Enable {
        /// The e-mail address of the user.
        email: EmailAddress,
    },
    /// Print a link for a user to choose a new password (20 minutes).
    Reset {
        /// The e-mail address of the user.
        email: EmailAddress,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Create a key and print it; it is shown only once.
    Create {
        /// The name of the key, such as the site's name.
        name: String,
        /// The texts that it may read.
        #[arg(long, value_enum, default_value_t = Scope::Reader)]
        scope: Scope,
        /// The days until it expires; without it the key never expires.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
        days: Option<u16>,
    },
    /// List all keys without their secrets.
    List {
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key.
    Revoke {
        /// The id from `key list`.
        api_key_id: annai_domain::ApiKeyId,
    },
}

/// The texts that a key may read.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Scope {
    /// Published guides.
    Reader,
    /// Published guides, and drafts by preview.
    Preview,
}

/// One of the two APIs.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Face {
    /// /api/v1
    Editorial,
    /// /v1
    Delivery,
}
