//! Both faces, wired to one database.

use std::sync::Arc;

use annai_admin::{AdminSettings, AdminState, LatestSearch, SignInThrottle};
use annai_content::Schema;
use annai_delivery::{DeliverySettings, DeliveryState, PublishedSearch};
use annai_editorial::Passwords;
use annai_storage::Database;
use axum::Router;

use crate::failure::Failure;
use crate::settings::Settings;

/// Everything that needs the database.
pub(crate) async fn router(
    database: &Database,
    settings: &Settings,
    schema: Arc<Schema>,
) -> Result<Router, Failure> {
    // Making the dummy hash takes a tenth of a second of work.
    let passwords = tokio::task::spawn_blocking(Passwords::new)
        .await
        .map_err(anyhow::Error::new)?;
    let (published, latest) = (PublishedSearch::default(), LatestSearch::default());
    tokio::spawn(warm_up(database.clone(), published.clone(), latest.clone()));
    let delivery = annai_delivery::router(DeliveryState {
        db: database.delivery(),
        schema: Arc::clone(&schema),
        search: published,
        settings: DeliverySettings {
            anonymous: settings.anonymous_reading,
        },
    });
    let admin = annai_admin::router(AdminState {
        database: database.clone(),
        schema,
        settings: Arc::new(AdminSettings {
            base_url: settings.base_url.to_string(),
            site_assets: settings.site_assets.clone(),
        }),
        passwords,
        search: latest,
        throttle: SignInThrottle::new(rand::random()),
    });
    let application = admin
        .merge(delivery)
        .fallback(annai_web::not_found)
        .method_not_allowed_fallback(annai_web::method_not_allowed);
    Ok(application)
}

/// Fills the search indexes, so that whoever searches first need not wait for it.
async fn warm_up(database: Database, published: PublishedSearch, latest: LatestSearch) {
    let (delivery, reader) = (database.delivery(), database.reader());
    match published.warm_up(&delivery).await {
        Ok(guides) => tracing::info!(guides, "published guides can be searched"),
        Err(error) => tracing::warn!(%error, "the first search has to read what is published"),
    }
    match latest.warm_up(&reader).await {
        Ok(guides) => tracing::info!(guides, "the list of guides can be searched"),
        Err(error) => tracing::warn!(%error, "the first search has to read the newest texts"),
    }
}
