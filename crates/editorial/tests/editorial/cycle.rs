//! One guide's whole life, and the audit log of it.

use annai_domain::GuideStatus;
use annai_domain::decide::guide_status;
use annai_editorial::{
    SavedRevision, approve, archive, publish, request_changes, rollback, save_revision, submit,
    unarchive, unpublish,
};
use annai_storage::health::{check_audit, check_ledger};
use annai_storage::{guides, ledger};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide, text};

impl World {
    async fn is(&self, saved: SavedRevision, expected: GuideStatus) {
        let facts = guides::find_facts(&self.db.reader(), saved.guide_id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(guide_status(&facts), expected);
    }
}

#[annai_test]
async fn a_guide_goes_through_its_whole_life_on_the_record(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (author, reviewer, publisher) = (&world.author, &world.reviewer, &world.publisher);
    let schema = &world.schema;
    let save = async |base: SavedRevision, slug: &str, title: &str| {
        let (guide_id, base, source) = (base.guide_id, base.revision_id, text(slug, title));
        world
            .done(author, "guide.save", async |tx| {
                save_revision(tx, &world.schema, guide_id, base, source, "").await
            })
            .await
    };
    let ask = async |saved: SavedRevision| {
        let (guide_id, revision_id) = (saved.guide_id, saved.revision_id);
        world
            .done(author, "guide.submit", async |tx| {
                submit(tx, schema, guide_id, revision_id, "").await
            })
            .await;
        world.is(saved, GuideStatus::InReview).await;
    };
    let agree = async |saved: SavedRevision| {
        let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
        world
            .done(reviewer, "guide.approve", async |tx| {
                approve(tx, guide_id, revision_id, hash, "").await
            })
            .await;
        world.is(saved, GuideStatus::Approved).await;
    };
    let make_public = async |saved: SavedRevision| {
        let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
        world
            .done(publisher, "guide.publish", async |tx| {
                publish(tx, schema, guide_id, revision_id, hash).await
            })
            .await
    };

    let first = world.guide("a").await;
    let guide_id = first.guide_id;
    world.is(first, GuideStatus::Draft).await;
    let second = save(first, "a", "二").await;
    ask(second).await;
    agree(second).await;
    let published = make_public(second).await;
    world.is(second, GuideStatus::Published).await;
    let third = save(second, "a", "三").await;
    world.is(third, GuideStatus::PublishedAhead).await;
    ask(third).await;
    let (revision_id, hash) = (third.revision_id, third.content_hash);
    world
        .done(reviewer, "guide.request_changes", async |tx| {
            request_changes(tx, guide_id, revision_id, hash, "出典がない").await
        })
        .await;
    world.is(third, GuideStatus::ChangesRequested).await;
    let fourth = save(third, "a_new", "四").await;
    world.is(fourth, GuideStatus::PublishedAhead).await;
    ask(fourth).await;
    agree(fourth).await;
    make_public(fourth).await;
    let back = published.publication_ref.number;
    world
        .done(publisher, "guide.rollback", async |tx| {
            rollback(tx, schema, guide_id, back).await
        })
        .await;
    world.is(fourth, GuideStatus::PublishedAhead).await;
    world
        .done(publisher, "guide.unpublish", async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await;
    world.is(fourth, GuideStatus::Unpublished).await;
    world
        .done(publisher, "guide.archive", async |tx| {
            archive(tx, guide_id, false).await
        })
        .await;
    world.is(fourth, GuideStatus::Archived).await;
    world
        .done(publisher, "guide.unarchive", async |tx| {
            unarchive(tx, guide_id).await
        })
        .await;
    world.is(fourth, GuideStatus::Unpublished).await;

    let entries = ledger::list(&world.db.reader(), every_guide(), Some(guide_id), None, 100)
        .await
        .unwrap();
    let lines: Vec<String> = entries
        .iter()
        .rev()
        .map(|entry| {
            let (at, action) = (entry.publication_ref.number, entry.action.as_str());
            let revision = entry
                .revision_number
                .map_or("–".to_owned(), |number| number.to_string());
            format!(
                "{at} {action} {} r{revision} {}",
                entry.authority, entry.slug
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "1 publish review r2 a",
            "2 publish review r4 a_new",
            "3 rollback rollback r2 a",
            "4 unpublish role r– a"
        ]
    );
    let audit: Vec<String> = world
        .audit()
        .await
        .into_iter()
        .rev()
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        audit.join(" ").replace("guide.", ""),
        "create save submit approve publish save submit request_changes save submit approve publish \
         rollback unpublish archive unarchive"
    );
    let (ledger, audit) = (
        check_ledger(&world.db).await.unwrap(),
        check_audit(&world.db).await.unwrap(),
    );
    assert_eq!((ledger.entries, ledger.first_bad), (4, None));
    assert_eq!((audit.entries, audit.first_bad), (16, None));
    let numbers =
        "SELECT string_agg(revision_number::text, ' ' ORDER BY revision_number) FROM revisions";
    assert_eq!(world.text(numbers).await, "1 2 3 4");
}
