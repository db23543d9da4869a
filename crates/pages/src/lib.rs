#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod accept;
mod account;
mod address;
mod audit;
mod autosave;
mod confirm;
mod conflict;
mod developers;
mod diffs;
mod editor;
mod editor_form;
mod error;
mod error_pages;
mod fields;
mod findings;
mod flash;
mod form;
mod guide;
mod guides;
mod guides_address;
mod history;
mod home;
mod imports;
mod keys;
mod named_guides;
mod other_keys;
mod page;
mod presence;
mod preview;
mod preview_links;
mod publishing;
mod reviews;
mod sent_form;
mod shared_preview;
mod sign_in;
mod slugs;
mod source;
mod suggestions;
mod take_over;
mod threads;
mod users;
mod webhook_deliveries;
mod webhook_endpoint;
mod webhooks;
mod windows;

use annai_desk::{DeskState, private_previews};
use annai_view::sign_in::AcceptKind;
use annai_web::AcceptEncoding;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};

use address::Path;
use error::PageError;
use page::Visitor;

pub use developers::{DescribeApi, References};
pub use error_pages::no_such_path;
pub use findings::say_finding;
pub use imports::{say_import_problem, say_passed_over};

/// Returns the routes of the pages, to be merged into [`annai_desk::router`].
pub fn router(state: &DeskState, references: References) -> Router<DeskState> {
    let pages = Router::new()
        .merge(door_routes())
        .merge(guide_routes())
        .merge(publishing_routes())
        .merge(slug_routes())
        .merge(people_routes())
        .merge(webhook_routes())
        .merge(developer_routes(references))
        .route("/admin/{*rest}", any(absent))
        .method_not_allowed_fallback(not_this_way)
        .layer(from_fn_with_state(state.clone(), error_pages::error_pages));
    Router::new()
        .route("/assets/{hash}/{*path}", get(asset))
        .merge(pages)
}

async fn asset(
    AcceptEncoding(encoding): AcceptEncoding,
    Path((hash, path)): Path<(String, String)>,
) -> Response {
    annai_view::asset(&hash, &path, encoding)
}

/// Returns the route of the page behind a preview link. It has no session.
pub fn preview_router() -> Router<DeskState> {
    private_previews(Router::new().route("/preview/{token}", get(shared_preview::get)))
}

fn door_routes() -> Router<DeskState> {
    Router::new()
        .route("/admin", get(home::get))
        .route("/admin/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/admin/sign-out", post(sign_in::post_out))
        .route("/admin/setup/{token}", accept::links(AcceptKind::Setup))
        .route("/admin/invite/{token}", accept::links(AcceptKind::Invite))
        .route("/admin/reset/{token}", accept::links(AcceptKind::Reset))
}

fn guide_routes() -> Router<DeskState> {
    Router::new()
        .route("/admin/guides", get(guides::get))
        .route("/admin/guides/find", get(suggestions::get_guides))
        .route("/admin/guides/words/{key}", get(suggestions::get_words))
        .route(
            "/admin/guides/other-keys",
            post(suggestions::post_other_keys),
        )
        .route(
            "/admin/guides/new",
            get(guides::get_new).post(guides::post_new),
        )
        .route(
            "/admin/guides/{guide_id}",
            get(editor::get).post(editor::post),
        )
        .route("/admin/guides/{guide_id}/conflict", get(conflict::get))
        .route("/admin/guides/{guide_id}/merge", post(conflict::post_merge))
        .route(
            "/admin/guides/{guide_id}/preview",
            get(preview::get).post(preview::post),
        )
        .route(
            "/admin/guides/{guide_id}/preview-links",
            get(preview_links::get).post(preview_links::post),
        )
        .route(
            "/admin/guides/{guide_id}/preview-links/{preview_link_id}/revoke",
            post(preview_links::post_revoke),
        )
        .route("/admin/guides/{guide_id}/history", get(history::get))
        .route(
            "/admin/guides/{guide_id}/restore",
            post(history::post_restore),
        )
        .route(
            "/admin/guides/{guide_id}/name-revision",
            post(history::post_name),
        )
        .route("/admin/guides/{guide_id}/authors", get(diffs::authors::get))
        .route("/admin/guides/{guide_id}/diff", get(diffs::get))
        .route(
            "/admin/guides/{guide_id}/diff/rendered",
            get(diffs::get_rendered),
        )
        .route("/admin/guides/{guide_id}/presence", get(presence::get))
        .merge(working_copy_routes())
        .merge(thread_routes())
}

fn working_copy_routes() -> Router<DeskState> {
    Router::new()
        .route(
            "/admin/guides/{guide_id}/working-copy",
            get(autosave::get_working_copy).post(autosave::post_working_copy),
        )
        .route("/admin/guides/{guide_id}/take-over", post(take_over::post))
        .route(
            "/admin/guides/{guide_id}/windows",
            post(editor::post_windows),
        )
        .route(
            "/admin/guides/{guide_id}/checks",
            post(autosave::post_checks),
        )
        .route(
            "/admin/guides/{guide_id}/discard",
            post(autosave::post_discard),
        )
}

fn thread_routes() -> Router<DeskState> {
    Router::new()
        .route("/admin/guides/{guide_id}/threads", post(threads::post))
        .route(
            "/admin/guides/{guide_id}/threads/places",
            post(threads::post_places),
        )
        .route(
            "/admin/guides/{guide_id}/threads/{thread_id}/comments",
            post(threads::post_comment),
        )
        .route(
            "/admin/guides/{guide_id}/threads/{thread_id}/resolve",
            post(threads::post_resolve),
        )
        .route(
            "/admin/guides/{guide_id}/threads/{thread_id}/reopen",
            post(threads::post_reopen),
        )
}

fn publishing_routes() -> Router<DeskState> {
    Router::new()
        .route("/admin/reviews", get(reviews::get_queue))
        .route("/admin/guides/{guide_id}/review", get(reviews::get))
        .route(
            "/admin/guides/{guide_id}/review/newest",
            get(reviews::get_newest),
        )
        .route(
            "/admin/guides/{guide_id}/submit",
            post(reviews::post_submit),
        )
        .route(
            "/admin/guides/{guide_id}/withdraw",
            post(reviews::post_withdraw),
        )
        .route(
            "/admin/guides/{guide_id}/approve",
            post(reviews::decisions::post_approve),
        )
        .route(
            "/admin/guides/{guide_id}/request-changes",
            post(reviews::decisions::post_request_changes),
        )
        .route(
            "/admin/guides/{guide_id}/publish",
            get(publishing::get_publish).post(publishing::post_publish),
        )
        .route(
            "/admin/guides/{guide_id}/break-glass",
            get(publishing::get_break_glass).post(publishing::post_break_glass),
        )
        .route(
            "/admin/guides/{guide_id}/unpublish",
            get(publishing::get_unpublish).post(publishing::post_unpublish),
        )
        .route(
            "/admin/guides/{guide_id}/archive",
            get(publishing::get_archive).post(publishing::post_archive),
        )
        .route(
            "/admin/guides/{guide_id}/unarchive",
            post(publishing::post_unarchive),
        )
        .route("/admin/guides/{guide_id}/undo", post(publishing::post_undo))
        .route(
            "/admin/guides/{guide_id}/rollback",
            get(publishing::get_rollback).post(publishing::post_rollback),
        )
}

fn slug_routes() -> Router<DeskState> {
    Router::new()
        .route(
            "/admin/guides/{guide_id}/slugs",
            get(slugs::get).post(slugs::post),
        )
        .route(
            "/admin/guides/{guide_id}/slugs/give-up",
            post(slugs::post_give_up),
        )
        .route("/admin/guides/{guide_id}/join", post(slugs::post_join))
        .route(
            "/admin/guides/{guide_id}/repoint",
            post(slugs::post_repoint),
        )
}

fn people_routes() -> Router<DeskState> {
    Router::new()
        .route("/admin/users", get(users::get).post(users::post))
        .route("/admin/users/{user_id}/roles", post(users::post_roles))
        .route("/admin/users/{user_id}/disable", post(users::post_disable))
        .route("/admin/users/{user_id}/enable", post(users::post_enable))
        .route("/admin/users/{user_id}/reset", post(users::post_reset))
        .route("/admin/keys", get(keys::get).post(keys::post))
        .route("/admin/keys/{api_key_id}/revoke", post(keys::post_revoke))
        .route("/admin/audit", get(audit::get))
        .route("/admin/audit.csv", get(audit::get_csv))
        .route("/admin/account", get(account::get))
        .route("/admin/account/profile", post(account::post_profile))
        .route("/admin/account/password", post(account::post_password))
        .route(
            "/admin/account/sessions/end-others",
            post(account::post_end_others),
        )
        .route(
            "/admin/account/sessions/{session_id}/end",
            post(account::post_end),
        )
}

fn webhook_routes() -> Router<DeskState> {
    Router::new()
        .route("/admin/webhooks", get(webhooks::get).post(webhooks::post))
        .route(
            "/admin/webhooks/{webhook_endpoint_id}",
            get(webhook_deliveries::get).post(webhooks::post_one),
        )
        .route(
            "/admin/webhooks/{webhook_endpoint_id}/rotate-secret",
            post(webhooks::post_rotate_secret),
        )
        .route(
            "/admin/webhooks/{webhook_endpoint_id}/disable",
            post(webhooks::post_disable),
        )
        .route(
            "/admin/webhooks/{webhook_endpoint_id}/enable",
            post(webhooks::post_enable),
        )
        .route(
            "/admin/webhooks/{webhook_endpoint_id}/test",
            post(webhooks::post_test),
        )
        .route(
            "/admin/webhooks/{webhook_endpoint_id}/deliveries/{webhook_delivery_id}/redeliver",
            post(webhook_deliveries::post_redeliver),
        )
}

fn developer_routes(references: References) -> Router<DeskState> {
    Router::new()
        .route("/admin/developers", get(developers::get))
        .route("/admin/developers/delivery", get(developers::get_delivery))
        .route("/admin/developers/editors", get(developers::get_editors))
        .layer(Extension(references))
}

/// Answers an unknown address. The visitor is extracted so that the page is in their language.
async fn absent(_visitor: Visitor) -> Response {
    PageError::not_found().into_response()
}

/// Answers a method that the page does not have.
async fn not_this_way() -> Response {
    PageError::new(StatusCode::METHOD_NOT_ALLOWED).into_response()
}
