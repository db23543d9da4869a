//! The requests that administer people, keys and webhooks.

use annai_test_support::{Call, Client};
use serde_json::json;

use super::cast::Cast;

/// Prepares the request of an operation; `None` if the operation is another one.
pub(super) async fn call(cast: &Cast, client: &Client, operation: &str) -> Option<Call> {
    let victim = |end: &str| format!("/api/v1/users/{}{end}", cast.victim.user_id);
    let call = match operation {
        "user.list" => client.get("/api/v1/users"),
        "user.create" => client.post("/api/v1/users").json(&json!({
            "email": format!("new{}@example.jp", cast.next()), "display_name": "新しい人",
            "roles": ["author"], "locale": "ja",
        })),
        "user.manage" => client.post(victim("/disable")).json(&json!({})),
        "user.enable" => client.post(victim("/enable")).json(&json!({})),
        "user.reset" => client.post(victim("/reset")).json(&json!({})),
        "role.change" => client
            .put(victim("/roles"))
            .json(&json!({ "roles": ["editor"] })),
        "session.end_others" => client.delete(victim("/sessions")),
        "apikey.list" => client.get("/api/v1/keys"),
        "apikey.create" => client
            .post("/api/v1/keys")
            .json(&json!({ "name": "サイト", "scope": "reader" })),
        "apikey.revoke" => client.delete(format!("/api/v1/keys/{}", cast.key().await)),
        "webhook.list" => client.get("/api/v1/webhooks"),
        "webhook.create" => client.post("/api/v1/webhooks").json(&webhook()),
        other => return of_one_webhook(cast, client, other).await,
    };
    Some(call)
}

async fn of_one_webhook(cast: &Cast, client: &Client, operation: &str) -> Option<Call> {
    let act = operation.strip_prefix("webhook.")?;
    let (endpoint, delivery) = cast.endpoint().await;
    let path = |end: &str| format!("/api/v1/webhooks/{endpoint}{end}");
    let post = |end: &str| client.post(path(end)).json(&json!({}));
    let call = match act {
        "read" => client.get(path("")),
        "update" => client.put(path("")).json(&webhook()),
        "rotate_secret" => post("/rotate-secret"),
        "disable" => post("/disable"),
        "enable" => post("/enable"),
        "test" => post("/test"),
        "list_deliveries" => client.get(path("/deliveries")),
        "redeliver" => post(&format!("/deliveries/{delivery}/redeliver")),
        _ => return None,
    };
    Some(call)
}

fn webhook() -> serde_json::Value {
    json!({
        "name": "サイト", "url": "https://example.jp/hooks/annai",
        "event_types": ["guide.published"],
    })
}
