use uuid::Uuid;

use super::*;
use crate::{Ref, RefName};

const GUIDE: &str = "0198a1b2-0000-7000-8000-000000000001";
const REVIEW: &str = "0198a1b2-0000-7000-8000-000000000002";
const REVISION: &str = "0198a1b2-0000-7000-8000-000000000003";

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn at_ref(number: i64) -> RefName {
    RefName::new(Ref::new(number).unwrap(), &[0xab; 32])
}

fn public(previous_slug: Option<&str>) -> PublicGuide {
    PublicGuide {
        guide_id: GuideId(id(GUIDE)),
        slug: slug("sre_engineer"),
        previous_slug: previous_slug.map(slug),
        publication_ref: at_ref(150),
        pinned: pinned_path(at_ref(150), &slug("sre_engineer")),
        purge: vec!["guide:sre_engineer".to_owned(), "guides".to_owned()],
        affects: vec![slug("b")],
    }
}

fn reviewed() -> ReviewedRevision {
    ReviewedRevision {
        guide_id: GuideId(id(GUIDE)),
        review_id: ReviewId(id(REVIEW)),
        revision_id: RevisionId(id(REVISION)),
        content_hash: ContentHash::of("本文".as_bytes()),
    }
}

/// Makes one event of every type, with the exact bytes that receivers have always got for it.
fn every_event() -> Vec<(Event, String)> {
    let review = format!(
        r#"{{"guide_id":"{GUIDE}","review_id":"{REVIEW}","revision_id":"{REVISION}","content_hash":"{}"}}"#,
        ContentHash::of("本文".as_bytes())
    );
    let taken_down = TakenDownGuide {
        guide_id: GuideId(id(GUIDE)),
        slug: slug("sre_engineer"),
        reason: PublicationAction::Unpublish,
        publication_ref: at_ref(151),
        purge: vec!["guides".to_owned()],
        affects: Vec::new(),
    };
    let release = PublicRelease {
        publication_ref: at_ref(152),
        guides: vec![ReleasedGuide {
            guide_id: GuideId(id(GUIDE)),
            slug: slug("a"),
            previous_slug: None,
            pinned: pinned_path(at_ref(152), &slug("a")),
        }],
        purge: BTreeSet::from(["refs".to_owned(), "guides".to_owned()]),
        affects: BTreeSet::from([slug("c"), slug("b")]),
    };
    vec![
        (
            Event::GuidePublished(public(None)),
            format!(
                r#"{{"guide_id":"{GUIDE}","slug":"sre_engineer","previous_slug":null,"ref":"150-abababab","pinned":"/v1/@150-abababab/guides/sre_engineer","purge":["guide:sre_engineer","guides"],"affects":["b"]}}"#
            ),
        ),
        (
            Event::GuideUnpublished(taken_down),
            format!(
                r#"{{"guide_id":"{GUIDE}","slug":"sre_engineer","reason":"unpublish","ref":"151-abababab","purge":["guides"],"affects":[]}}"#
            ),
        ),
        (
            Event::GuideMoved(public(Some("sre"))),
            format!(
                r#"{{"guide_id":"{GUIDE}","slug":"sre_engineer","previous_slug":"sre","ref":"150-abababab","pinned":"/v1/@150-abababab/guides/sre_engineer","purge":["guide:sre_engineer","guides"],"affects":["b"]}}"#
            ),
        ),
        (
            Event::ReleasePublished(release),
            format!(
                r#"{{"ref":"152-abababab","guides":[{{"guide_id":"{GUIDE}","slug":"a","previous_slug":null,"pinned":"/v1/@152-abababab/guides/a"}}],"purge":["guides","refs"],"affects":["b","c"]}}"#
            ),
        ),
        (Event::GuideSubmitted(reviewed()), review.clone()),
        (Event::GuideApproved(reviewed()), review.clone()),
        (Event::GuideChangesRequested(reviewed()), review),
        (Event::WebhookTest {}, "{}".to_owned()),
    ]
}

#[test]
fn the_bytes_of_every_type_of_event_stay_as_receivers_know_them() {
    let at = "2026-11-22T09:00:00Z".parse().unwrap();
    for (event, data) in every_event() {
        let event_type = event.event_type();
        let expected = format!(
            r#"{{"type":"{event_type}","timestamp":"2026-11-22T09:00:00Z","data":{data}}}"#
        );
        assert_eq!(event.body(at), expected);
    }
}

#[test]
fn a_gathered_call_holds_the_bytes_of_each_event() {
    let at = "2026-11-22T09:00:00Z".parse().unwrap();
    let bodies: Vec<_> = every_event()
        .iter()
        .map(|(event, _)| event.body(at))
        .collect();
    let body = gathered_body(at, bodies.iter().map(String::as_str));
    let parsed: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        parsed["data"]["events"].as_array().unwrap().len(),
        bodies.len()
    );
    assert!(body.contains(&bodies[0]), "{body}");
    let head = r#"{"type":"events.gathered","timestamp":"2026-11-22T09:00:00Z","data":{"events":["#;
    assert!(body.starts_with(head), "{body}");
}

#[test]
fn every_type_of_event_has_its_bytes_written_down_here() {
    let written: Vec<_> = every_event()
        .iter()
        .map(|(event, _)| event.event_type())
        .collect();
    let mut known = WebhookEventType::SUBSCRIBABLE.to_vec();
    known.push(WebhookEventType::WebhookTest);
    assert_eq!(written, known);
}
