//! The editor: showing and saving.

use annai_content::{FieldRole, GuideSource, Schema, SourceError, cut};
use annai_domain::decide;
use annai_domain::{GuideId, GuideStatus, RevisionId, Slug, VisibilityKind};
use annai_editorial::{CommandError, NewText, NotSaved, SavedRevision, keep_text, submit};
use annai_storage::working_copies;
use annai_storage::{reviews, revisions, slugs};
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Path;
use super::conflict;
use super::editor_form::{FIELDS, basis, by_its_person, edited, window};
use super::error::PageError;
use super::fields;
use super::findings::findings;
use super::flash::Flash;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::other_keys::{self, OtherKeys, OtherKeysFault};
use super::page::{Page, end};
use super::reviews::decision as decision_view;
use super::suggestions::known_guide;
use super::take_over;
use super::threads;
use super::windows;
use annai_view::Message;
use annai_view::editor::{AroundTextView, EditorView, PartsView, RawView};
use annai_view::fields::{KnownGuide, KnownState, SearchCardView};
use annai_view::review::DecisionView;

/// The value of `then` with which a script saves without leaving the page.
const STAY: &str = "stay";
/// The most guides in the list of related guides.
const KNOWN_GUIDES: i64 = 2_000;

/// `GET /admin/guides/{guide_id}`
pub(super) async fn get(page: Page, Path(guide_id): Path<GuideId>) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    page.show(&editor(&page, guide, None).await?)
}

/// Builds the editor with the person's working copy, or the newest revision.
async fn editor(
    page: &Page,
    guide: OpenGuide,
    refusal: Option<Message>,
) -> Result<EditorView, PageError> {
    let guide_id = guide.facts.guide_id;
    let kept = working_copies::find(&page.reader(), guide_id, page.actor().user_id).await?;
    let kept = kept.filter(|_| guide.head.may_write);
    let base_id = kept
        .as_ref()
        .map_or(guide.latest.revision_id, |kept| kept.base_revision_id);
    let base = base_number(page, &guide, base_id).await?;
    let text = kept
        .as_ref()
        .map_or(&guide.latest.source, |kept| &kept.source)
        .clone();
    let (parts, raw) = match GuideSource::parse(text.clone()) {
        Ok(source) => (Some(parts(page, &guide, &source).await?), None),
        Err(error) => (None, Some(raw(&text, &error))),
    };
    let shown = threads::ThreadsShown {
        page: "editor",
        revision_id: base_id,
        source: text.clone(),
    };
    Ok(EditorView {
        person: page.actor().user_id,
        base_revision_id: base_id,
        base_number: base,
        sequence: kept.as_ref().map_or(0, |kept| kept.client_sequence),
        working_copy_at: kept.as_ref().map(|kept| kept.updated_at),
        next: decide::next_act(&guide.facts, page.actor()),
        is_changed: text != guide.latest.source,
        is_stale: base_id != guide.latest.revision_id,
        refusal,
        saved: None,
        sent_back: sent_back(page, &guide).await?,
        left: take_over::left(page, &guide).await?,
        parts,
        raw,
        threads: threads::view(page, &guide, shown).await?,
        findings: findings(page, &guide.facts, text).await?,
        head: guide.head,
    })
}

/// Finds the decision that requested changes of the newest text.
async fn sent_back(page: &Page, guide: &OpenGuide) -> Result<Option<DecisionView>, PageError> {
    if guide.head.status != GuideStatus::ChangesRequested {
        return Ok(None);
    }
    let latest = reviews::list_of_guide(&page.reader(), guide.facts.guide_id, 1).await?;
    let decision = latest
        .into_iter()
        .next()
        .and_then(|mut review| review.decisions.pop());
    Ok(decision.map(decision_view))
}

async fn base_number(page: &Page, guide: &OpenGuide, base: RevisionId) -> Result<i32, PageError> {
    if base == guide.latest.revision_id {
        return Ok(guide.latest.revision_number);
    }
    let found = revisions::find(&page.reader(), guide.facts.guide_id, base).await?;
    Ok(found.map_or(guide.latest.revision_number, |revision| {
        revision.revision_number
    }))
}

async fn parts(
    page: &Page,
    guide: &OpenGuide,
    source: &GuideSource,
) -> Result<PartsView, PageError> {
    let schema = &page.state.schema;
    let db = page.reader();
    let scope = decide::list_guides(page.actor())?;
    let known = slugs::list_known(&db, scope, KNOWN_GUIDES).await?;
    let known_is_complete = i64::try_from(known.len()).is_ok_and(|count| count < KNOWN_GUIDES);
    let missing = slugs::list_unknown(&db, scope, &fields::related(source, schema)).await?;
    let own = guide.facts.guide_id;
    let known = known.into_iter().map(|known| known_guide(known, Some(own)));
    let missing = missing.into_iter().map(|slug| KnownGuide {
        slug,
        title: String::new(),
        state: KnownState::Missing,
        is_own: false,
    });
    Ok(PartsView {
        fields: fields::form_of(source, schema, page.locale(), was_public(guide)),
        other_keys: other_keys::view(source, schema),
        card: search_card(&page.state.settings.guide_url, source, schema),
        site_assets: page.state.settings.site_assets.clone(),
        skeleton: annai_checks::skeleton(schema),
        known_guides: known.chain(missing).collect(),
        known_is_complete,
        body: source.body().to_owned(),
    })
}

/// Returns whether the guide, and so its slug, was ever public.
fn was_public(guide: &OpenGuide) -> bool {
    guide.facts.visibility.kind() != VisibilityKind::NeverPublished
}

fn search_card(url_pattern: &str, source: &GuideSource, schema: &Schema) -> SearchCardView {
    let text = |role| schema.text_of(role, source).unwrap_or_default();
    // A search result shows as much as the counter of the field allows.
    let room = |role| schema.field_of(role)?.counter?.max;
    let shown = |role| match room(role) {
        Some(room) => cut(text(role), room),
        None => text(role).to_owned(),
    };
    let slug: Option<Slug> = text(FieldRole::Slug).parse().ok();
    SearchCardView {
        url_pattern: url_pattern.to_owned(),
        url: slug.map_or_else(String::new, |slug| {
            url_pattern.replace("{slug}", slug.as_str())
        }),
        title: shown(FieldRole::Title),
        title_room: room(FieldRole::Title),
        description: shown(FieldRole::Summary),
        description_room: room(FieldRole::Summary),
    }
}

fn raw(shown: &[u8], error: &SourceError) -> RawView {
    RawView {
        source: String::from_utf8_lossy(shown).into_owned(),
        error: Message::new(format!("check.{}", error.code())),
        line: error.position.line,
        column: error.position.column,
    }
}

/// `POST /admin/guides/{guide_id}`: saves a revision, and submits it where wanted. For a script, it
/// answers with the parts around the text.
///
/// A person whose session is over is refused as usual, but gets their text back.
pub(super) async fn post(
    page: Result<Page, PageError>,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&FIELDS)?;
    let saved = match page {
        Ok(page) => save(&page, guide_id, &form).await,
        Err(fault) => Err(fault),
    };
    saved.map_err(|mut fault| {
        let text = form.find("source").or_else(|| form.find("body"));
        fault.kept_text = text.map(str::to_owned);
        fault
    })
}

async fn save(page: &Page, guide_id: GuideId, form: &FormData) -> Result<Response, PageError> {
    by_its_person(page, form)?;
    let guide = open(page, guide_id).await?;
    let base: RevisionId = form.parse("base")?;
    let seen: i64 = form.parse("sequence")?;
    let (basis, kept) = basis(page, guide_id, base).await?;
    let source = basis
        .edited(&page.state.schema, form)
        .map_err(CommandError::Source)?;
    // Saving ends the working copy: not one that another window of theirs wrote meanwhile.
    let unseen = kept.filter(|kept| kept.client_sequence > seen && kept.source != source);
    if let Some(unseen) = unseen {
        if form.text("then") != STAY {
            return merge_windows(page, guide, form, source).await;
        }
        let stored = unseen.client_sequence;
        return Err(CommandError::SequenceNotNewer { stored }.into());
    }
    if let Err(fault) = OtherKeys::sent(form, &page.state.schema) {
        let (db, actor) = (&page.state.database, page.actor());
        let window = window(form)?;
        keep_text(db, actor, guide_id, base, source, window, Some(seen)).await?;
        return refused_other_keys(page, guide, form, fault).await;
    }
    let text = NewText {
        guide_id,
        base,
        begun_on: None,
        source: source.clone(),
        message: form.trimmed("message"),
        window: window(form)?,
        seen: Some(seen),
    };
    match page.save(text).await? {
        Ok(saved) => then(page, guide_id, &saved, form).await,
        Err(NotSaved {
            error: CommandError::SequenceNotNewer { .. },
            ..
        }) if form.text("then") != STAY => merge_windows(page, guide, form, source).await,
        Err(NotSaved { error, kept: false }) => Err(error.into()),
        Err(NotSaved {
            error: CommandError::Stale(texts),
            ..
        }) if form.text("then") != STAY => {
            let view = conflict::view(page, guide, *texts, form).await?;
            page.show_as(StatusCode::PRECONDITION_FAILED, &view)
        }
        Err(NotSaved {
            error: error @ CommandError::Stale(_),
            ..
        }) => Err(error.into()),
        Err(NotSaved { error, .. }) => refused(page, guide, form, error, None).await,
    }
}

/// `POST /admin/guides/{guide_id}/windows`: merges the text of the form with the working copy that
/// another window of the person stored.
pub(super) async fn post_windows(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    by_its_person(&page, &form)?;
    let (guide, mine) = edited(&page, guide_id, &form).await?;
    merge_windows(&page, guide, &form, mine).await
}

async fn merge_windows(
    page: &Page,
    guide: OpenGuide,
    form: &FormData,
    mine: Vec<u8>,
) -> Result<Response, PageError> {
    let guide_id = guide.facts.guide_id;
    let path = format!("/admin/guides/{guide_id}");
    match windows::merge(page, guide_id, form, mine).await? {
        None => Ok(page.go(&path, Flash("windows_merged"))),
        Some(notice) => page.show(&editor(page, guide, Some(notice)).await?),
    }
}

/// Answers after a save: with the parts around the text, or a redirect to the editor.
async fn then(
    page: &Page,
    guide_id: GuideId,
    saved: &SavedRevision,
    form: &FormData,
) -> Result<Response, PageError> {
    let path = format!("/admin/guides/{guide_id}");
    if form.text("then") == STAY {
        let guide = open(page, guide_id).await?;
        let mut editor = editor(page, guide, None).await?;
        // A working copy that is there already is of another window: this one does not know it.
        editor.sequence = 0;
        let is_unchanged = saved.unchanged;
        return page.show(&AroundTextView {
            editor,
            is_unchanged,
        });
    }
    if form.text("then") != "submit" {
        let flash = if saved.unchanged {
            "guide_unchanged"
        } else {
            "guide_saved"
        };
        return Ok(page.go(&path, Flash(flash)));
    }
    let mut tx = page.begin().await?;
    let message = form.trimmed("message");
    let (schema, revision_id) = (&page.state.schema, saved.revision_id);
    let submitted = submit(&mut tx, schema, guide_id, revision_id, message).await;
    match end(tx, submitted).await? {
        Ok(_) => Ok(page.go(&path, Flash("guide_submitted"))),
        Err(CommandError::Storage(error)) => Err(error.into()),
        Err(error) => {
            let guide = open(page, guide_id).await?;
            refused(page, guide, form, error, Some(saved)).await
        }
    }
}

/// Shows the editor with a refusal, or for a script the parts around its text.
fn show_refused(
    page: &Page,
    form: &FormData,
    status: StatusCode,
    editor: EditorView,
) -> Result<Response, PageError> {
    if form.text("then") != STAY {
        return page.show_as(status, &editor);
    }
    let view = AroundTextView {
        editor,
        is_unchanged: false,
    };
    page.show_as(status, &view)
}

/// Shows the editor again with the refusal. A refused submission saved a revision before.
async fn refused(
    page: &Page,
    guide: OpenGuide,
    form: &FormData,
    error: CommandError,
    saved: Option<&SavedRevision>,
) -> Result<Response, PageError> {
    let slug_taken = matches!(error, CommandError::SlugTaken(_));
    let is_invalid = matches!(error, CommandError::Invalid(_));
    let fault = PageError::from(error);
    let mut view = editor(page, guide, fault.detail.as_deref().cloned()).await?;
    view.saved = saved.map(|saved| saved.revision_number);
    if let Some(parts) = &mut view.parts {
        for field in &mut parts.fields {
            if slug_taken && field.role == Some(FieldRole::Slug) {
                field.error = Some(Message::new("refused.slug_taken_here"));
            } else if is_invalid {
                field.error = view.findings.first_error_of(&field.key);
            }
        }
    }
    show_refused(page, form, fault.status, view)
}

/// Shows the editor again with the fault in the other keys beside the typed text.
async fn refused_other_keys(
    page: &Page,
    guide: OpenGuide,
    form: &FormData,
    fault: OtherKeysFault,
) -> Result<Response, PageError> {
    let refusal = Message::new("refused.other_keys");
    let mut view = editor(page, guide, Some(refusal)).await?;
    view.is_changed = true;
    if let Some(parts) = &mut view.parts {
        form.text(other_keys::FIELD)
            .clone_into(&mut parts.other_keys.json);
        parts.other_keys.fault = Some(fault.into());
    }
    show_refused(page, form, StatusCode::UNPROCESSABLE_ENTITY, view)
}
