//! Threads about a guide.

use annai_content::{GuideSource, Place, Schema};
use annai_desk::{PlacedIn, place_threads};
use annai_domain::{
    Anchor, GuideId, Locale, Quotation, RevisionId, ThreadAction, ThreadId, decide, mentions,
};
use annai_editorial::{CommandError, ThreadForm, begin_thread, reply, settle_thread, who_may_read};
use annai_storage::threads::{self, CommentRecord, ThreadRecord};
use annai_storage::{guides, users};
use annai_web::Json;
use axum::response::{IntoResponse, Response};

use super::address::Path;
use super::editor_form::edited;
use super::error::PageError;
use super::fields::in_language;
use super::flash::Flash;
use super::form::FormData;
use super::guide::OpenGuide;
use super::page::Page;
use annai_view::threads::{
    CommentPiece, CommentView, FieldChoice, PlaceView, ThreadEventView, ThreadPlace, ThreadView,
    ThreadsView,
};

/// The page that shows threads, and the text in which they are placed.
#[derive(Debug)]
pub(super) struct ThreadsShown {
    pub(super) page: &'static str,
    pub(super) revision_id: RevisionId,
    pub(super) source: Vec<u8>,
}

/// Builds the threads of a guide.
pub(super) async fn view(
    page: &Page,
    guide: &OpenGuide,
    shown: ThreadsShown,
) -> Result<ThreadsView, PageError> {
    let (db, facts) = (page.reader(), &guide.facts);
    let records = threads::list(&db, facts.guide_id).await?;
    let people = who_may_read(users::list(&db).await?, facts);
    let (schema, locale) = (page.state.schema.clone(), page.locale());
    let placed = placed(shown.source, records).await?;
    let mut ordered: Vec<_> = placed
        .into_iter()
        .map(|(record, place, start)| {
            let view = ThreadView {
                may_resolve: decide::resolve_thread(facts, &record.facts, page.actor()).is_ok(),
                may_reopen: decide::reopen_thread(facts, &record.facts, page.actor()).is_ok(),
                ..thread(record, place, &schema, locale)
            };
            (start, view)
        })
        .collect();
    ordered.sort_by_key(|(start, view)| view.is_open.then_some(*start));
    let (open, resolved) = ordered
        .into_iter()
        .map(|(_, view)| view)
        .partition(|view| view.is_open);
    Ok(ThreadsView {
        guide_id: facts.guide_id,
        revision_id: shown.revision_id,
        page: shown.page,
        open,
        resolved,
        may_comment: decide::comment(facts, page.actor()).is_ok(),
        fields: schema
            .fields()
            .iter()
            .map(|field| choice(&schema, &field.key, locale))
            .collect(),
        people: people.map(|user| user.display_name).collect(),
    })
}

/// A thread with its place and order: the whole guide first, then fields and words, lost places
/// last.
type Placed = (ThreadRecord, Option<PlaceView>, usize);

async fn placed(source: Vec<u8>, records: Vec<ThreadRecord>) -> Result<Vec<Placed>, PageError> {
    let placed = place_threads(source, records, |record, place| {
        let Some((PlacedIn { at, source }, anchor)) = place.zip(record.anchor.as_ref()) else {
            return (record, None, 0);
        };
        let start = at.at().map_or(usize::MAX, |(range, _)| range.start + 1);
        let view = place_view(&at, anchor, source);
        (record, Some(view), start)
    });
    placed.await.map_err(|error| PageError::internal(&error))
}

fn place_view(place: &Place, anchor: &Anchor, source: &GuideSource) -> PlaceView {
    let state = match place {
        Place::Found { .. } => "found",
        Place::Ambiguous { .. } => "ambiguous",
        Place::Gone => "gone",
    };
    let body = match (anchor, place.at()) {
        (Anchor::Quote(_), Some((range, _))) => {
            let body = source.body();
            let start = source.as_str().len() - body.len();
            let count = |end: usize| area_length(&body[..end - start]);
            Some((count(range.start), count(range.end)))
        }
        _ => None,
    };
    PlaceView { state, body }
}

/// Returns the length of a text as a text area counts it: UTF-16 units, each line end being one.
fn area_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum::<usize>() - text.matches("\r\n").count()
}

fn choice(schema: &Schema, key: &str, locale: Locale) -> FieldChoice {
    let label = schema
        .field(key)
        .map(|field| in_language(&field.label, locale));
    FieldChoice {
        key: key.to_owned(),
        label: label.unwrap_or(key).to_owned(),
    }
}

fn thread(
    record: ThreadRecord,
    place: Option<PlaceView>,
    schema: &Schema,
    locale: Locale,
) -> ThreadView {
    let (field, quote) = match record.anchor {
        Some(Anchor::Field(key)) => (Some(choice(schema, &key, locale)), None),
        Some(Anchor::Quote(quotation)) => (None, Some(quotation.quote)),
        None => (None, None),
    };
    let event = |event: threads::ThreadEventRecord| ThreadEventView {
        action: event.action,
        by: event.created_by_name,
        at: event.created_at,
    };
    ThreadView {
        thread_id: record.thread_id,
        field,
        quote,
        place,
        is_blocking: record.facts.is_blocking,
        is_open: record.facts.is_open,
        may_resolve: false,
        may_reopen: false,
        comments: record.comments.into_iter().map(comment).collect(),
        events: record.events.into_iter().map(event).collect(),
    }
}

fn comment(record: CommentRecord) -> CommentView {
    let names = record.mentions.iter().map(|mention| mention.name.as_str());
    CommentView {
        pieces: pieces(&record.body, names),
        author: record.created_by_name,
        at: record.created_at,
    }
}

/// Splits a text into pieces. Each mention is a piece of its own.
pub(super) fn pieces<'a>(
    text: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<CommentPiece> {
    let piece = |text: &str, is_mention| CommentPiece {
        text: text.to_owned(),
        is_mention,
    };
    let mut pieces = Vec::new();
    let mut done = 0;
    for mention in mentions(text, names) {
        pieces.push(piece(&text[done..mention.range.start], false));
        pieces.push(piece(&text[mention.range.clone()], true));
        done = mention.range.end;
    }
    pieces.push(piece(&text[done..], false));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// `POST /admin/guides/{guide_id}/threads/places`: the places of threads in the text of the form.
pub(super) async fn post_places(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    let (_, source) = edited(&page, guide_id, &form).await?;
    let records = threads::list(&page.reader(), guide_id).await?;
    let places = placed(source, records).await?.into_iter();
    let places = places.filter_map(|(record, place, _)| {
        Some(ThreadPlace {
            thread_id: record.thread_id,
            place: place?,
        })
    });
    Ok(Json(places.collect::<Vec<_>>()).into_response())
}

/// `POST /admin/guides/{guide_id}/threads`: begins a thread.
pub(super) async fn post(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&[
        "comment",
        "page",
        "field",
        "quote",
        "prefix",
        "suffix",
        "revision_id",
        "blocking",
    ])?;
    let facts = guides::find_facts(&page.reader(), guide_id).await?;
    let review = facts.and_then(|facts| facts.review);
    let thread = ThreadForm {
        review_id: review.map(|review| review.review_id),
        anchor: anchor(&form)?,
        is_blocking: form.text("blocking") == "true",
        body: &plain(&form, "comment"),
    };
    let mut tx = page.begin().await?;
    let begun = begin_thread(&mut tx, &page.state.schema, guide_id, thread).await;
    let begun = begun.map_err(|error| refused(error, &form))?;
    tx.commit().await?;
    Ok(back(
        &page,
        guide_id,
        begun.thread_id,
        &form,
        "comment_added",
    ))
}

/// Returns the anchor in the form.
fn anchor(form: &FormData) -> Result<Option<Anchor>, PageError> {
    if !form.text("quote").is_empty() {
        return Ok(Some(Anchor::Quote(Quotation {
            revision_id: form.parse("revision_id")?,
            quote: plain(form, "quote"),
            prefix: plain(form, "prefix"),
            suffix: plain(form, "suffix"),
        })));
    }
    let field = form.text("field");
    Ok((!field.is_empty()).then(|| Anchor::Field(field.to_owned())))
}

/// Returns the value with plain line ends.
fn plain(form: &FormData, name: &str) -> String {
    form.text(name).replace("\r\n", "\n")
}

/// `POST /admin/guides/{guide_id}/threads/{thread_id}/comments`
pub(super) async fn post_comment(
    page: Page,
    Path((guide_id, thread_id)): Path<(GuideId, ThreadId)>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["comment", "page"])?;
    let mut tx = page.begin().await?;
    let said = reply(&mut tx, guide_id, thread_id, &plain(&form, "comment")).await;
    said.map_err(|error| refused(error, &form))?;
    tx.commit().await?;
    Ok(back(&page, guide_id, thread_id, &form, "comment_added"))
}

/// `POST /admin/guides/{guide_id}/threads/{thread_id}/resolve`
pub(super) async fn post_resolve(
    page: Page,
    path: Path<(GuideId, ThreadId)>,
    form: FormData,
) -> Result<Response, PageError> {
    settle(page, path, form, ThreadAction::Resolve).await
}

/// `POST /admin/guides/{guide_id}/threads/{thread_id}/reopen`
pub(super) async fn post_reopen(
    page: Page,
    path: Path<(GuideId, ThreadId)>,
    form: FormData,
) -> Result<Response, PageError> {
    settle(page, path, form, ThreadAction::Reopen).await
}

/// Resolves or reopens a thread, with the comment beside the button.
async fn settle(
    page: Page,
    Path((guide_id, thread_id)): Path<(GuideId, ThreadId)>,
    form: FormData,
    action: ThreadAction,
) -> Result<Response, PageError> {
    form.only(&["comment", "page"])?;
    let text = plain(&form, "comment");
    let mut tx = page.begin().await?;
    let mut done = settle_thread(&mut tx, guide_id, thread_id, action).await;
    if done.is_ok() && !text.trim().is_empty() {
        done = reply(&mut tx, guide_id, thread_id, &text).await.map(drop);
    }
    done.map_err(|error| refused(error, &form))?;
    tx.commit().await?;
    let flash = match action {
        ThreadAction::Resolve => "thread_resolved",
        ThreadAction::Reopen => "thread_reopened",
    };
    Ok(back(&page, guide_id, thread_id, &form, flash))
}

/// Returns the refusal with the typed text.
fn refused(error: CommandError, form: &FormData) -> PageError {
    let text = form.text("comment");
    PageError {
        kept_text: (!text.is_empty()).then(|| text.to_owned()),
        ..error.into()
    }
}

fn back(
    page: &Page,
    guide_id: GuideId,
    thread_id: ThreadId,
    form: &FormData,
    flash: &'static str,
) -> Response {
    let end = if form.text("page") == "review" {
        "/review"
    } else {
        ""
    };
    page.go(
        &format!("/admin/guides/{guide_id}{end}#thread-{thread_id}"),
        Flash(flash),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_as_a_text_area_counts() {
        let source = GuideSource::parse("---json\n{}\n---\n一\r\n👨‍👩‍👧 二\r\n三").unwrap();
        let anchor = Anchor::Quote(Quotation {
            revision_id: RevisionId(uuid::Uuid::nil()),
            quote: "三".to_owned(),
            prefix: String::new(),
            suffix: String::new(),
        });
        let place = annai_content::AnchoredText::new(&source).place(&anchor);
        let view = place_view(&place, &anchor, &source);
        let area = "一\n👨‍👩‍👧 二\n三".encode_utf16().count();
        let expected = PlaceView {
            state: "found",
            body: Some((area - 1, area)),
        };
        assert_eq!(view, expected);
    }

    #[test]
    fn a_mention_stands_by_itself_and_no_letter_is_lost() {
        let text = "@山田 さんと@佐藤へ。";
        let found = pieces(text, ["山田", "佐藤"]);
        let mentions: Vec<_> = found.iter().filter(|piece| piece.is_mention).collect();
        assert_eq!(mentions.len(), 2);
        assert_eq!(
            (mentions[0].text.as_str(), mentions[1].text.as_str()),
            ("@山田", "@佐藤")
        );
        let whole: String = found.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, text);
        assert_eq!(pieces("", []), []);
    }
}
