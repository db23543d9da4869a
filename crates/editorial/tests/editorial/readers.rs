//! The state of a guide as readers and editors see it.

use annai_domain::{GuideStatus, Ref, Slug, decide};
use annai_editorial::SavedRevision;
use annai_storage::delivery::{Found, Part, find_guide};
use annai_storage::guides;

use crate::world::World;

/// Returns the response of delivery to a reader of `slug` at `at`.
pub(crate) async fn read(world: &World, slug: &str, at: i64) -> String {
    let slug: Slug = slug.parse().unwrap();
    match find_guide(&world.db.delivery(), Ref::new(at).unwrap(), &slug)
        .await
        .unwrap()
    {
        Found::Here(version) => {
            String::from_utf8(world.delivered(&version, Part::Source).await).unwrap()
        }
        Found::Moved(slug) => format!("→ {slug}"),
        Found::Gone => "gone".to_owned(),
        Found::Unknown => "unknown".to_owned(),
    }
}

pub(crate) async fn status(world: &World, saved: SavedRevision) -> GuideStatus {
    let facts = guides::find_facts(&world.db.reader(), saved.guide_id)
        .await
        .unwrap()
        .unwrap();
    decide::guide_status(&facts)
}

pub(crate) fn words(source: Vec<u8>) -> String {
    String::from_utf8(source).unwrap()
}
