//! A page of the list begins after a place, in every order and direction.

use annai_domain::GuideId;
use annai_storage::guide_list::{
    GuideListFilter, GuideListItem, GuideListOrder, GuideListStretch, count_by_status, list,
};
use annai_test_macros::annai_test;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide};

/// Creates guides with equal titles and times, and guides without them.
async fn guides_that_tie(world: &mut World) {
    for number in 0..12 {
        let title = match number % 4 {
            0 => json!({}),
            1 => json!({ "title": "" }),
            _ => json!({ "title": format!("題{}", number % 3) }),
        };
        let slug = format!("g{number}");
        let saved = world.guide_with(&slug, title).await;
        if number % 3 > 0 {
            world.publish(saved, &slug).await;
        }
    }
    world
        .run(
            "SET session_replication_role = replica;
             UPDATE revisions SET created_at = created_at + interval '1 s'
              WHERE guide_id IN (SELECT guide_id FROM guides ORDER BY guide_id LIMIT 6);
             UPDATE published_versions SET published_at = published_at + interval '1 s'
              WHERE guide_id IN (SELECT guide_id FROM published_versions ORDER BY guide_id LIMIT 3);",
        )
        .await;
}

async fn stretch(world: &World, stretch: GuideListStretch<'_>) -> Vec<GuideListItem> {
    let none = GuideListFilter::default();
    let page = list(&world.db.reader(), every_guide(), &none, stretch).await;
    let page = page.unwrap();
    assert_eq!(page.total, 12, "{stretch:?}");
    page.items
}

#[annai_test]
async fn pages_that_follow_a_place_show_every_guide_once_in_the_order_of_the_list(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    guides_that_tie(&mut world).await;
    let orders = [
        GuideListOrder::Updated,
        GuideListOrder::Published,
        GuideListOrder::Title,
    ];
    for (order, is_reversed) in orders
        .into_iter()
        .flat_map(|order| [(order, false), (order, true)])
    {
        let whole = GuideListStretch {
            is_reversed,
            ..GuideListStretch::first(order, 100)
        };
        let whole = stretch(&world, whole).await;
        let has_value = |item: &GuideListItem| match order {
            GuideListOrder::Published => item.published_at.is_some(),
            GuideListOrder::Title => !item.title.is_empty(),
            _ => true,
        };
        assert!(
            whole.is_sorted_by_key(|item| !has_value(item)),
            "those without a value are not last: {order:?} {is_reversed}"
        );
        let values = whole.iter().filter(|item| has_value(item));
        let mut values: Vec<_> = values
            .map(|item| match order {
                GuideListOrder::Updated => item.updated_at.to_string(),
                GuideListOrder::Published => item.published_at.unwrap().to_string(),
                _ => item.title.clone(),
            })
            .collect();
        if (order == GuideListOrder::Title) == is_reversed {
            values.reverse();
        }
        assert!(values.is_sorted(), "{order:?} {is_reversed}: {values:?}");
        assert!(values.first() < values.last(), "{order:?}: {values:?}");

        let mut paged: Vec<GuideListItem> = Vec::new();
        loop {
            let place = paged.last().map(|item| item.place(order));
            let next = GuideListStretch {
                is_reversed,
                after: place.as_ref(),
                ..GuideListStretch::first(order, 1)
            };
            let page = stretch(&world, next).await;
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        let ids = |items: &[GuideListItem]| -> Vec<GuideId> {
            items.iter().map(|item| item.guide_id).collect()
        };
        assert_eq!(ids(&paged), ids(&whole), "{order:?} {is_reversed}");
    }
}

#[annai_test]
async fn a_guide_saved_meanwhile_moves_no_other_guide_to_another_page(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for slug in ["a", "b", "c", "d"] {
        world.guide(slug).await;
    }
    let order = GuideListOrder::Updated;
    let none = GuideListFilter::default();
    let stretch = GuideListStretch::first(order, 2);
    let first = list(&world.db.reader(), every_guide(), &none, stretch).await;
    let first = first.unwrap().items;
    let place = first[1].place(order);
    // The last guide of the page moves to the top of the list.
    world
        .run(format!(
            "SET session_replication_role = replica;
             UPDATE revisions SET created_at = created_at + interval '1 s' WHERE guide_id = '{}'",
            place.guide_id
        ))
        .await;
    let next = GuideListStretch {
        after: Some(&place),
        ..GuideListStretch::first(order, 2)
    };
    let next = list(&world.db.reader(), every_guide(), &none, next).await;
    let slugs: Vec<_> = next
        .unwrap()
        .items
        .into_iter()
        .map(|item| item.slug)
        .collect();
    assert_eq!(slugs, ["b", "a"]);
}

#[annai_test]
async fn the_counts_of_the_states_follow_every_other_filter(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mut guides = Vec::new();
    for (slug, category, tags) in [
        ("a", "data", json!(["SQL"])),
        ("b", "data", json!([])),
        ("c", "web", json!(["SQL"])),
    ] {
        let fields = json!({ "title": slug, "category": category, "tags": tags });
        guides.push(world.guide_with(slug, fields).await.guide_id);
    }
    let count = async |filter: GuideListFilter| {
        let counts = count_by_status(&world.db.reader(), every_guide(), &filter).await;
        counts.unwrap().iter().map(|(_, count)| count).sum::<i64>()
    };
    let none = GuideListFilter::default;
    assert_eq!(count(none()).await, 3);
    let category = Some("data".to_owned());
    assert_eq!(count(GuideListFilter { category, ..none() }).await, 2);
    let found = Some(vec![guides[2]]);
    assert_eq!(count(GuideListFilter { found, ..none() }).await, 1);
    let found = Some(Vec::new());
    assert_eq!(count(GuideListFilter { found, ..none() }).await, 0);
    // The states themselves are not narrowed: each tab counts its own.
    let status = Some(annai_domain::GuideStatus::Archived);
    assert_eq!(count(GuideListFilter { status, ..none() }).await, 3);
}

#[annai_test]
async fn a_line_shows_the_summary_of_the_field_that_was_asked_for(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.guide_with("a", json!({ "lead": "まとめ。" })).await;
    let summary = async |summary_key| {
        let stretch = GuideListStretch {
            summary_key,
            ..GuideListStretch::first(GuideListOrder::Updated, 1)
        };
        let none = GuideListFilter::default();
        let page = list(&world.db.reader(), every_guide(), &none, stretch).await;
        page.unwrap().items.remove(0).summary
    };
    assert_eq!(summary(Some("lead")).await, "まとめ。");
    assert_eq!(summary(Some("other")).await, "");
    assert_eq!(summary(None).await, "");
}
