//! The page of a conflict: somebody else saved first, and both texts are merged.

use annai_content::{
    Choice, Conflict, ConflictPlace, GuideSource, Merge, Piece, ResolveError, merge,
};
use annai_domain::{GuideId, RevisionId};
use annai_editorial::{CommandError, NewText, NotSaved, SavedText, StaleText};
use annai_storage::revisions::{self, StoredRevision};
use annai_storage::working_copies;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::address::Path;
use super::diffs::{compare, side};
use super::error::PageError;
use super::fields::in_language;
use super::flash::Flash;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::page::Page;
use annai_view::Message;
use annai_view::conflict::{ConflictItemView, ConflictView};
use annai_view::diff::BlockView;

/// The most characters of the lines around a conflict.
const CONTEXT: usize = 60;

/// `GET /admin/guides/{guide_id}/conflict`: the same page later, from the working copy.
pub(super) async fn get(page: Page, Path(guide_id): Path<GuideId>) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let Some(kept) = kept.filter(|kept| kept.base_revision_id != guide.latest.revision_id) else {
        return Ok(Redirect::to(&format!("/admin/guides/{guide_id}")).into_response());
    };
    let theirs = guide.latest.revision_id;
    let texts = texts(&page, guide_id, kept.base_revision_id, theirs, kept.source).await?;
    page.show(&view(&page, guide, texts, &FormData::default()).await?)
}

async fn texts(
    page: &Page,
    guide_id: GuideId,
    base: RevisionId,
    theirs: RevisionId,
    mine: Vec<u8>,
) -> Result<StaleText, PageError> {
    let db = page.reader();
    let base = revisions::find(&db, guide_id, base).await?;
    let theirs = revisions::find(&db, guide_id, theirs).await?;
    Ok(StaleText {
        base: base.map(SavedText::from),
        theirs: theirs.ok_or_else(PageError::not_found)?.into(),
        mine,
    })
}

/// Merges the two texts; `None` when one of the three is malformed.
async fn merged(texts: &StaleText) -> Result<Option<Merge>, PageError> {
    let Some(base) = &texts.base else {
        return Ok(None);
    };
    merge_sources([&base.source, &texts.mine, &texts.theirs.source].map(Clone::clone)).await
}

/// Merges two texts that were written on the first one; `None` when one of the three is malformed.
pub(super) async fn merge_sources(sources: [Vec<u8>; 3]) -> Result<Option<Merge>, PageError> {
    let merged = tokio::task::spawn_blocking(move || {
        let [base, ours, theirs] = sources.map(GuideSource::parse);
        Some(merge(base.ok()?, ours.ok()?, theirs.ok()?))
    });
    merged.await.map_err(|error| PageError::internal(&error))
}

/// Builds the page of both sides and their merge. The person's text is in their working copy
/// already; `form` holds the choices made so far.
pub(super) async fn view(
    page: &Page,
    guide: OpenGuide,
    texts: StaleText,
    form: &FormData,
) -> Result<ConflictView, PageError> {
    let guide_id = guide.facts.guide_id;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let base = texts.base.as_ref().map(|base| base.source.clone());
    let latest = revisions::find(&page.reader(), guide_id, texts.theirs.revision_id).await?;
    let latest: StoredRevision = latest.ok_or_else(PageError::not_found)?;
    let merge = merged(&texts).await?;
    let mut conflicts = Vec::new();
    for (index, conflict) in merge.iter().flat_map(Merge::conflicts).enumerate() {
        conflicts.push(item(page, conflict, index, form).await?);
    }
    if let Some(merge) = &merge {
        put_in_context(merge, &mut conflicts);
    }
    let clean = merge.and_then(|merge| merge.resolve(&[]).ok());
    let theirs_source = texts.theirs.source;
    let merged_changes = match clean {
        Some(clean) => compare(page, Some(theirs_source.clone()), clean.into_bytes()).await?,
        None => None,
    };
    Ok(ConflictView {
        head: guide.head,
        base_number: texts.base.as_ref().map_or(0, |base| base.revision_number),
        theirs: side(page, &latest).await?,
        their_changes: compare(page, base.clone(), theirs_source)
            .await?
            .unwrap_or_default(),
        my_name: page.signed_in.user.display_name.clone(),
        my_changes: compare(page, base, texts.mine.clone()).await?,
        mine_at: kept.as_ref().map(|kept| kept.updated_at),
        mine: String::from_utf8_lossy(&texts.mine).into_owned(),
        sequence: kept.map_or(0, |kept| kept.client_sequence),
        message: form.trimmed("message").to_owned(),
        conflicts,
        merged_changes,
        is_undecided: false,
        refusal: None,
    })
}

async fn item(
    page: &Page,
    conflict: &Conflict,
    index: usize,
    form: &FormData,
) -> Result<ConflictItemView, PageError> {
    let (place, line) = match &conflict.place {
        ConflictPlace::Body { headings, line } => (headings.clone(), Some(*line)),
        ConflictPlace::Field { path, .. } => {
            let mut path = path.clone();
            if let Some(key) = path.first_mut()
                && let Some(field) = page.state.schema.field(key)
            {
                in_language(&field.label, page.locale()).clone_into(key);
            }
            (path, None)
        }
    };
    let ours = conflict.ours.clone();
    let combined = conflict.combined();
    let own = form.find(&format!("own.{index}")).map(str::to_owned);
    Ok(ConflictItemView {
        place,
        line,
        before: String::new(),
        after: String::new(),
        base: conflict.base.clone().unwrap_or_default(),
        mine: marked(page, conflict, conflict.ours.as_deref()).await?,
        theirs: marked(page, conflict, conflict.theirs.as_deref()).await?,
        choice: form.text(&format!("choice.{index}")).to_owned(),
        own: own
            .or_else(|| combined.clone())
            .or(ours)
            .unwrap_or_default(),
        combined,
        error: None,
    })
}

/// Builds one side of a conflict; nothing where it removed the text.
async fn marked(
    page: &Page,
    conflict: &Conflict,
    text: Option<&str>,
) -> Result<Vec<BlockView>, PageError> {
    // After an empty line nothing is parsed as front matter.
    let source = |text: &str| format!("\n{text}").into_bytes();
    let base = conflict.base.as_deref().unwrap_or_default();
    let text = text.unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let diff = compare(page, Some(source(base)), source(text)).await?;
    let stretches = diff.unwrap_or_default().stretches.into_iter();
    Ok(stretches.flat_map(|stretch| stretch.blocks).collect())
}

/// Shows each conflict of the body between its neighbouring lines.
fn put_in_context(merge: &Merge, conflicts: &mut [ConflictItemView]) {
    let pieces = merge.pieces();
    let places = (0..pieces.len()).filter(|index| matches!(pieces[*index], Piece::Conflict(_)));
    let of_body = conflicts.iter_mut().filter(|item| item.line.is_some());
    for (item, index) in of_body.zip(places) {
        let before = index.checked_sub(1).and_then(|index| pieces.get(index));
        item.before = line_before(before.map_or("", Piece::text));
        item.after = line_after(pieces.get(index + 1).map_or("", Piece::text));
    }
}

/// Returns the end of the last line of `text` that is not blank.
fn line_before(text: &str) -> String {
    let mut lines = text.lines().rev().map(str::trim_end);
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().rev().nth(CONTEXT - 1) {
        Some((start, _)) if start > 0 => format!("…{}", &line[start..]),
        Some(_) | None => line.to_owned(),
    }
}

/// Returns the beginning of the first line of `text` that is not blank.
fn line_after(text: &str) -> String {
    let mut lines = text.lines().map(str::trim_end);
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(CONTEXT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// `POST /admin/guides/{guide_id}/merge`: saves the merged text.
pub(super) async fn post_merge(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["theirs", "sequence", "message", "choice.", "own."])?;
    let guide = open(&page, guide_id).await?;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let kept = kept.ok_or_else(PageError::not_found)?;
    if form.parse::<i64>("sequence")? != kept.client_sequence {
        return Err(CommandError::SequenceNotNewer {
            stored: kept.client_sequence,
        }
        .into());
    }
    let theirs: RevisionId = form.parse("theirs")?;
    let texts = texts(&page, guide_id, kept.base_revision_id, theirs, kept.source).await?;
    let merge = merged(&texts).await?.ok_or_else(PageError::bad_form)?;
    let source = match chosen(&merge, &form) {
        Ok(source) => source.into_bytes(),
        Err(ResolveError::Source(error)) => {
            return again(&page, guide, texts, &form, error.into()).await;
        }
        Err(error) => {
            let mut view = view(&page, guide, texts, &form).await?;
            view.is_undecided = error == ResolveError::Undecided;
            if let ResolveError::NotJson { index } = error {
                view.conflicts[index].error = Some(Message::new("conflict.not_json"));
            }
            return page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    // The merged text becomes the person's text, based on the revision that they merged with.
    let text = NewText {
        guide_id,
        base: theirs,
        begun_on: Some(kept.base_revision_id),
        source,
        message: form.trimmed("message"),
        window: kept.window_id,
        seen: Some(kept.client_sequence),
    };
    match page.save(text).await? {
        Ok(saved) => {
            let said = if saved.unchanged {
                "guide_unchanged"
            } else {
                "guide_merged"
            };
            Ok(page.go(&format!("/admin/guides/{guide_id}"), Flash(said)))
        }
        Err(NotSaved {
            error: CommandError::Stale(texts),
            kept: true,
        }) => {
            let view = view(&page, guide, *texts, &FormData::default()).await?;
            page.show_as(StatusCode::PRECONDITION_FAILED, &view)
        }
        Err(NotSaved {
            error: CommandError::Source(error),
            kept: false,
        }) => again(&page, guide, texts, &form, error.into()).await,
        Err(NotSaved { error, .. }) => Err(error.into()),
    }
}

/// Shows the page again with the choices, and with the reason why the merge was not saved.
async fn again(
    page: &Page,
    guide: OpenGuide,
    texts: StaleText,
    form: &FormData,
    error: CommandError,
) -> Result<Response, PageError> {
    let fault = PageError::from(error);
    let mut view = view(page, guide, texts, form).await?;
    view.refusal = fault.detail.map(|detail| *detail);
    page.show_as(fault.status, &view)
}

fn chosen(merge: &Merge, form: &FormData) -> Result<GuideSource, ResolveError> {
    let choices = merge.conflicts().enumerate().map(|(index, conflict)| {
        Some(match form.text(&format!("choice.{index}")) {
            "mine" => Choice::Ours,
            "theirs" => Choice::Theirs,
            "both" => Choice::Both,
            "combined" => Choice::Own(conflict.combined()?),
            "own" => Choice::Own(form.text(&format!("own.{index}")).to_owned()),
            _ => return None,
        })
    });
    let choices: Option<Vec<_>> = choices.collect();
    merge.resolve(&choices.ok_or(ResolveError::Undecided)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_stands_between_the_lines_around_it() {
        assert_eq!(line_before("前の前。\n前の行。\n\n"), "前の行。");
        assert_eq!(line_after("\n\n次の行。\nその次。"), "次の行。");
        assert_eq!(line_before("\n"), "");
        assert_eq!(line_after(""), "");
    }

    #[test]
    fn a_long_line_is_cut_where_it_is_farthest_from_the_conflict() {
        let just = "あ".repeat(CONTEXT);
        assert_eq!(line_before(&just), just);
        assert_eq!(line_after(&just), just);
        assert_eq!(line_before(&format!("い{just}")), format!("…{just}"));
        assert_eq!(line_after(&format!("{just}い")), format!("{just}…"));
    }
}
