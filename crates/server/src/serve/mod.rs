//! `annai serve`: from an address to a server that people use, and back.

mod application;
mod background;
mod demo;
mod gate;
mod http;
mod key_uses;
mod metrics;
mod readiness;
mod seed;
mod site_file;
mod stop;
mod threads;
mod timer;
mod webhooks;

use std::time::Duration;

use annai_delivery::{Consumers, PublishedSearch, Site};
use annai_storage::health::server_facts;
use annai_web::Layers;
use axum::Router;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

use crate::cli::Serve;
use crate::content_folder;
use crate::database::{OpenDatabase, Use};
use crate::failure::{Code, Failure};
use crate::output;
use crate::roles;
use crate::settings::{Key, Settings};
use crate::verbs::setup_link;
use application::{Desk, Readers, warm_up};
use gate::Gate;
use key_uses::KeyUses;
use readiness::{Readiness, State};
use threads::EditorsThreads;

/// How long requests that have begun may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(15);

/// Pause between two tries to reach a database that is away.
const RETRY: Duration = Duration::from_secs(2);

/// Serves until a signal arrives.
pub(crate) async fn run(settings: Settings, how: Serve) -> Result<(), Failure> {
    let schema = content_folder::schema(&settings.content_dir)?;
    let stop = stop::listen()?;
    let readiness = Readiness::new();
    // They outlast the requests that have begun when the server is to stop.
    let threads = EditorsThreads::start()?;
    let gate = Gate::new(readiness.clone());
    let listener = http::bind(settings.listen, Key::Listen).await?;
    let (close, closing) = watch::channel(false);
    metrics::start(&settings, closing.clone()).await?;
    let server = tokio::spawn(http::serve(
        listener,
        layers(&settings, gate.clone()),
        settings.trusted_proxies.clone(),
        closing,
    ));
    tracing::info!(listen = %settings.listen, version = env!("CARGO_PKG_VERSION"), "listening");
    warn_of_unknown_proxy(&settings);

    readiness.set(State::Starting("the database is starting"));
    let open = OpenDatabase::open(&settings, Use::Own).await?;
    let result = Box::pin(serve_from(
        &open,
        &settings,
        how,
        schema,
        Parts {
            gate,
            editors: threads.handle(),
            readiness: readiness.clone(),
            stop,
        },
    ))
    .await;

    readiness.set(State::Stopping);
    close.send_replace(true);
    if tokio::time::timeout(GRACE, server).await.is_err() {
        tracing::warn!(
            seconds = GRACE.as_secs(),
            "some requests did not finish in time"
        );
    }
    let closed = open.close(&settings).await;
    result?;
    closed?;
    tracing::info!("stopped");
    Ok(())
}

/// The door with everything around it that every answer needs.
fn layers(settings: &Settings, gate: Gate) -> Layers<Gate> {
    let layers = Layers::new(gate);
    if settings.base_url.is_https() {
        layers.require_https()
    } else {
        layers
    }
}

/// Annai speaks no TLS: where people reach it by https, a proxy stands in front.
fn warn_of_unknown_proxy(settings: &Settings) {
    if settings.base_url.is_https() && settings.trusted_proxies.is_empty() {
        tracing::warn!(
            "base_url is https, so a proxy stands in front, but trusted_proxies names none: \
             everybody counts as one client in rate limits and at sign-in"
        );
    }
}

/// What the running server is made of.
struct Parts {
    gate: Gate,
    /// Where editors' requests are answered.
    editors: Handle,
    readiness: Readiness,
    stop: watch::Receiver<bool>,
}

async fn serve_from(
    open: &OpenDatabase,
    settings: &Settings,
    how: Serve,
    schema: content_folder::LoadedSchema,
    parts: Parts,
) -> Result<(), Failure> {
    let database = &open.database;
    let consumers = Consumers::new(database.delivery(), settings.rate_limits);
    let mut uses = KeyUses::new(consumers.clone());
    let search = PublishedSearch::default();
    let site = Site::new(database.delivery(), settings.delivery_memory << 20);
    let readers = Readers {
        consumers,
        search: search.clone(),
    };
    let rules = schema.schema.clone();
    let delivery = application::delivery(database, site.clone(), settings, rules, readers);
    let site_file = site_file::path(settings);
    let in_file = site_file::restore(&site, &site_file).await;
    if in_file.is_some() {
        parts.readiness.site_is_loaded();
        let editors = Router::new().fallback(gate::starting);
        parts.gate.open(delivery.clone().beside(editors));
    }
    // Before there are tables there is nothing to follow.
    let (migrated, mut has_tables) = watch::channel(in_file.is_some());
    let webhooks = Mutex::default();
    let run = async {
        let prepared = prepare(open, settings, &how, &schema, &parts.readiness, &migrated).await?;
        site.catch_up().await?;
        let desk = Desk::new(database);
        let rules = schema.schema.clone();
        let editors = application::editors(database, desk.clone(), settings, rules).await?;
        let editors = annai_web::answer_on(editors, parts.editors.clone());
        parts.gate.open(delivery.beside(editors));
        parts.readiness.site_is_loaded();
        parts.readiness.set(State::Ready);
        announce(settings, &prepared);
        tokio::spawn(warm_up(database.clone(), search, desk.clone()));
        *webhooks.lock().await = Some(webhooks::start(database, settings, parts.stop.clone()));
        tokio::select! {
            () = background::run(open, settings, &parts.readiness, &mut uses) => {}
            () = site_file::keep(&site, &site_file, in_file) => {}
            () = desk.presence.follow() => {}
        }
        Ok(())
    };
    let follow = async {
        stop::wait(&mut has_tables).await;
        site.follow().await;
    };
    let mut stop = parts.stop.clone();
    let result = tokio::select! {
        result = run => result,
        () = follow => Ok(()),
        () = stop::wait(&mut stop) => Ok(()),
    };
    site_file::keep_last(&site, &site_file).await;
    uses.write(database).await;
    if let Some(webhooks) = webhooks.into_inner() {
        webhooks::finish(webhooks).await;
    }
    result
}

/// What the person who started the server wants to know.
struct Prepared {
    setup_link: Option<String>,
    demo: Option<demo::Demo>,
}

/// Does what has to be done before editors can work. A database that is away is waited for, at
/// whichever step: it may be starting too.
async fn prepare(
    open: &OpenDatabase,
    settings: &Settings,
    how: &Serve,
    schema: &content_folder::LoadedSchema,
    readiness: &Readiness,
    migrated: &watch::Sender<bool>,
) -> Result<Prepared, Failure> {
    let mut told = false;
    loop {
        let failure = match try_to_prepare(open, settings, how, schema, readiness, migrated).await {
            Err(failure) if failure.code == Code::Unavailable => failure,
            prepared => return prepared,
        };
        readiness.set(State::Starting("the database does not answer yet"));
        if !told {
            let error = failure.text();
            tracing::warn!(%error, "the database does not answer yet; trying again every {} s", RETRY.as_secs());
            told = true;
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn try_to_prepare(
    open: &OpenDatabase,
    settings: &Settings,
    how: &Serve,
    schema: &content_folder::LoadedSchema,
    readiness: &Readiness,
    migrated: &watch::Sender<bool>,
) -> Result<Prepared, Failure> {
    open.database.migrate().await?;
    migrated.send_replace(true);
    roles::require(&server_facts(&open.database).await?, settings)?;
    seed::keep_schema(&open.database, schema).await?;
    if open.is_private() || how.seed {
        readiness.set(State::Starting("the first guides are being loaded"));
        seed::load(&open.database, &schema.schema, settings).await?;
    }
    let demo = if how.demo {
        Some(demo::make(&open.database, &schema.schema).await?)
    } else {
        None
    };
    let setup_link = if annai_storage::users::admin_exists(&open.database.reader()).await? {
        None
    } else {
        Some(setup_link::issue(&open.database, &settings.base_url).await?)
    };
    Ok(Prepared { setup_link, demo })
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
            "\nNobody can sign in yet. Make the first administrator with this one-time link:\n  {link}"
        ));
    }
    output::line("\nCtrl-C stops the server.");
}
