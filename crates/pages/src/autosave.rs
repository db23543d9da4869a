//! The working copy: autosaved, checked, discarded.

use annai_domain::{GuideId, WindowId};
use annai_editorial::{CommandError, autosave, discard_working_copy};
use annai_storage::working_copies;
use annai_view::editor::ChecksView;
use annai_web::Json;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;

use super::address::Path;
use super::editor_form::{FIELDS, basis, by_its_person, edited, window};
use super::error::PageError;
use super::findings::findings;
use super::flash::Flash;
use super::form::FormData;
use super::guide::open;
use super::other_keys::OtherKeys;
use super::page::Page;

/// The result of an autosave for the editor's script.
#[derive(Debug, Serialize)]
struct AutosavedView {
    sequence: i64,
    updated_at: Option<Timestamp>,
    /// Whether the other keys were not stored, because they are malformed.
    other_keys_wait: bool,
}

/// The person's working copy for the editor's script.
#[derive(Debug, Serialize)]
struct StoredView {
    /// 0 without a working copy.
    sequence: i64,
    /// The window in which it was typed.
    window: Option<WindowId>,
}

/// `GET /admin/guides/{guide_id}/working-copy`: says which window stored it last, and its number.
pub(super) async fn get_working_copy(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    open(&page, guide_id).await?;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    Ok(Json(StoredView {
        sequence: kept.as_ref().map_or(0, |kept| kept.client_sequence),
        window: kept.and_then(|kept| kept.window_id),
    })
    .into_response())
}

/// `POST /admin/guides/{guide_id}/working-copy`: stores the text of the form.
pub(super) async fn post_working_copy(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&FIELDS)?;
    by_its_person(&page, &form)?;
    open(&page, guide_id).await?;
    let (base, sequence) = (form.parse("base")?, form.parse::<i64>("sequence")?);
    let (basis, kept) = basis(&page, guide_id, base).await?;
    let source = basis
        .edited(&page.state.schema, &form)
        .map_err(CommandError::Source)?;
    let other_keys_wait = OtherKeys::sent(&form, &page.state.schema).is_err();
    if kept.is_none() && source == basis.base {
        let view = AutosavedView {
            sequence: 0,
            updated_at: None,
            other_keys_wait,
        };
        return Ok(Json(view).into_response());
    }
    let mut tx = page.begin().await?;
    let window = window(&form)?;
    let saved = autosave(&mut tx, guide_id, base, sequence, source, window).await?;
    tx.commit().await?;
    page.state.presence.typed(guide_id, page.actor().user_id);
    Ok(Json(AutosavedView {
        sequence: saved.sequence,
        updated_at: Some(saved.updated_at),
        other_keys_wait,
    })
    .into_response())
}

/// `POST /admin/guides/{guide_id}/checks`: the findings in the form's text, as a fragment.
pub(super) async fn post_checks(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    let (guide, source) = edited(&page, guide_id, &form).await?;
    let view = ChecksView {
        findings: findings(&page, &guide.facts, source).await?,
    };
    page.show(&view)
}

/// `POST /admin/guides/{guide_id}/discard`: discards the working copy.
pub(super) async fn post_discard(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["person"])?;
    by_its_person(&page, &form)?;
    let mut tx = page.begin().await?;
    discard_working_copy(&mut tx, guide_id).await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}"),
        Flash("guide_discarded"),
    ))
}
