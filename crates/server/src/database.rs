//! The way to a database: the operator's, or the private one of the data folder.

use std::time::Duration;

use annai_domain::Clock;
use annai_local_postgres::{Durability, LocalPostgres, Offer, Progress};
use annai_storage::health::sessions_are_kept;
use annai_storage::{Database, DatabaseSettings, Hosts, HostsError, Steps};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use crate::failure::{Code, Failure};
use crate::progress::Waiting;
use crate::roles;
use crate::settings::Settings;

/// The program's claim on the private Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// `serve`: as the owner of the data folder.
    Own,
    /// Another command: beside a server, or for its own duration.
    Visit,
}

/// A reachable database.
#[derive(Debug)]
pub(crate) struct OpenDatabase {
    pub(crate) database: Database,
    is_private: bool,
    private: Mutex<Private>,
}

/// The handles of the private server, if there is one.
#[derive(Debug)]
struct Private {
    server: Option<LocalPostgres>,
    /// The private server, started again after the first one was killed.
    revived: Option<LocalPostgres>,
}

impl OpenDatabase {
    /// Finds or starts the server of the settings, and reports its progress.
    pub(crate) async fn open(settings: &Settings, by: Use) -> Result<Self, Failure> {
        let (private, url) = if let Some(url) = &settings.database_url {
            (None, url.clone())
        } else {
            let private = open_private(settings, by).await?;
            let url = SecretString::from(private.url());
            (Some(private), url)
        };
        let database = Database::new(&database_settings(settings, &url)?)
            .with_guide_urls(settings.site_urls.in_bodies());
        let database = match &settings.replica_database_url {
            Some(url) => {
                let replica = hosts(url, "replica_database_url")?;
                database.with_replica(&replica, settings.max_connections)
            }
            None => database,
        };
        Ok(Self {
            database,
            is_private: private.is_some(),
            private: Mutex::new(Private {
                server: private,
                revived: None,
            }),
        })
    }

    /// Opens the database for a command. Its tables must match this version; a private database
    /// is migrated to it.
    pub(crate) async fn open_for_verb(settings: &Settings) -> Result<Self, Failure> {
        let open = Self::open(settings, Use::Visit).await?;
        match open.prepare_for_verb(settings).await {
            Ok(()) => Ok(open),
            Err(failure) => {
                open.close(settings).await?;
                Err(failure)
            }
        }
    }

    /// Makes sure that the connections lead to the primary, and that no pooler shares them.
    pub(crate) async fn check_connections(&self) -> Result<(), Failure> {
        if self.database.has_several_servers() {
            self.database.seek_servers().await?;
        }
        if self.is_private() || sessions_are_kept(&self.database).await? {
            return Ok(());
        }
        let message = "a pooler between Annai and Postgres shares connections between transactions";
        Err(Failure::configuration(message).hint(
            "Annai gives each connection a role and listens on it: set `pool_mode = session` for its database, or name the server itself in ANNAI_DATABASE_URL",
        ))
    }

    async fn prepare_for_verb(&self, settings: &Settings) -> Result<(), Failure> {
        self.check_connections().await?;
        self.database.require_program().await?;
        let facts = annai_storage::health::server_facts(&self.database).await?;
        let missing = facts.known_migrations - facts.applied_migrations;
        if missing == 0 {
            roles::require(&facts, settings)?;
            return roles::require_rights(&self.database, settings).await;
        }
        if self.is_private() {
            self.database.migrate(Steps::Expand).await?;
            return Ok(());
        }
        let known = facts.known_migrations;
        let message = format!("the database lacks {missing} of {known} migrations");
        Err(Failure::message(Code::Failed, message).hint("run `annai migrate` first"))
    }

    /// Returns whether this is the private Postgres of the data folder.
    pub(crate) fn is_private(&self) -> bool {
        self.is_private
    }

    /// Starts the private server again if it is gone. Connections find it in the same place with the
    /// same password.
    pub(crate) async fn revive(&self, settings: &Settings) -> Result<(), Failure> {
        if self.is_private() {
            let server = open_private(settings, Use::Visit).await?;
            self.private.lock().await.revived = Some(server);
        }
        Ok(())
    }

    /// Looks for the primary, and gives every pool new connections. Old ones may keep a state that
    /// has ended, such as being read-only.
    pub(crate) async fn seek_anew(&self) {
        if let Err(error) = self.database.seek_servers().await {
            tracing::debug!(%error, "no primary was found");
        }
        self.database.replace_connections();
    }

    /// Leaves the database, and stops the private server if this process owns it.
    pub(crate) async fn close(&self, settings: &Settings) -> Result<(), Failure> {
        self.database.close().await;
        let mut private = self.private.lock().await;
        let Some(server) = private.server.take() else {
            return Ok(());
        };
        let revived = private.revived.take();
        if revived.is_none() {
            return Ok(server.stop().await?);
        }
        // Either handle may belong to the running server, so take ownership again.
        drop((server, revived));
        Ok(open_private(settings, Use::Own).await?.stop().await?)
    }
}

/// Runs `work` with the database of the settings, and always leaves the database.
pub(crate) async fn with_database<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Database) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let open = OpenDatabase::open_for_verb(settings).await?;
    let result = work(&open.database).await;
    let closed = open.close(settings).await;
    let value = result?;
    closed?;
    Ok(value)
}

/// Makes sure that a private Postgres has programs; without the setting it may get them.
///
/// The future may be dropped at any time.
pub(crate) async fn provide_programs(settings: &Settings) -> Result<(), Failure> {
    if settings.database_url.is_some() {
        return Ok(());
    }
    let mut waiting = Waiting::default();
    let show = |progress: Progress| waiting.show(describe(progress));
    let provided = annai_local_postgres::provide(&local_settings(settings), show).await;
    waiting.end();
    Ok(provided?)
}

async fn open_private(settings: &Settings, by: Use) -> Result<LocalPostgres, Failure> {
    if by == Use::Visit {
        provide_programs(settings).await?;
    }
    let local = local_settings(settings);
    let mut waiting = Waiting::default();
    let show = |progress: Progress| waiting.show(describe(progress));
    let server = match by {
        Use::Own => annai_local_postgres::start(local, show).await,
        Use::Visit => annai_local_postgres::join_or_start(local, show).await,
    };
    waiting.end();
    Ok(server?)
}

fn local_settings(settings: &Settings) -> annai_local_postgres::Settings {
    annai_local_postgres::Settings {
        data_dir: settings.data_dir.clone(),
        durability: Durability::Durable,
        programs: settings.programs.clone(),
    }
}

/// Returns the progress message for a wait; `None` for short waits.
fn describe(progress: Progress) -> Option<String> {
    match progress {
        Progress::FindingBinaries | Progress::Keeping | Progress::Ready => None,
        Progress::Missing => Some("Annai needs PostgreSQL and this machine has none.".to_owned()),
        Progress::Getting { offer, elapsed } => Some(describe_getting(&offer, elapsed)),
        Progress::Checking => Some("Checking and unpacking PostgreSQL …".to_owned()),
        Progress::Trying { release } => {
            Some(format!("PostgreSQL {release} is checked. Trying it …"))
        }
        Progress::Initialising => {
            Some("Creating the private database: once, 3 to 15 seconds …".to_owned())
        }
        Progress::Starting => Some("Starting the private database …".to_owned()),
        Progress::WaitingForReady { elapsed } if elapsed < Duration::from_secs(2) => None,
        Progress::WaitingForReady { elapsed } => Some(format!(
            "Waiting for the private database … {} s",
            elapsed.as_secs()
        )),
        Progress::Adopting { pid } => Some(format!(
            "Taking over the private database of an earlier run (process {pid})"
        )),
    }
}

fn describe_getting(offer: &Offer, elapsed: Duration) -> String {
    let release = offer.release.map(|release| format!(" {release}"));
    let size = offer.megabytes.map(|size| format!("{size} MB, "));
    let seconds = Some(elapsed.as_secs()).filter(|seconds| *seconds > 0);
    format!(
        "Getting PostgreSQL{} with {} ({}once) …{}",
        release.unwrap_or_default(),
        offer.client,
        size.unwrap_or_default(),
        seconds
            .map(|seconds| format!(" {seconds} s"))
            .unwrap_or_default()
    )
}

/// Parses the database URL of the setting `name`.
fn hosts(url: &SecretString, name: &str) -> Result<Hosts, Failure> {
    let parsed = url.expose_secret().parse();
    parsed.map_err(|error: HostsError| {
        Failure::configuration(format!("{name}: {error}")).hint(error.hint())
    })
}

fn database_settings(settings: &Settings, url: &SecretString) -> Result<DatabaseSettings, Failure> {
    let delivery = settings.delivery_database_url.as_ref();
    let mut database = DatabaseSettings {
        connect: hosts(url, "database_url")?,
        delivery_connect: delivery
            .map(|url| hosts(url, "delivery_database_url"))
            .transpose()?,
        roles: settings.database_roles,
        max_connections: settings.max_connections,
        connection_wait: settings.connection_wait,
        clock: Clock::System,
    };
    if let Some(path) = &settings.database_password_file {
        let password = std::fs::read_to_string(path).map_err(|error| {
            Failure::configuration(format!(
                "cannot read database_password_file {}: {error}",
                path.display()
            ))
            .hint(
                "the file must hold only the password, and the user of annai must be able to read it",
            )
        })?;
        database.connect = database
            .connect
            .with_password(password.trim_end_matches(['\r', '\n']));
    }
    Ok(database)
}
