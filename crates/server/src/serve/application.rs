//! Wires delivery and the editors' side to one database.

use std::sync::Arc;

use annai_content::Schema;
use annai_delivery::{Consumers, Delivery, DeliverySettings, DeliveryState, PublishedSearch, Site};
use annai_desk::{DeskSettings, DeskState, LatestSearch, Presence, PublicGuides, TakenDown};
use annai_identity::{Identity, Passwords, PreviewLimit, SignInThrottle};
use annai_storage::Database;
use annai_web::metrics::Meter;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

use crate::content_folder;
use crate::failure::Failure;
use crate::settings::Settings;

/// The state of delivery that outlives a request.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    pub(crate) consumers: Consumers,
    pub(crate) search: PublishedSearch,
}

/// The state of the editors' side that outlives a request.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) search: LatestSearch,
    pub(crate) public_guides: PublicGuides,
    pub(crate) presence: Presence,
}

impl Desk {
    pub(crate) fn new(database: &Database, schema: &Arc<Schema>) -> Self {
        Self {
            search: LatestSearch::new(Arc::clone(schema)),
            public_guides: PublicGuides::new(Arc::clone(schema)),
            presence: Presence::new(database),
        }
    }
}

/// Builds delivery, which needs no database once the site is loaded.
pub(crate) fn delivery(
    database: &Database,
    site: Site,
    settings: &Settings,
    schema: Arc<Schema>,
    readers: Readers,
) -> Delivery {
    let state = DeliveryState::new(
        database.delivery(),
        site,
        schema,
        readers.consumers,
        readers.search,
        DeliverySettings {
            anonymous: settings.anonymous_reading,
            name: settings.site_name.as_str().into(),
            developers_page: format!("{}/admin/developers", settings.base_url).into(),
            urls: settings.site_urls.clone(),
            cdn_is_purged: settings.cdn_purged_by_webhook,
        },
    );
    Delivery::new(state, meter(settings))
}

/// Builds the editors' pages and API, on a node that serves `site`.
pub(crate) async fn editors(
    database: &Database,
    site: Site,
    desk: Desk,
    settings: &Settings,
    schema: Arc<Schema>,
) -> Result<Router, Failure> {
    let dictionary = content_folder::dictionary(&settings.content_dir)?.dictionary;
    // Making the dummy hash takes a tenth of a second of work.
    let passwords = tokio::task::spawn_blocking(Passwords::new)
        .await
        .map_err(anyhow::Error::new)?;
    let guide_url = settings.site_urls.guide("{slug}");
    let passwords = passwords.of_site([settings.base_url.to_string().as_str(), &guide_url]);
    let state = DeskState {
        database: database.clone(),
        schema,
        dictionary,
        public_guides: desk.public_guides,
        settings: Arc::new(DeskSettings {
            base_url: settings.base_url.to_string(),
            site_assets: settings.site_assets.clone(),
            guide_url,
            anonymous_reading: settings.anonymous_reading,
            time_zone: settings.time_zone.clone(),
            webhook_reach: settings.webhook_reach(),
        }),
        identity: Identity {
            database: database.clone(),
            passwords,
            throttle: SignInThrottle::new(database.clone()),
            is_https: settings.base_url.is_https(),
        },
        search: desk.search,
        preview_limit: PreviewLimit::new(settings.rate_limits.per_address),
        presence: desk.presence,
    };
    let application = super::editors::router(state.clone())
        .layer(from_fn_with_state(site, withdraw_file))
        .fallback(move |request: Request| annai_pages::no_such_path(state.clone(), request))
        .method_not_allowed_fallback(annai_web::method_not_allowed);
    Ok(match meter(settings) {
        Some(meter) => meter.around(application),
        None => application,
    })
}

/// Withdraws the file of `site` before the client hears of a take-down.
async fn withdraw_file(State(site): State<Site>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(&TakenDown(taken_down)) = response.extensions().get() {
        site.withdraw_file(taken_down).await;
    }
    response
}

/// Returns a meter, if the settings say where metrics are read.
fn meter(settings: &Settings) -> Option<Meter> {
    settings.metrics_listen.map(|_| Meter::default())
}

/// Fills the search indexes, so that the first search need not wait for it.
pub(crate) async fn warm_up(database: Database, published: PublishedSearch, desk: Desk) {
    let (delivery, reader) = (database.delivery(), database.reader());
    tokio::join!(
        async {
            match published.warm_up(&delivery).await {
                Ok(guides) => tracing::info!(guides, "the index of published guides was filled"),
                Err(error) => {
                    tracing::warn!(%error, "the index of published guides was not filled; the first search fills it");
                }
            }
        },
        async {
            match desk.search.warm_up(&reader).await {
                Ok(guides) => tracing::info!(guides, "the index of the list of guides was filled"),
                Err(error) => {
                    tracing::warn!(%error, "the index of the list of guides was not filled; the first search fills it");
                }
            }
            if let Err(error) = desk.public_guides.warm_up(&reader).await {
                tracing::warn!(%error, "the index of public guides was not filled; the first check fills it");
            }
        },
    );
}
