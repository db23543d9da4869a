//! Both faces, wired to one database.

use std::sync::Arc;

use annai_admin::{AdminSettings, AdminState, SignInThrottle};
use annai_content::Schema;
use annai_delivery::{DeliverySettings, DeliveryState, Site};
use annai_editorial::Passwords;
use annai_storage::Database;
use axum::Router;

use crate::failure::Failure;
use crate::settings::Settings;

/// Everything that needs the database.
pub(crate) async fn router(
    database: &Database,
    site: Site,
    settings: &Settings,
    schema: Arc<Schema>,
) -> Result<Router, Failure> {
    // Making the dummy hash takes a tenth of a second of work.
    let passwords = tokio::task::spawn_blocking(Passwords::new)
        .await
        .map_err(anyhow::Error::new)?;
    let delivery = annai_delivery::router(DeliveryState {
        db: database.delivery(),
        site,
        schema: Arc::clone(&schema),
        settings: DeliverySettings {
            anonymous: settings.anonymous_reading,
            urls: settings.site_urls.clone(),
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
        throttle: SignInThrottle::new(rand::random()),
    });
    let application = admin
        .merge(delivery)
        .fallback(annai_web::not_found)
        .method_not_allowed_fallback(annai_web::method_not_allowed);
    Ok(application)
}
