#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod account;
mod audit;
mod command;
mod diff;
mod document;
mod error;
mod export;
mod guide_preview;
mod guides;
mod imports;
mod keys;
mod lifecycle;
mod links;
mod nothing;
mod own_sessions;
mod owner;
mod paging;
mod people;
mod precondition;
mod preview;
mod preview_links;
mod problem;
mod publications;
mod publishing;
mod readable;
mod repoint;
mod reviews;
mod revisions;
mod schema;
mod sent_ref;
mod session;
mod slugs;
mod text;
mod threads;
mod webhook_deliveries;
mod webhooks;
mod working_copy;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use annai_desk::DeskState;

pub use guide_preview::router as preview_router;

/// Returns the routes of the API, to be merged into [`annai_desk::router`].
pub fn router() -> Router<DeskState> {
    let (router, _) = documented().split_for_parts();
    router
        .route(
            "/api/v1/openapi.json",
            axum::routing::get(document::get_openapi),
        )
        .route(
            "/api/v1/{*rest}",
            axum::routing::any(problem::no_such_resource),
        )
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
}

/// Returns the OpenAPI 3.1 description of every route.
///
/// # Errors
///
/// [`serde_json::Error`] when the description has no JSON form.
pub fn openapi() -> Result<serde_json::Value, serde_json::Error> {
    let (_, mut document) = documented().split_for_parts();
    document::describe_idempotency(&mut document);
    document::describe_problems(&mut document);
    let mut document = serde_json::to_value(document)?;
    annai_web::describe_responses(&mut document);
    annai_web::require_nullable_members(&mut document, &[]);
    Ok(document)
}

/// Returns the one list of routes, from which the router and its description are made.
fn documented() -> OpenApiRouter<DeskState> {
    OpenApiRouter::with_openapi(document::ApiDocument::openapi())
        .merge(people_routes())
        .merge(guide_routes())
        .merge(workflow_routes())
        .merge(site_routes())
        .merge(webhook_routes())
}

/// Returns the routes of sessions, accounts, people and keys.
fn people_routes() -> OpenApiRouter<DeskState> {
    OpenApiRouter::new()
        .routes(routes!(
            session::create_session,
            session::get_session,
            session::delete_session
        ))
        .routes(routes!(session::reauthenticate_session))
        .routes(routes!(
            own_sessions::list_sessions,
            own_sessions::delete_sessions
        ))
        .routes(routes!(own_sessions::delete_one_session))
        .routes(routes!(account::change_password))
        .routes(routes!(account::update_profile))
        .routes(routes!(links::accept_link))
        .routes(routes!(people::list_users, people::create_user))
        .routes(routes!(people::set_user_roles))
        .routes(routes!(people::disable_user))
        .routes(routes!(people::enable_user))
        .routes(routes!(people::reset_user))
        .routes(routes!(people::end_user_sessions))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::revoke_key))
}

/// Returns the routes of guides and their texts.
fn guide_routes() -> OpenApiRouter<DeskState> {
    OpenApiRouter::new()
        .routes(routes!(guides::list_guides, guides::create_guide))
        .routes(routes!(guides::get_guide))
        .routes(routes!(
            working_copy::get_working_copy,
            working_copy::save_working_copy,
            working_copy::discard_working_copy
        ))
        .routes(routes!(working_copy::take_over_working_copy))
        .routes(routes!(revisions::list_revisions, revisions::save_revision))
        .routes(routes!(revisions::get_revision))
        .routes(routes!(revisions::name_revision))
        .routes(routes!(revisions::restore_revision))
        .routes(routes!(diff::get_diff))
        .routes(routes!(owner::change_owner))
        .routes(routes!(threads::list_threads, threads::create_thread))
        .routes(routes!(threads::create_comment))
        .routes(routes!(threads::resolve))
        .routes(routes!(threads::reopen))
        .routes(routes!(preview::create_preview))
        .routes(routes!(
            preview_links::list_preview_links,
            preview_links::create_preview_link
        ))
        .routes(routes!(preview_links::revoke_preview_link))
}

/// Returns the routes of reviews, publications and the lifecycle of guides.
fn workflow_routes() -> OpenApiRouter<DeskState> {
    OpenApiRouter::new()
        .routes(routes!(reviews::list_reviews))
        .routes(routes!(reviews::submit_guide))
        .routes(routes!(reviews::withdraw_guide))
        .routes(routes!(reviews::approve_guide))
        .routes(routes!(reviews::request_changes))
        .routes(routes!(publishing::publish_guide))
        .routes(routes!(publishing::break_glass))
        .routes(routes!(publishing::unpublish_guide))
        .routes(routes!(publishing::rollback_guide))
        .routes(routes!(lifecycle::archive_guide))
        .routes(routes!(lifecycle::unarchive_guide))
        .routes(routes!(lifecycle::copy_guide))
        .routes(routes!(slugs::list_slugs, slugs::redirect_slug))
        .routes(routes!(slugs::give_up_slug))
        .routes(routes!(slugs::join_guide))
        .routes(routes!(
            repoint::list_outdated_guides,
            repoint::repoint_guides
        ))
        .routes(routes!(publications::list_publications))
}

/// Returns the routes of webhooks.
fn webhook_routes() -> OpenApiRouter<DeskState> {
    OpenApiRouter::new()
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(webhooks::get_webhook, webhooks::update_webhook))
        .routes(routes!(webhooks::rotate_webhook_secret))
        .routes(routes!(webhooks::disable_webhook))
        .routes(routes!(webhooks::enable_webhook))
        .routes(routes!(webhook_deliveries::test_webhook))
        .routes(routes!(webhook_deliveries::list_webhook_deliveries))
        .routes(routes!(webhook_deliveries::redeliver_webhook))
}

/// Returns the routes of the installation as a whole.
fn site_routes() -> OpenApiRouter<DeskState> {
    OpenApiRouter::new()
        .routes(routes!(audit::list_audit_entries))
        .routes(routes!(schema::get_schema))
        .routes(routes!(export::export_guides))
        .routes(routes!(imports::import_files).layer(DefaultBodyLimit::max(imports::BYTES)))
}
