//! What changed between two texts, as pages show it.

use annai_content::{
    BlockChange, Chip, FieldChange, FieldDiff, GuideDiff, GuideSource, Schema, Segment,
    SegmentKind, diff,
};
use annai_domain::{GuideId, RevisionId, UserId};
use annai_storage::revisions::{self, StoredRevision};
use annai_storage::{history, users};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::address::{Path, Query};
use super::fault::Fault;
use super::fields::in_language;
use super::guide::{OpenGuide, open};
use super::page::Page;
use crate::view::Locale;
use crate::view::diff::{
    BlockView, DiffPageView, DiffView, FieldChangeView, SegmentView, SideView,
};
use crate::view::guide::Action;

/// How many unchanged blocks stay in view on both sides of a change.
const CONTEXT: usize = 1;

/// The two revisions to compare.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiffQuery {
    from: RevisionId,
    to: RevisionId,
}

/// `GET /admin/guides/{guide_id}/diff`
pub(super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<DiffQuery>,
) -> Result<Response, Fault> {
    let guide = open(&page, guide_id).await?;
    let from = find(&page, guide_id, query.from).await?;
    let to = find(&page, guide_id, query.to).await?;
    let diff = compare(&page, Some(from.source.clone()), to.source.clone()).await?;
    let rollback_ref = rollback_ref(&page, &guide, &from).await?;
    page.show(&DiffPageView {
        rollback_ref,
        head: guide.head,
        from: side(&page, &from).await?,
        to: side(&page, &to).await?,
        diff: diff.unwrap_or_default(),
    })
}

/// The newest publication of a revision that is not public now, for somebody who may bring it
/// back: who found here what went wrong, undoes it here.
async fn rollback_ref(
    page: &Page,
    guide: &OpenGuide,
    revision: &StoredRevision,
) -> Result<Option<i64>, Fault> {
    let is_public = guide.head.public_number == Some(revision.revision_number);
    if is_public || !guide.head.actions.contains(&Action::Rollback) {
        return Ok(None);
    }
    let (guide_id, after) = (guide.facts.guide_id, revision.revision_number + 1);
    let found = history::list_revisions(&page.reader(), guide_id, Some(after), 1).await?;
    Ok(found
        .first()
        .and_then(|record| record.public_refs.last().copied()))
}

async fn find(
    page: &Page,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<StoredRevision, Fault> {
    let revision = revisions::find(&page.reader(), guide_id, revision_id).await?;
    revision.ok_or_else(Fault::not_found)
}

/// One side of a comparison.
pub(super) async fn side(page: &Page, revision: &StoredRevision) -> Result<SideView, Fault> {
    let author = match revision.created_by {
        UserId::OPERATOR => "operator".to_owned(),
        UserId::SYSTEM => "system".to_owned(),
        person => {
            let found = users::find(&page.reader(), person).await?;
            found.map(|user| user.display_name).unwrap_or_default()
        }
    };
    Ok(SideView {
        revision_id: revision.revision_id,
        number: revision.revision_number,
        author,
        at: revision.created_at,
    })
}

/// What changed between two texts; without an old one, everything is new. `None` when one of
/// them is malformed.
pub(super) async fn compare(
    page: &Page,
    old: Option<Vec<u8>>,
    new: Vec<u8>,
) -> Result<Option<DiffView>, Fault> {
    let (schema, locale) = (page.state.schema.clone(), page.locale());
    let compared = tokio::task::spawn_blocking(move || {
        let is_same = old.as_ref() == Some(&new);
        let old = GuideSource::parse(old.unwrap_or_default()).ok()?;
        let new = GuideSource::parse(new).ok()?;
        let mut view = view_of(diff(&old, &new), &schema, locale);
        view.is_silent = !is_same && view.fields.is_empty() && view.changed_blocks == 0;
        Some(view)
    });
    compared.await.map_err(|error| Fault::internal(&error))
}

fn view_of(diff: GuideDiff, schema: &Schema, locale: Locale) -> DiffView {
    let fields = diff.front_matter.fields.into_iter();
    let is_changed = |block: &BlockChange| !matches!(block, BlockChange::Unchanged { .. });
    let near: Vec<bool> = (0..diff.body.len())
        .map(|index| {
            let from = index.saturating_sub(CONTEXT);
            let to = (index + CONTEXT + 1).min(diff.body.len());
            diff.body[from..to].iter().any(is_changed)
        })
        .collect();
    let mut blocks: Vec<BlockView> = Vec::new();
    let mut changed_blocks = 0;
    for (block, is_near) in diff.body.into_iter().zip(near) {
        changed_blocks += usize::from(is_changed(&block));
        let view = block_view(block);
        match blocks.last_mut() {
            _ if is_near => blocks.push(view),
            Some(fold) if fold.kind == "folded" => fold.folded.push(text_of(&view)),
            _ => blocks.push(BlockView {
                kind: "folded",
                segments: Vec::new(),
                folded: vec![text_of(&view)],
            }),
        }
    }
    DiffView {
        fields: fields
            .map(|field| field_view(field, schema, locale))
            .collect(),
        blocks,
        changed_blocks,
        is_silent: false,
    }
}

fn text_of(block: &BlockView) -> String {
    block
        .segments
        .iter()
        .map(|segment| segment.text.as_str())
        .collect()
}

fn block_view(block: BlockChange) -> BlockView {
    let (kind, segments) = match block {
        BlockChange::Unchanged { text, .. } => ("same", vec![segment("same", text)]),
        BlockChange::Added { text, .. } => ("added", vec![segment("added", text)]),
        BlockChange::Removed { text, .. } => ("removed", vec![segment("removed", text)]),
        BlockChange::Changed {
            cells: Some(cells), ..
        } => ("changed", cells_of(cells)),
        BlockChange::Changed { segments, .. } => ("changed", segments_of(segments)),
    };
    BlockView {
        kind,
        segments,
        folded: Vec::new(),
    }
}

/// The cells of a table row, with bars between them.
fn cells_of(cells: Vec<Vec<Segment>>) -> Vec<SegmentView> {
    let mut row = vec![segment("same", "| ".to_owned())];
    for cell in cells {
        row.extend(segments_of(cell));
        row.push(segment("same", " | ".to_owned()));
    }
    row
}

fn segments_of(segments: Vec<Segment>) -> Vec<SegmentView> {
    segments
        .into_iter()
        .map(|part| segment(kind_of(part.kind), part.text))
        .collect()
}

fn segment(kind: &'static str, text: String) -> SegmentView {
    SegmentView { kind, text }
}

fn kind_of(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Kept => "same",
        SegmentKind::Added => "added",
        SegmentKind::Removed => "removed",
    }
}

fn field_view(field: FieldDiff, schema: &Schema, locale: Locale) -> FieldChangeView {
    let label = schema
        .field(&field.key)
        .map(|known| in_language(&known.label, locale));
    let (segments, chips) = match field.change {
        FieldChange::Added { value } => whole("added", &value),
        FieldChange::Removed { value } => whole("removed", &value),
        FieldChange::Text { segments } => (segments_of(segments), Vec::new()),
        FieldChange::List { chips } => {
            let chip = |chip: Chip| segment(kind_of(chip.kind), chip.text);
            (Vec::new(), chips.into_iter().map(chip).collect())
        }
        FieldChange::Value { old, new } => {
            let sides = [
                segment("removed", plain(&old)),
                segment("same", " → ".to_owned()),
                segment("added", plain(&new)),
            ];
            (sides.into(), Vec::new())
        }
    };
    FieldChangeView {
        label: label.unwrap_or(&field.key).to_owned(),
        key: field.key,
        segments,
        chips,
    }
}

/// A value that came or went as a whole: a text, or the items of a list.
fn whole(kind: &'static str, value: &Value) -> (Vec<SegmentView>, Vec<SegmentView>) {
    match value {
        Value::Array(items) if !items.is_empty() => (
            Vec::new(),
            items
                .iter()
                .map(|item| segment(kind, plain(item)))
                .collect(),
        ),
        _ => (vec![segment(kind, plain(value))], Vec::new()),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(body: &str) -> GuideSource {
        GuideSource::parse(format!("---json\n{{\"title\": \"題\"}}\n---\n{body}").into_bytes())
            .unwrap()
    }

    #[test]
    fn unchanged_stretches_are_folded_but_for_the_neighbours_of_a_change() {
        let schema = Schema::parse(include_str!("../../../../content/schema.json")).unwrap();
        let old = source("一。\n\n二。\n\n三。\n\n四。\n\n五。\n");
        let new = source("一。\n\n二。\n\n三。\n\n四。\n\n五個。\n");
        let view = view_of(diff(&old, &new), &schema, Locale::Ja);
        let kinds: Vec<_> = view.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, ["folded", "same", "changed"]);
        assert_eq!(view.blocks[0].folded.len(), 3);
        assert_eq!(view.changed_blocks, 1);
        let added: Vec<_> = view.blocks[2]
            .segments
            .iter()
            .filter(|part| part.kind == "added")
            .collect();
        assert_eq!(added.len(), 1);
        assert_eq!(added[0].text, "個");
    }
}
