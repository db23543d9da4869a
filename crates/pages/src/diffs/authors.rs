//! The authors of the newest text, block by block.

use annai_content::{GuideSource, blame};
use annai_domain::GuideId;
use annai_storage::history::{self, RevisionText};
use axum::response::Response;

use super::super::address::Path;
use super::super::error::PageError;
use super::super::guide::open;
use super::super::page::Page;
use super::show::Authors;
use annai_view::diff::{AuthoredView, AuthorsView, ByView};

/// The most revisions that are compared. Blocks may be older than that.
const CHAIN: i64 = 60;

/// `GET /admin/guides/{guide_id}/authors`
pub(in super::super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    let latest = guide.facts.latest.revision_number;
    let chain = history::list_texts(&page.reader(), guide_id, latest, CHAIN).await?;
    let since = chain.first().map_or(latest, |text| text.revision_number);
    let blocks = blamed(chain).await?;
    let mut last = None;
    let authored = blocks.into_iter().map(|(_, text, by)| AuthoredView {
        text,
        begins: last.replace(by.number) != Some(by.number),
        is_older: by.number == since && since > 1,
        by,
    });
    page.show(&AuthorsView {
        blocks: authored.collect(),
        head: guide.head,
        since,
    })
}

/// Finds the author of each changed block between two revisions. Nothing where one follows the
/// other: the heads of both sides name the author.
pub(super) async fn between(
    page: &Page,
    guide_id: GuideId,
    from: i32,
    to: i32,
) -> Result<Authors, PageError> {
    let count = i64::from(to) - i64::from(from) + 1;
    if count <= 2 {
        return Ok(Authors::default());
    }
    let chain = history::list_texts(&page.reader(), guide_id, to, count.min(CHAIN)).await?;
    let blocks = blamed(chain).await?;
    Ok(blocks.into_iter().map(|(line, _, by)| (line, by)).collect())
}

/// Returns the line, source and last change of each block of the last text.
async fn blamed(chain: Vec<RevisionText>) -> Result<Vec<(u32, String, ByView)>, PageError> {
    let blamed = tokio::task::spawn_blocking(move || {
        let (sources, by): (Vec<GuideSource>, Vec<ByView>) = chain
            .into_iter()
            .filter_map(|text| {
                let by = ByView {
                    revision_id: text.revision_id,
                    number: text.revision_number,
                    author: text.created_by_name,
                    at: text.created_at,
                };
                Some((GuideSource::parse(text.source).ok()?, by))
            })
            .unzip();
        let bodies: Vec<&str> = sources.iter().map(GuideSource::body).collect();
        let of_block =
            |block: annai_content::BlamedBlock| (block.line, block.text, by[block.origin].clone());
        blame(&bodies).into_iter().map(of_block).collect()
    });
    blamed.await.map_err(|error| PageError::internal(&error))
}
