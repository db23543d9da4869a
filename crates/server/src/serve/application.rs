//! Both faces, wired to one database.

use std::sync::Arc;

use annai_admin::{AdminSettings, AdminState, SignInThrottle};
use annai_content::Schema;
use annai_delivery::{Consumers, DeliverySettings, DeliveryState, Site};
use annai_editorial::Passwords;
use annai_storage::Database;
use annai_web::metrics::measure;
use axum::Router;

use crate::failure::Failure;
use crate::settings::Settings;

/// What sites read, which needs no database once the site is loaded.
pub(crate) fn delivery(
    database: &Database,
    site: Site,
    settings: &Settings,
    schema: Arc<Schema>,
    consumers: Consumers,
) -> Router {
    let delivery = annai_delivery::router(DeliveryState {
        db: database.delivery(),
        site,
        schema,
        consumers,
        settings: DeliverySettings {
            anonymous: settings.anonymous_reading,
        },
    });
    measured(delivery, settings)
}

/// What editors use.
pub(crate) async fn editors(
    database: &Database,
    settings: &Settings,
    schema: Arc<Schema>,
) -> Result<Router, Failure> {
    // Making the dummy hash takes a tenth of a second of work.
    let passwords = tokio::task::spawn_blocking(Passwords::new)
        .await
        .map_err(anyhow::Error::new)?;
    let admin = annai_admin::router(AdminState {
        database: database.clone(),
        schema,
        settings: Arc::new(AdminSettings {
            base_url: settings.base_url.to_string(),
            site_assets: settings.site_assets.clone(),
            webhook_reach: settings.webhook_reach(),
        }),
        passwords,
        throttle: SignInThrottle::new(rand::random()),
    });
    let application = admin
        .fallback(annai_web::not_found)
        .method_not_allowed_fallback(annai_web::method_not_allowed);
    Ok(measured(application, settings))
}

/// Counted, where somebody reads the figures.
fn measured(router: Router, settings: &Settings) -> Router {
    if settings.metrics_listen.is_some() {
        measure(router)
    } else {
        router
    }
}
