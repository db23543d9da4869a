use std::sync::Arc;
use std::time::Duration;

use annai_domain::{Actor, Clock, GuideUrls};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{Connection as _, Executor as _, PgConnection, Postgres, Transaction};

use crate::StorageError;
use crate::connections::{
    Cluster, Connections, Hosts, Pool, PoolRole, PoolSize, RoleMode, Route, ServerReport, Wanted,
};
use crate::transaction::{UnnamedTx, WriteTx};

/// The usual time that a request waits for a database connection before it fails.
pub const CONNECTION_WAIT: Duration = Duration::from_secs(1);

/// The addresses, logins and limits of the database connections.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The login that owns and migrates the tables.
    pub connect: Hosts,
    /// The separate login of delivery; `None` uses `connect`.
    pub delivery_connect: Option<Hosts>,
    /// The way in which connections get their rights.
    pub roles: RoleMode,
    /// The most connections of the editors' side; delivery has half as many, at least 2.
    pub max_connections: u32,
    /// The time that a request waits for a connection before it fails.
    pub connection_wait: Duration,
    /// The clock that stamps every write.
    pub clock: Clock,
}

/// The pools and logins of one database: the editors' side, delivery, and the owner.
#[derive(Debug, Clone)]
pub struct Database {
    app: Pool,
    delivery: Pool,
    replica: Option<Pool>,
    /// The servers of the editors' side and of the owner.
    primary: Arc<Route>,
    /// The servers of delivery's own login, and of the replica.
    others: Vec<Arc<Route>>,
    cluster: Arc<Cluster>,
    roles: RoleMode,
    connection_wait: Duration,
    clock: Clock,
    guide_urls: Arc<GuideUrls>,
}

/// The connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// The name of the pool: `app` or `delivery`.
    pub pool: &'static str,
    /// The number of open connections, idle ones included.
    pub open: u32,
    /// The number of idle connections.
    pub idle: u32,
}

/// Read access as the editors' side.
#[derive(Debug, Clone)]
pub struct ReadDb(Pool);

/// Read access as delivery, whose role sees only published content.
#[derive(Debug, Clone)]
pub struct DeliveryDb {
    primary: Pool,
    replica: Option<Pool>,
}

impl Database {
    /// Prepares the pools without connecting; the first use connects.
    #[must_use]
    pub fn new(settings: &DatabaseSettings) -> Self {
        let size = |connections| PoolSize {
            connections,
            wait: settings.connection_wait,
        };
        let role = |name| PoolRole {
            name,
            mode: settings.roles,
        };
        let of_delivery = settings.delivery_connect.as_ref();
        let app = Pool::new(
            settings.connect.first(),
            role(Connections::APP),
            size(settings.max_connections),
        );
        let delivery = Pool::new(
            of_delivery.unwrap_or(&settings.connect).first(),
            role(Connections::DELIVERY),
            size((settings.max_connections / 2).max(2)),
        );
        let route = |setting, hosts, pools| Route::new(setting, Wanted::Primary, hosts, pools);
        let (primary, others) = match of_delivery {
            None => {
                let pools = vec![app.clone(), delivery.clone()];
                (route("database_url", &settings.connect, pools), Vec::new())
            }
            Some(hosts) => {
                let pools = vec![delivery.clone()];
                let other = Arc::new(route("delivery_database_url", hosts, pools));
                let pools = vec![app.clone()];
                (route("database_url", &settings.connect, pools), vec![other])
            }
        };
        Self {
            app,
            delivery,
            replica: None,
            primary: Arc::new(primary),
            others,
            cluster: Arc::default(),
            roles: settings.roles,
            connection_wait: settings.connection_wait,
            clock: settings.clock,
            guide_urls: Arc::default(),
        }
    }

    /// Makes links in published bodies lead to these addresses.
    #[must_use]
    pub fn with_guide_urls(mut self, guide_urls: GuideUrls) -> Self {
        self.guide_urls = Arc::new(guide_urls);
        self
    }

    /// Makes delivery read precomputed bytes from a streaming replica when it has them.
    #[must_use]
    pub fn with_replica(mut self, hosts: &Hosts, max_connections: u32) -> Self {
        let size = PoolSize {
            connections: max_connections,
            wait: self.connection_wait,
        };
        let role = PoolRole {
            name: Connections::DELIVERY,
            mode: self.roles,
        };
        let replica = Pool::new(hosts.first(), role, size);
        let pools = vec![replica.clone()];
        let route = Route::new("replica_database_url", Wanted::Standby, hosts, pools);
        self.others.push(Arc::new(route));
        self.replica = Some(replica);
        self
    }

    /// Returns whether a setting names several servers, so that the one in use can change.
    #[must_use]
    pub fn has_several_servers(&self) -> bool {
        self.primary.has_several() || self.others.iter().any(|route| route.has_several())
    }

    /// Looks for the primary, and for a standby to read from. All connections follow.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when no server of `database_url` is a primary now.
    pub async fn seek_servers(&self) -> Result<(), StorageError> {
        for route in &self.others {
            if let Err(error) = route.seek(&self.cluster).await {
                tracing::debug!(%error, "no server of another setting fitted");
            }
        }
        self.primary.seek(&self.cluster).await
    }

    /// Describes every server that a setting names, for an operator.
    pub async fn list_servers(&self) -> Vec<ServerReport> {
        let mut primary = None;
        let mut reports = self.primary.report(&self.cluster, &mut primary).await;
        for route in &self.others {
            reports.extend(route.report(&self.cluster, &mut primary).await);
        }
        reports
    }

    /// Gives every pool new connections to the servers in use.
    pub fn replace_connections(&self) {
        self.primary.replace_connections();
        for route in &self.others {
            route.replace_connections();
        }
    }

    /// Runs `work` until its connections are replaced. A connection to a server that vanished
    /// would never answer.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connections were replaced first.
    pub fn unless_replaced<'a, T: 'a>(
        &self,
        work: impl Future<Output = T> + Send + 'a,
    ) -> impl Future<Output = Result<T, StorageError>> + Send + 'a {
        self.app.unless_replaced(work)
    }

    /// Returns read access as the editors' side.
    #[must_use]
    pub fn reader(&self) -> ReadDb {
        ReadDb(self.app.clone())
    }

    /// Returns read access as delivery.
    #[must_use]
    pub fn delivery(&self) -> DeliveryDb {
        DeliveryDb {
            primary: self.delivery.clone(),
            replica: self.replica.clone(),
        }
    }

    /// Begins a transaction in the name of `actor`.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when no connection is free in time.
    pub async fn begin(&self, actor: Actor) -> Result<WriteTx, StorageError> {
        let unnamed = self.begin_unnamed().await?;
        let guide_urls = Arc::clone(&self.guide_urls);
        Ok(WriteTx::new(unnamed, actor, self.clock.now(), guide_urls))
    }

    /// Returns the clock that stamps every write.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Returns the addresses of guides for readers.
    #[must_use]
    pub fn guide_urls(&self) -> &GuideUrls {
        &self.guide_urls
    }

    /// Begins a transaction that writes without an actor, such as the end of a session.
    pub(crate) async fn begin_unnamed(&self) -> Result<UnnamedTx, StorageError> {
        let permit = self.app.permit_writer().await?;
        let transaction = self.app.now().begin().await?;
        Ok(UnnamedTx::new(transaction, permit))
    }

    /// Begins a transaction whose commit never waits for a standby, for what may be lost in a
    /// failover: last uses, claims, presence, deletions that are repeated anyway.
    ///
    /// Never for texts, revisions, reviews, the ledger, the audit log, or anything that takes a
    /// right away.
    pub(crate) async fn begin_bookkeeping(
        &self,
    ) -> Result<Transaction<'static, Postgres>, StorageError> {
        let local = "BEGIN; SET LOCAL synchronous_commit = local";
        Ok(self.app.now().begin_with(local).await?)
    }

    /// Opens a connection of the owner, for migrations and diagnosis only.
    pub(crate) async fn owner(&self) -> Result<PgConnection, StorageError> {
        let mut owner = PgConnection::connect_with(self.primary.connect()).await?;
        // The login may have the role of the editors' side by default.
        owner.execute(sqlx::raw_sql("SET ROLE NONE")).await?;
        Ok(owner)
    }

    /// Returns the current connections of the editors' side and of delivery.
    #[must_use]
    pub fn pool_use(&self) -> [PoolUse; 2] {
        [("app", &self.app), ("delivery", &self.delivery)].map(|(pool, connections)| {
            let connections = connections.now();
            PoolUse {
                pool,
                open: connections.size(),
                idle: u32::try_from(connections.num_idle()).unwrap_or(u32::MAX),
            }
        })
    }

    /// Returns the connections of the editors' side in use now.
    pub(crate) fn app_pool(&self) -> PgPool {
        self.app.now()
    }

    /// Returns the owner's login, for callers that need a connection outside the pools.
    pub(crate) fn owner_options(&self) -> &PgConnectOptions {
        self.primary.connect()
    }

    /// Closes every connection and rolls unfinished transactions back.
    pub async fn close(&self) {
        self.app.close().await;
        self.delivery.close().await;
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
    }
}

impl ReadDb {
    pub(crate) async fn acquire(&self) -> Result<PoolConnection<Postgres>, StorageError> {
        self.0.acquire().await
    }
}

impl DeliveryDb {
    pub(crate) fn pool(&self) -> PgPool {
        self.primary.now()
    }

    pub(crate) fn replica(&self) -> Option<PgPool> {
        self.replica.as_ref().map(Pool::now)
    }

    /// Runs `work` until its connections are replaced; see [`Database::unless_replaced`].
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connections were replaced first.
    pub fn unless_replaced<'a, T: 'a>(
        &self,
        work: impl Future<Output = T> + Send + 'a,
    ) -> impl Future<Output = Result<T, StorageError>> + Send + 'a {
        self.primary.unless_replaced(work)
    }

    pub(crate) async fn conn(&self) -> Result<PoolConnection<Postgres>, StorageError> {
        self.primary.acquire().await
    }

    /// Begins a transaction that reads the whole site. A starting node may read longer than a
    /// request.
    pub(crate) async fn begin_load(&self) -> Result<Transaction<'static, Postgres>, StorageError> {
        let patient = "BEGIN; SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '60s'";
        Ok(self.primary.now().begin_with(patient).await?)
    }
}
