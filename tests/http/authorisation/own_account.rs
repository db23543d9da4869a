//! The requests about one's own account and sessions. A double of the person sends each: such a
//! request may end the session that it came with.

use annai_test_support::{Call, PASSWORD};
use serde_json::json;

use super::cast::Cast;

/// Prepares the request of an operation; `None` if the operation is another one.
pub(super) async fn call(cast: &Cast, role: &str, operation: &str) -> Option<Call> {
    let client = cast.double(role).await;
    let call = match operation {
        "session.read" => client.get("/api/v1/session"),
        "session.begin" => client
            .post("/api/v1/session")
            .json(&json!({ "email": cast.judge.email, "password": PASSWORD })),
        "session.reauthenticate" => client
            .post("/api/v1/session/reauthenticate")
            .json(&json!({ "password": PASSWORD })),
        "session.end" => client.delete("/api/v1/session"),
        "session.list_own" => client.get("/api/v1/sessions"),
        "session.end_others_own" => client.delete("/api/v1/sessions"),
        "session.end_one_own" => {
            let sessions = client.get("/api/v1/sessions").await;
            let id = match sessions.status {
                200 => sessions.string("/sessions/0/session_id"),
                _ => "0".repeat(64),
            };
            client.delete(format!("/api/v1/sessions/{id}"))
        }
        "link.accept" => client.post("/api/v1/links/accept").json(&json!({
            "token": cast.link().await.expose(), "password": "遠い山と古い時計の音がする",
        })),
        "account.update_profile" => client
            .put("/api/v1/account/profile")
            .json(&json!({ "display_name": "別の名前", "locale": "en" })),
        "account.change_password" => client.put("/api/v1/account/password").json(&json!({
            "old_password": PASSWORD, "new_password": "遠い山と古い時計の音がする",
        })),
        _ => return None,
    };
    Some(call)
}
