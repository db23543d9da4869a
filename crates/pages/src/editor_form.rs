//! The basis of the editor's form, and the text that the form makes.

use annai_domain::{GuideId, RevisionId, WindowId};
use annai_editorial::CommandError;
use annai_storage::revisions;
use annai_storage::working_copies::{self, WorkingCopy};

use super::error::PageError;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::page::Page;
use super::source::Basis;

/// Every field of the editor's form.
pub(super) const FIELDS: [&str; 10] = [
    "base", "sequence", "person", "window", "message", "then", "field.", "other", "body", "source",
];

/// Finds the basis of a form: the revision that it names, and the person's working copy.
pub(super) async fn basis(
    page: &Page,
    guide_id: GuideId,
    base: RevisionId,
) -> Result<(Basis, Option<WorkingCopy>), PageError> {
    let db = page.reader();
    let revision = revisions::find(&db, guide_id, base)
        .await?
        .ok_or_else(PageError::not_found)?;
    let kept = working_copies::find(&db, guide_id, page.actor().user_id).await?;
    let basis = Basis {
        base: revision.source,
        kept: kept.as_ref().map(|kept| kept.source.clone()),
    };
    Ok((basis, kept))
}

/// Finds the guide, and the text that the form makes.
pub(super) async fn edited(
    page: &Page,
    guide_id: GuideId,
    form: &FormData,
) -> Result<(OpenGuide, Vec<u8>), PageError> {
    form.only(&FIELDS)?;
    let guide = open(page, guide_id).await?;
    let (basis, _) = basis(page, guide_id, form.parse("base")?).await?;
    let edited = basis.edited(&page.state.schema, form);
    Ok((guide, edited.map_err(CommandError::Source)?))
}

/// Returns the window in which the form was filled in; without scripts none is known.
pub(super) fn window(form: &FormData) -> Result<Option<WindowId>, PageError> {
    match form.text("window") {
        "" => Ok(None),
        _ => form.parse("window").map(Some),
    }
}

/// Refuses a form that another person filled in. In one browser a window may outlive the session
/// that it was opened in.
pub(super) fn by_its_person(page: &Page, form: &FormData) -> Result<(), PageError> {
    let person = page.actor().user_id.to_string();
    match form.find("person") {
        Some(other) if other != person => Err(PageError::signed_out(None)),
        Some(_) | None => Ok(()),
    }
}
