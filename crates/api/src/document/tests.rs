use annai_domain::{
    AuditAction, AuthorityKind, GuideStatus, Locale, PublicationAction, ReviewState, RevisionKind,
    Role, ThreadAction, VisibilityKind, WebhookEventType, WebhookKind, Work,
};
use annai_storage::keys::KeyScope;
use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_storage::webhook_endpoints::DisabledReason;
use serde_json::{Value, json};

/// Counts the places that name a component.
fn references(value: &Value, reference: &str) -> usize {
    match value {
        Value::Object(members) => {
            let own = usize::from(members.get("$ref").is_some_and(|it| it == reference));
            own + members
                .values()
                .map(|value| references(value, reference))
                .sum::<usize>()
        }
        Value::Array(items) => items.iter().map(|item| references(item, reference)).sum(),
        _ => 0,
    }
}

#[test]
fn each_closed_set_is_described_by_its_words() {
    let document = crate::openapi().unwrap();
    // Each set with the number of members and parameters that it describes.
    let sets: [(&str, &[&str], usize); 15] = [
        ("AuthorityKind", &AuthorityKind::WORDS, 1),
        ("DeliveryResult", &DeliveryResult::WORDS, 2),
        ("DeliveryState", &DeliveryState::WORDS, 1),
        ("DisabledReason", &DisabledReason::WORDS, 1),
        ("GuideStatus", &GuideStatus::WORDS, 3),
        ("KeyScope", &KeyScope::WORDS, 2),
        ("Locale", &Locale::WORDS, 5),
        ("PublicationAction", &PublicationAction::WORDS, 1),
        ("ReviewState", &ReviewState::WORDS, 3),
        ("RevisionKind", &RevisionKind::WORDS, 1),
        ("Role", &Role::WORDS, 4),
        ("ThreadAction", &ThreadAction::WORDS, 1),
        ("WebhookEventType", &WebhookEventType::WORDS, 3),
        ("WebhookKind", &WebhookKind::WORDS, 2),
        ("VisibilityKind", &VisibilityKind::WORDS, 1),
    ];
    for (name, words, uses) in sets {
        let schema = &document["components"]["schemas"][name];
        assert_eq!(schema["enum"], json!(words), "{name}");
        let reference = format!("#/components/schemas/{name}");
        assert_eq!(references(&document, &reference), uses, "{name}");
    }
    let work = &document["components"]["schemas"]["Work"]["enum"];
    assert_eq!(*work, json!(Work::WORDS));
}

#[test]
fn an_audit_action_is_any_text_with_the_known_ones_as_examples() {
    let document = crate::openapi().unwrap();
    let action = &document["components"]["schemas"]["AuditEntryView"]["properties"]["action"];
    assert_eq!(action["examples"], json!(AuditAction::WORDS.as_slice()));
    assert_eq!(action["enum"], Value::Null);
}

#[test]
fn every_operation_describes_its_problems_as_they_are_sent() {
    let document = crate::openapi().unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for statuses in ["4XX", "5XX"] {
                let content = &operation["responses"][statuses]["content"];
                let kinds: Vec<_> = content.as_object().into_iter().flatten().collect();
                let place = format!("{method} {path} {statuses}");
                assert_eq!(kinds.len(), 1, "{place}");
                assert_eq!(kinds[0].0, "application/problem+json", "{place}");
                let schema = &kinds[0].1["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ProblemDocument", "{place}");
            }
        }
    }
    assert!(document["components"]["schemas"]["ProblemDocument"].is_object());
}
