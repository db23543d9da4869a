//! The list shows and filters the derived label, and its pages skip nobody.

use std::collections::{BTreeMap, BTreeSet};

use annai_domain::decide::{GuideScope, guide_status};
use annai_domain::{Authority, GuideId, GuideStatus, PublicationAction, ReviewState, Verdict};
use annai_storage::guide_list::{
    GuideListFilter, GuideListOrder, GuideListPage, GuideListStretch, ListedWord, count_by_status,
    list, list_words,
};
use annai_storage::guides::{find_facts, set_archived};
use annai_storage::ledger;
use annai_storage::review_queue::{self, QueueFilter, QueuePage, QueueViewer};
use annai_storage::slugs::list_unknown;
use annai_test_macros::annai_test;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Saved, World, every_guide, own_guides};

/// Creates guides in every possible state, a few of them with a review of an older text.
async fn every_state(world: &World) -> Vec<Saved> {
    let mut guides = Vec::new();
    for (number, visibility) in ["never", "clean", "ahead", "unpublished", "expired"]
        .iter()
        .enumerate()
    {
        for judgement in [
            "none",
            "open",
            "changes_requested",
            "approved",
            "withdrawn",
            "older",
            "step",
        ] {
            for archived in [false, true] {
                let slug = format!("g{number}_{judgement}_{archived}");
                let mut saved = world.guide(&slug).await;
                if *visibility != "never" {
                    world.publish(saved, &slug).await;
                }
                match *visibility {
                    "ahead" => {
                        saved = world
                            .revise(&world.author, saved, &format!("新 {slug}"))
                            .await;
                    }
                    "unpublished" => {
                        let role = Authority::Role;
                        world
                            .take_down(saved, &slug, PublicationAction::Unpublish, role)
                            .await;
                    }
                    "expired" => {
                        let system = Authority::System;
                        world
                            .take_down(saved, &slug, PublicationAction::Expire, system)
                            .await;
                    }
                    _ => {}
                }
                judge(world, saved, judgement).await;
                if archived {
                    let mut tx = world.begin(&world.publisher).await;
                    set_archived(&mut tx, saved.guide_id, true).await.unwrap();
                    tx.commit().await.unwrap();
                }
                guides.push(saved);
            }
        }
    }
    guides
}

async fn judge(world: &World, saved: Saved, judgement: &str) {
    if judgement == "none" {
        return;
    }
    let review_id = world.submit(&world.author, saved).await;
    let state = match judgement {
        "changes_requested" => ReviewState::ChangesRequested,
        "approved" => ReviewState::Approved,
        "withdrawn" => ReviewState::Withdrawn,
        "older" => {
            world
                .revise(&world.author, saved, &format!("後 {}", saved.guide_id))
                .await;
            return;
        }
        "step" => {
            world
                .decide(&world.reviewer, review_id, saved, Verdict::Approve)
                .await
                .unwrap();
            return;
        }
        _ => return,
    };
    world.set_state(review_id, state).await.unwrap();
}

async fn page(world: &World, filter: &GuideListFilter, limit: i64, offset: i64) -> GuideListPage {
    list(
        &world.db.reader(),
        every_guide(),
        filter,
        GuideListStretch {
            offset,
            ..GuideListStretch::first(GuideListOrder::Updated, limit)
        },
    )
    .await
    .unwrap()
}

fn newest(limit: i64) -> GuideListStretch<'static> {
    GuideListStretch::first(GuideListOrder::Updated, limit)
}

fn tag(word: &str) -> ListedWord {
    ListedWord {
        key: "tags".to_owned(),
        word: word.to_owned(),
    }
}

#[annai_test]
async fn the_list_shows_filters_and_counts_the_label_that_the_rules_derive(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let guides = every_state(&world).await;
    let mut derived: BTreeMap<&str, BTreeSet<GuideId>> = BTreeMap::new();
    for saved in &guides {
        let facts = find_facts(&world.db.reader(), saved.guide_id)
            .await
            .unwrap()
            .unwrap();
        derived
            .entry(guide_status(&facts).as_str())
            .or_default()
            .insert(saved.guide_id);
    }
    assert_eq!(
        derived.len(),
        GuideStatus::ALL.len(),
        "a label is not tried: {derived:?}"
    );

    let counts = count_by_status(
        &world.db.reader(),
        every_guide(),
        &GuideListFilter::default(),
    )
    .await
    .unwrap();
    assert_eq!(counts.len(), GuideStatus::ALL.len());
    for (label, count) in counts {
        let filter = GuideListFilter {
            status: Some(label),
            ..GuideListFilter::default()
        };
        let shown = page(&world, &filter, 1000, 0).await;
        let ids: BTreeSet<GuideId> = shown.items.iter().map(|item| item.guide_id).collect();
        assert_eq!(ids, derived[label.as_str()], "{label:?}");
        assert!(
            shown.items.iter().all(|item| item.status == label),
            "{label:?}"
        );
        let size = i64::try_from(ids.len()).unwrap();
        assert_eq!((shown.total, count), (size, size), "{label:?}");
        let first = page(&world, &filter, 1, 0).await;
        assert_eq!((first.items.len(), first.total), (1, size), "{label:?}");
    }
    let all = page(&world, &GuideListFilter::default(), 1000, 0).await;
    let first = page(&world, &GuideListFilter::default(), 1, 0).await;
    assert_eq!(first.total, all.total);
    let nobodys = GuideListFilter {
        owner_id: Some(world.admin.user_id),
        ..GuideListFilter::default()
    };
    assert_eq!(page(&world, &nobodys, 1, 1).await.total, 0);
    assert_eq!(
        all.items.len(),
        guides.len() / 2,
        "archived ones are shown only when asked for"
    );
    assert!(
        all.items
            .iter()
            .all(|item| item.status != GuideStatus::Archived)
    );
}

#[annai_test]
async fn filters_narrow_together_and_offer_the_occurring_values(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (slug, category, tags) in [
        ("a", "data", json!(["SQL", "表"])),
        ("b", "data", json!(["SQL"])),
        ("c", "security", json!(["SQL"])),
        ("d", "security", json!("SQL")),
        ("e", "security", json!({ "SQL": 1 })),
    ] {
        world
            .guide_with(
                slug,
                json!({ "title": "同じ題", "category": category, "tags": tags }),
            )
            .await;
    }
    let slugs = async |filter: GuideListFilter| {
        let found = list(
            &world.db.reader(),
            every_guide(),
            &filter,
            GuideListStretch::first(GuideListOrder::Slug, 100),
        )
        .await
        .unwrap();
        assert_eq!(found.total, i64::try_from(found.items.len()).unwrap());
        found
            .items
            .into_iter()
            .map(|item| item.slug)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let none = GuideListFilter::default;
    let data = Some("data".to_owned());
    assert_eq!(slugs(none()).await, "a b c d e");
    assert_eq!(
        slugs(GuideListFilter {
            category: data.clone(),
            ..none()
        })
        .await,
        "a b"
    );
    assert_eq!(
        slugs(GuideListFilter {
            tag: Some(tag("表")),
            ..none()
        })
        .await,
        "a"
    );
    assert_eq!(
        slugs(GuideListFilter {
            category: data,
            tag: Some(tag("SQL")),
            ..none()
        })
        .await,
        "a b"
    );
    let owner_id = Some(world.author.user_id);
    assert_eq!(
        slugs(GuideListFilter { owner_id, ..none() }).await,
        "a b c d e"
    );
    let owner_id = Some(world.editor.user_id);
    assert_eq!(slugs(GuideListFilter { owner_id, ..none() }).await, "");
}

#[annai_test]
async fn no_list_tells_an_author_of_other_peoples_guides(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let other = world.guide_with("a", json!({ "tags": ["SQL"] })).await;
    world.publish(other, "a").await;
    world.submit(&world.author, other).await;
    let (db, filter) = (world.db.reader(), GuideListFilter::default());
    let lengths = async |scope: GuideScope| {
        let (first, state) = (newest(10), ReviewState::Open);
        let shown = list(&db, scope, &filter, first).await.unwrap();
        let counts = count_by_status(&db, scope, &filter).await.unwrap();
        let words = list_words(&db, scope, "tags", 10).await.unwrap();
        let entries = ledger::list(&db, scope, None, None, 10).await.unwrap();
        let viewer = QueueViewer {
            scope,
            user_id: world.editor.user_id,
        };
        let page = QueuePage {
            by_part: true,
            limit: 10,
            offset: 0,
        };
        let queue = review_queue::list(&db, viewer, state, &QueueFilter::ALL, page)
            .await
            .unwrap();
        let unknown = list_unknown(&db, scope, &["b".into()]).await.unwrap();
        let counted: i64 = counts.into_iter().map(|(_, count)| count).sum();
        assert_eq!(shown.total, counted);
        [
            shown.items.len(),
            words.len(),
            entries.len(),
            queue.len(),
            unknown.len(),
        ]
    };
    assert_eq!(lengths(every_guide()).await, [1; 5]);
    let editor = own_guides(world.editor.user_id);
    assert_eq!(lengths(editor).await, [0; 5]);
    // A filter by owner does not widen the viewer's scope.
    let filter = GuideListFilter {
        owner_id: Some(world.author.user_id),
        ..GuideListFilter::default()
    };
    let found = list(&db, editor, &filter, newest(10)).await;
    assert_eq!(found.unwrap().total, 0);
    let counts = count_by_status(&db, editor, &filter).await.unwrap();
    assert!(counts.into_iter().all(|(_, count)| count == 0));
}

#[annai_test]
async fn a_tag_filter_means_a_member_of_a_list_of_tags(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (slug, tags) in [
        ("list", json!(["SQL"])),
        ("text", json!("SQL")),
        ("object", json!({ "SQL": 1 })),
    ] {
        world.guide_with(slug, json!({ "tags": tags })).await;
    }
    let filter = GuideListFilter {
        tag: Some(tag("SQL")),
        ..GuideListFilter::default()
    };
    let found = page(&world, &filter, 100, 0).await;
    let slugs: Vec<&str> = found.items.iter().map(|item| item.slug.as_str()).collect();
    assert_eq!(slugs, ["list"]);
}

#[annai_test]
async fn paging_through_guides_that_tie_shows_each_once_in_one_order(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for number in 0..10 {
        // All were saved at one instant. Half of them have no title, and all but one have no slug.
        let title = if number % 2 == 0 {
            json!({ "title": "同じ題" })
        } else {
            json!({})
        };
        world.guide_with(&format!("g{number}"), title).await;
    }
    for order in [
        GuideListOrder::Updated,
        GuideListOrder::Title,
        GuideListOrder::Slug,
    ] {
        let none = GuideListFilter::default();
        let whole = list(
            &world.db.reader(),
            every_guide(),
            &none,
            GuideListStretch::first(order, 100),
        )
        .await
        .unwrap();
        let whole: Vec<GuideId> = whole.items.iter().map(|item| item.guide_id).collect();
        let mut paged = Vec::new();
        for offset in [0, 3, 6, 9] {
            let stretch = GuideListStretch {
                offset,
                ..GuideListStretch::first(order, 3)
            };
            let page = list(&world.db.reader(), every_guide(), &none, stretch)
                .await
                .unwrap();
            assert_eq!(page.total, 10, "{order:?} at {offset}");
            paged.extend(page.items.iter().map(|item| item.guide_id));
        }
        assert_eq!(paged, whole, "{order:?}");
        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), 10, "{order:?}");
    }
}

#[annai_test]
async fn a_page_past_the_end_is_empty_and_still_knows_the_total(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for slug in ["a", "b", "c"] {
        world.guide(slug).await;
    }
    let past = page(&world, &GuideListFilter::default(), 10, 10).await;
    assert_eq!((past.items.len(), past.total), (0, 3));
}

/// Counts the rows that Postgres read, because a time limit would depend on the machine.
#[annai_test]
async fn the_usual_page_reads_no_more_guides_than_it_shows(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let content = world.guide("one").await.content_hash;
    let many = format!(
        "INSERT INTO guides (guide_id, owner_id, created_by, created_at)
         SELECT gen_random_uuid(), '{author}', '{author}', now() FROM generate_series(1, 2000);
         INSERT INTO revisions
                (revision_id, guide_id, revision_number, content_hash, kind, created_by, created_at)
         SELECT gen_random_uuid(), guide_id, 1, decode('{content}', 'hex'), 'create', '{author}', now()
           FROM guides WHERE latest_revision_id IS NULL;",
        author = world.author.user_id,
    );
    world.run(many).await;
    world.run("ANALYZE").await;
    world.run("SELECT pg_stat_reset()").await;

    // This is more often than Postgres runs a statement before it considers a generic plan.
    for _ in 0..8 {
        let shown = page(&world, &GuideListFilter::default(), 50, 0).await;
        assert_eq!((shown.items.len(), shown.total), (50, 2001));
        let place = shown.items[49].place(GuideListOrder::Updated);
        let next = GuideListStretch {
            after: Some(&place),
            ..newest(50)
        };
        let none = GuideListFilter::default();
        let next = list(&world.db.reader(), every_guide(), &none, next).await;
        assert_eq!(next.unwrap().items.len(), 50);
    }

    // A connection reports its reads when it ends, and it has ended once it has left the view.
    world.db.close().await;
    let nobody_else = "SELECT count(*) = 0 FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                          AND backend_type = 'client backend'";
    world.until(nobody_else).await;
    let read = "SELECT (seq_tup_read + idx_tup_fetch)::bigint FROM pg_stat_user_tables
                 WHERE relname = 'revisions'";
    let read = world.number(read).await;
    assert!((400..4000).contains(&read), "{read} revisions were read");
}
