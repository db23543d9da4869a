//! `annai serve`: the start, the wiring and the stop of the server.

mod application;
mod background;
mod demo;
mod editors;
mod failed;
mod gate;
mod heartbeat;
mod http;
mod key_uses;
mod membership;
mod metrics;
mod node;
mod readiness;
mod references;
mod seed;
mod site_file;
mod stop;
mod sweep;
mod tables;
mod threads;
mod timer;

use std::sync::Arc;
use std::time::Duration;

use annai_content::Schema;
use annai_jobs::Jobs;
use annai_storage::AwayState;
use annai_storage::health::server_facts;
use annai_web::Layers;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::Serve;
use crate::content_folder;
use crate::database::{self, OpenDatabase, Use};
use crate::failure::{Code, Failure};
use crate::output;
use crate::roles;
use crate::settings::{Key, Settings};
use crate::verbs::setup_link;
use application::warm_up;
use gate::Gate;
use http::Listening;
use membership::Membership;
use node::{Memory, Node};
use readiness::{RETRY, Readiness, State};
use site_file::SiteFile;
use threads::EditorsThreads;

/// The longest time for requests that have begun, once the port is closed.
const GRACE: Duration = Duration::from_secs(15);

/// The longest time for which an inherited port accepts nothing, because no site is loaded yet.
const QUEUE: Duration = Duration::from_secs(3);

/// Serves until a signal arrives. Then `/readyz` says so, and the server drains for as long as the
/// settings say. It stops new connections, the requests that have begun, the jobs and the database's
/// connections, in this order.
pub(crate) async fn run(settings: Settings, how: Serve) -> Result<(), Failure> {
    let settings = Arc::new(settings);
    // First: other threads must not read the environment meanwhile.
    let inherited = http::inherit()?;
    let schema = content_folder::schema(&settings.content_dir)?;
    let mut stop = stop::listen()?;
    let readiness = Readiness::new();
    // They must live until the last request has ended.
    let threads = EditorsThreads::start()?;
    let gate = Gate::new(readiness.clone());
    let listening = listen(inherited, &settings, &gate).await?;
    let (close, closing) = watch::channel(false);
    metrics::start(&settings, &gate, closing.clone()).await?;
    annai_web::metrics::node_info(annai_storage::PROGRAM, schema.schema.hash().to_string());
    let is_inherited = listening.is_inherited;
    // An inherited socket has an address of its own.
    let address = listening.listener.local_addr().unwrap_or(settings.listen);
    let requests = tokio::spawn(accept(listening, gate.clone(), closing));
    tracing::info!(listen = %address, is_inherited, version = env!("CARGO_PKG_VERSION"), "the server started listening");
    warn_of_unknown_proxy(&settings);
    warn_of_guessed_roles(&schema);

    readiness.set(State::Starting("the database is starting"));
    tokio::select! {
        provided = database::provide_programs(&settings) => provided?,
        () = stop::wait(&mut stop) => return Ok(()), // nothing else has begun
    }
    let node = Node {
        open: Arc::new(OpenDatabase::open(&settings, Use::Own).await?),
        settings,
        listen: address,
        readiness,
        gate,
        editors: threads.handle(),
        has_tables: watch::Sender::new(false),
    };
    let memory = Memory::new(&node, &schema.schema);
    let mut jobs = Jobs::default();
    let result = Box::pin(serve_until(stop, &node, &memory, &how, &schema, &mut jobs)).await;

    let drain = node.settings.drain;
    node.readiness.set(State::Stopping);
    close.send_replace(true);
    memory.let_readers_go();
    if tokio::time::timeout(drain + GRACE, requests).await.is_err() {
        tracing::warn!(
            seconds = GRACE.as_secs(),
            "some requests did not finish in time"
        );
    }
    jobs.stop().await;
    memory.membership.leave().await;
    let closed = node.open.close(&node.settings).await;
    result?;
    closed?;
    tracing::info!("stopped");
    Ok(())
}

/// Takes the inherited listener, or binds the address of the settings.
async fn listen(
    inherited: Option<TcpListener>,
    settings: &Settings,
    gate: &Gate,
) -> Result<Listening<Layers<Gate>>, Failure> {
    let is_inherited = inherited.is_some();
    let listener = match inherited {
        Some(listener) => listener,
        None => http::bind(settings.listen, Key::Listen).await?,
    };
    Ok(Listening {
        listener,
        is_inherited,
        answers: layers(settings, gate.clone()),
        proxies: settings.trusted_proxies.clone(),
        most: http::most_connections(),
        drain: settings.drain,
    })
}

/// Serves until `closing`. An inherited port accepts connections once there is a site to serve;
/// until then they wait in its queue.
async fn accept(listening: Listening<Layers<Gate>>, gate: Gate, closing: watch::Receiver<bool>) {
    if listening.is_inherited {
        // A start that takes longer answers all the same, for the health checks.
        let _ = tokio::time::timeout(QUEUE, gate.opened()).await;
    }
    listening.serve(closing).await;
}

/// Wraps the gate into the layers that every response needs.
fn layers(settings: &Settings, gate: Gate) -> Layers<Gate> {
    let layers = Layers::new(gate).require_host();
    if settings.base_url.is_https() {
        layers.require_https()
    } else {
        layers
    }
}

/// Warns of an https address without trusted proxies. Annai speaks no TLS, so a proxy must stand in
/// front.
fn warn_of_unknown_proxy(settings: &Settings) {
    if settings.base_url.is_https() && settings.trusted_proxies.is_empty() {
        tracing::warn!(
            "base_url is https, so a proxy stands in front, but trusted_proxies names none: \
             everybody counts as one client in rate limits and at sign-in"
        );
    }
}

/// Warns of a schema whose fields have no roles.
fn warn_of_guessed_roles(schema: &content_folder::LoadedSchema) {
    if schema.schema.roles_are_guessed() {
        tracing::warn!(
            schema = schema.origin,
            "no field of the schema had a role: {}",
            content_folder::ROLES_ADVICE
        );
    }
}

/// Serves until `stop`, beginning with health checks and adding each part once it is ready.
async fn serve_until(
    mut stop: watch::Receiver<bool>,
    node: &Node,
    memory: &Memory,
    how: &Serve,
    schema: &content_folder::LoadedSchema,
    jobs: &mut Jobs,
) -> Result<(), Failure> {
    tokio::select! {
        started = start(node, memory, how, schema, jobs) => started?,
        () = stop::wait(&mut stop) => return Ok(()),
    }
    stop::wait(&mut stop).await;
    Ok(())
}

async fn start(
    node: &Node,
    memory: &Memory,
    how: &Serve,
    schema: &content_folder::LoadedSchema,
    jobs: &mut Jobs,
) -> Result<(), Failure> {
    let (database, settings) = (&node.open.database, &*node.settings);
    let rules = || schema.schema.clone();
    let readers = memory.readers.clone();
    let delivery = application::delivery(database, memory.site.clone(), settings, rules(), readers);
    let site_file = SiteFile::new(memory.site.clone(), settings);
    if site_file.restore().await {
        node.has_tables.send_replace(true);
        node.readiness.site_is_loaded();
        let editors = Router::new().fallback(gate::starting);
        let editors = editors.with_state(node.readiness.clone());
        node.gate.open(delivery.clone().beside(editors));
    }
    background::follow_ledger(jobs, node, memory);
    background::beat(jobs, &memory.membership);
    let prepared = prepare(node, memory, how, schema).await?;
    memory.site.catch_up().await?;
    let editors = application::editors(
        database,
        memory.site.clone(),
        memory.desk.clone(),
        settings,
        rules(),
    )
    .await?;
    let editors = annai_web::answer_on(editors, node.editors.clone());
    node.gate.open(delivery.beside(editors));
    node.readiness.site_is_loaded();
    node.readiness.set(State::Ready);
    announce(settings, &prepared);
    let search = memory.readers.search.clone();
    tokio::spawn(warm_up(database.clone(), search, memory.desk.clone()));
    background::start(jobs, node, memory, site_file);
    background::fill_references(jobs, database, schema.schema.clone());
    Ok(())
}

/// The news for the person who started the server.
struct Prepared {
    setup_link: Option<String>,
    demo: Option<demo::Demo>,
}

/// Prepares the database for editors. Every step waits for a database that is away, because it may
/// be starting too.
async fn prepare(
    node: &Node,
    memory: &Memory,
    how: &Serve,
    schema: &content_folder::LoadedSchema,
) -> Result<Prepared, Failure> {
    let mut told = false;
    loop {
        let failure = match try_to_prepare(node, &memory.membership, how, schema).await {
            Err(failure) if failure.code == Code::Unavailable => failure,
            prepared => return prepared,
        };
        let away = failure.away_state().unwrap_or(AwayState::NoAnswer);
        node.readiness.set(State::Starting(away.as_str()));
        if !told {
            let error = failure.text();
            tracing::warn!(%error, "the database could not be used yet; the next attempts follow every {} s", RETRY.as_secs());
            told = true;
        }
        tokio::time::sleep(RETRY).await;
        node.open.seek_anew().await;
    }
}

async fn try_to_prepare(
    node: &Node,
    membership: &Membership,
    how: &Serve,
    schema: &content_folder::LoadedSchema,
) -> Result<Prepared, Failure> {
    let (open, settings) = (&node.open, &*node.settings);
    open.check_connections().await?;
    tables::provide(node, how.no_migrate).await?;
    node.has_tables.send_replace(true);
    roles::require(&server_facts(&open.database).await?, settings)?;
    roles::require_rights(&open.database, settings).await?;
    membership
        .join(schema, how.accept_schema, &node.readiness)
        .await?;
    let demo = if open.is_private() || how.seed || how.demo {
        node.readiness
            .set(State::Starting("the first guides are being loaded"));
        fill(node, how, &schema.schema).await?
    } else {
        None
    };
    let setup_link = if annai_storage::users::admin_exists(&open.database.reader()).await? {
        None
    } else {
        Some(setup_link::issue(&open.database).await?)
    };
    Ok(Prepared { setup_link, demo })
}

/// Writes the first guides and the demonstration. Another node that starts waits meanwhile, and then
/// finds them there.
async fn fill(
    node: &Node,
    how: &Serve,
    schema: &Arc<Schema>,
) -> Result<Option<demo::Demo>, Failure> {
    let database = &node.open.database;
    let lock = database.lock_start().await?;
    if node.open.is_private() || how.seed {
        seed::load(database, schema, &node.settings).await?;
    }
    let demo = if how.demo {
        Some(demo::make(database, schema).await?)
    } else {
        None
    };
    lock.release().await?;
    Ok(demo)
}

fn announce(settings: &Settings, prepared: &Prepared) {
    let base = &settings.base_url;
    output::line(&format!(
        "\nAnnai is ready.\n  Editors:   {base}/admin\n  Consumers: {base}/v1/guides"
    ));
    if let Some(demo) = &prepared.demo {
        output::line(&demo.describe());
    }
    if let Some(link) = &prepared.setup_link {
        output::line(&format!(
            "\nNobody can sign in yet. Make the first administrator with this one-time link:\n  {base}{link}"
        ));
    }
    output::line("\nCtrl-C stops the server.");
}
