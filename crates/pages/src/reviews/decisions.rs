//! Approving, and requesting changes.

use annai_domain::{ContentHash, GuideId, RevisionId};
use annai_editorial::{CommandError, approve, publish, request_changes};
use annai_view::form::FormField;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::address::Path;
use super::super::error::PageError;
use super::super::flash::Toast;
use super::super::form::FormData;
use super::super::guide::open;
use super::super::page::{Page, end};
use super::queue::{self, QueueFilter};
use super::{OpenReview, view};

/// The form of a decision: the judged text, and the page that it was sent from.
struct Judged {
    revision: RevisionId,
    hash: ContentHash,
    comment: String,
    filter: QueueFilter,
}

impl Judged {
    fn of_form(form: &FormData, more: &[&str]) -> Result<Self, PageError> {
        let mut known = vec!["revision_id", "content_hash", "comment", "seen"];
        known.extend(QueueFilter::FIELDS);
        known.extend(more);
        form.only(&known)?;
        Ok(Self {
            revision: form.parse("revision_id")?,
            hash: form.parse("content_hash")?,
            comment: form.trimmed("comment").to_owned(),
            filter: QueueFilter::of_form(form),
        })
    }

    /// Builds the state of the page that keeps the typed text.
    fn shown(&self, comment: FormField) -> OpenReview {
        OpenReview {
            comment,
            filter: self.filter.clone(),
            ..OpenReview::default()
        }
    }
}

/// Shows the page again where a newer revision exists: a decision needs a page that shows it. The
/// typed text is kept.
async fn if_changed(
    page: &Page,
    guide_id: GuideId,
    seen: RevisionId,
    shown: OpenReview,
) -> Result<Option<Response>, PageError> {
    let guide = open(page, guide_id).await?;
    if guide.facts.latest.revision_id == seen {
        return Ok(None);
    }
    let shown = OpenReview {
        seen: Some(seen),
        ..shown
    };
    let view = view(page, guide, shown).await?;
    page.show_as(StatusCode::CONFLICT, &view).map(Some)
}

/// `POST /admin/guides/{guide_id}/approve`: approves, and publishes in the same transaction where
/// the person asked for both. The next review opens.
pub(in super::super) async fn post_approve(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    let judged = Judged::of_form(&form, &["then"])?;
    let shown = judged.shown(FormField::holding(form.text("comment")));
    if let Some(response) = if_changed(&page, guide_id, form.parse("seen")?, shown).await? {
        return Ok(response);
    }
    let next = queue::after(&page, guide_id, &judged.filter).await?;
    let (revision, hash) = (judged.revision, judged.hash);
    let mut tx = page.begin().await?;
    let approved = approve(&mut tx, guide_id, revision, hash, &judged.comment).await?;
    let (key, undo) = match (form.text("then"), approved.completed) {
        ("publish", true) => {
            let published = publish(&mut tx, &page.state.schema, guide_id, revision, hash).await?;
            ("published", Some(published.publication_ref.number))
        }
        ("publish", false) => ("approved_not_published", None),
        _ => ("approved", None),
    };
    tx.commit().await?;
    let toast = Toast {
        key,
        guide_id,
        undo,
    };
    Ok(page.go_on(&next, toast))
}

/// `POST /admin/guides/{guide_id}/request-changes`
pub(in super::super) async fn post_request_changes(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    let judged = Judged::of_form(&form, &[])?;
    let typed = FormField::holding(form.text("comment"));
    let seen = form.parse("seen")?;
    if let Some(response) = if_changed(&page, guide_id, seen, judged.shown(typed.clone())).await? {
        return Ok(response);
    }
    let next = queue::after(&page, guide_id, &judged.filter).await?;
    let mut tx = page.begin().await?;
    let (revision, hash) = (judged.revision, judged.hash);
    let sent = request_changes(&mut tx, guide_id, revision, hash, &judged.comment).await;
    match end(tx, sent).await? {
        Ok(_) => Ok(page.go_on(
            &next,
            Toast {
                key: "sent_back",
                guide_id,
                undo: None,
            },
        )),
        Err(CommandError::Field { fault, .. }) => {
            let comment = typed.refused(format!("field.{fault}"));
            let guide = open(&page, guide_id).await?;
            let view = view(&page, guide, judged.shown(comment)).await?;
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}
