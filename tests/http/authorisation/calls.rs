//! The HTTP request of each operation of the matrix.

use annai_test_support::{BuiltGuide, Call, Client, guide_source};
use serde_json::json;

use super::cast::Cast;
use super::{Row, administering, delivering, own_account};

/// Prepares the request of a row about one guide; `None` if the operation is not built yet.
pub(super) async fn with_guide(
    cast: &Cast,
    client: &Client,
    row: Row<'_>,
    guide: &BuiltGuide,
) -> Option<Call> {
    let path = |end: &str| format!("/api/v1/guides/{}{end}", guide.guide_id);
    let operation = row.operation;
    let call = match operation {
        "guide.read" => client.get(path("")),
        "history.read" => client.get(path("/revisions")),
        "diff.read" => client.get(path(&format!(
            "/diff?from={}&to={}",
            guide.first, guide.latest
        ))),
        "guide.autosave" => client.put(path("/working-copy")).json(&json!({
            "base_revision_id": guide.latest, "sequence": cast.next(), "source": "書きかけ",
        })),
        "guide.save" => {
            let body = format!("もう一つの版 {}。", cast.next());
            let source = guide_source(&guide.slug, "記事", &body);
            let body = json!({ "source": source });
            client
                .post(path("/revisions"))
                .if_match(guide.latest)
                .json(&body)
        }
        "guide.restore" => {
            let body = json!({ "revision_id": guide.first });
            client
                .post(path("/restore"))
                .if_match(guide.latest)
                .json(&body)
        }
        "revision.name" => client
            .put(path(&format!("/revisions/{}/name", guide.first)))
            .json(&json!({ "name": format!("第{}稿", cast.next()) })),
        "guide.submit" => client
            .post(path("/submit"))
            .json(&json!({ "revision_id": guide.latest })),
        "guide.withdraw" => client.post(path("/withdraw")).json(&json!({})),
        "revision.read" => client.get(path(&format!("/revisions/{}", guide.first))),
        "guide.approve"
        | "guide.request_changes"
        | "guide.publish"
        | "guide.break_glass"
        | "guide.unpublish"
        | "guide.rollback"
        | "guide.archive"
        | "guide.unarchive" => judge_or_publish(client, operation, guide),
        "guide.change_owner" => client
            .put(path("/owner"))
            .json(&json!({ "owner_id": cast.judge.user_id })),
        "guide.copy" => client.post(path("/copy")).json(&json!({})),
        "guide.schedule" => return None,
        other => match beside(cast, client, row, guide).await {
            Some(call) => call,
            None => delivering::call(cast, client, other, guide).await,
        },
    };
    Some(call)
}

/// Prepares the request of an operation on something beside a guide's text: threads, preview links,
/// working copies. `None` if the operation is another one.
async fn beside(cast: &Cast, client: &Client, row: Row<'_>, guide: &BuiltGuide) -> Option<Call> {
    let path = |end: &str| format!("/api/v1/guides/{}{end}", guide.guide_id);
    let call = match row.operation {
        "working_copy.read" => {
            cast.working_copy(row.role, guide).await;
            client.get(path("/working-copy"))
        }
        "working_copy.discard" => {
            cast.working_copy(row.role, guide).await;
            client.delete(path("/working-copy"))
        }
        "guide.take_over" => {
            let user_id = cast.left_copy(guide).await;
            client
                .post(path("/take-over"))
                .json(&json!({ "user_id": user_id }))
        }
        "guide.comment" => client
            .post(path("/threads"))
            .json(&json!({ "body": "よいですね。" })),
        "thread.list" => client.get(path("/threads")),
        "thread.reply" => {
            let thread_id = cast.thread(guide.guide_id, false).await;
            let path = path(&format!("/threads/{thread_id}/comments"));
            client.post(path).json(&json!({ "body": "同感です。" }))
        }
        "thread.resolve" | "thread.resolve_blocking" | "thread.reopen" => {
            settle(cast, client, row.operation, guide).await
        }
        "preview_link.create" => client.post(path("/preview-links")).json(&json!({})),
        "preview_link.list" => client.get(path("/preview-links")),
        "preview_link.revoke" => {
            let link = cast.preview_link(guide.guide_id).await;
            client.delete(path(&format!("/preview-links/{link}")))
        }
        "slug.list"
        | "slug.redirect"
        | "slug.give_up"
        | "guide.join"
        | "guide.list_outdated"
        | "guide.repoint" => of_slugs(cast, client, row.operation, guide).await,
        _ => return None,
    };
    Some(call)
}

/// Prepares the request of an operation on the slugs of a guide, or on guides that name old ones.
async fn of_slugs(cast: &Cast, client: &Client, operation: &str, guide: &BuiltGuide) -> Call {
    let path = |end: &str| format!("/api/v1/guides/{}{end}", guide.guide_id);
    match operation {
        "slug.redirect" => {
            let slug = format!("redirected_{}", cast.next());
            client.post(path("/slugs")).json(&json!({ "slug": slug }))
        }
        "slug.give_up" => {
            let slug = cast.claimed_slug(guide.guide_id).await;
            client.delete(path(&format!("/slugs/{slug}")))
        }
        "guide.join" => {
            let into = cast.lasting_guide().await;
            client.post(path("/join")).json(&json!({ "into": into }))
        }
        "guide.list_outdated" => client.get(path("/repoint")),
        "guide.repoint" => client.post(path("/repoint")).json(&json!({ "guides": [] })),
        _ => client.get(path("/slugs")),
    }
}

/// Begins a thread, and prepares the request that resolves or reopens it.
async fn settle(cast: &Cast, client: &Client, operation: &str, guide: &BuiltGuide) -> Call {
    let thread_id = cast
        .thread(guide.guide_id, operation != "thread.resolve")
        .await;
    let act = match operation {
        "thread.reopen" => {
            cast.resolve(thread_id).await;
            "reopen"
        }
        _ => "resolve",
    };
    let path = format!(
        "/api/v1/guides/{}/threads/{thread_id}/{act}",
        guide.guide_id
    );
    client.post(path).json(&json!({}))
}

/// Prepares the request of an operation that judges a text or changes the published site.
fn judge_or_publish(client: &Client, operation: &str, guide: &BuiltGuide) -> Call {
    let path = |end: &str| format!("/api/v1/guides/{}{end}", guide.guide_id);
    let pinned = json!({ "revision_id": guide.latest, "content_hash": guide.content_hash });
    let judged = json!({
        "revision_id": guide.latest, "content_hash": guide.content_hash, "comment": "見ました。",
    });
    match operation {
        "guide.approve" => client.post(path("/approve")).json(&judged),
        "guide.request_changes" => client.post(path("/request-changes")).json(&judged),
        "guide.publish" => client.post(path("/publish")).json(&pinned),
        "guide.break_glass" => client.post(path("/break-glass")).json(&json!({
            "revision_id": guide.latest, "content_hash": guide.content_hash,
            "reason": "夜間の障害対応のため、審査を待てません。",
        })),
        "guide.unpublish" => client
            .post(path("/unpublish"))
            .json(&json!({ "acknowledged": true })),
        "guide.rollback" => client
            .post(path("/rollback"))
            .json(&json!({ "ref": guide.first_ref })),
        "guide.archive" => client
            .post(path("/archive"))
            .json(&json!({ "acknowledged": true })),
        "guide.unarchive" => client.post(path("/unarchive")).json(&json!({})),
        other => panic!("the matrix has an operation that nobody knows: {other}"),
    }
}

/// Prepares the request of a row without a guide; `None` if the operation is not built yet.
pub(super) async fn without_guide(cast: &Cast, client: &Client, row: Row<'_>) -> Option<Call> {
    let call = match row.operation {
        "guide.list" => client.get("/api/v1/guides"),
        "guide.create" => {
            let source = guide_source(&format!("new_{}", cast.next()), "新しい記事", "本文。");
            client
                .post("/api/v1/guides")
                .json(&json!({ "source": source }))
        }
        "import.file" => {
            let slug = format!("imported_{}", cast.next());
            let source = guide_source(&slug, "取り込んだ記事", "本文。");
            let body = format!(
                "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{slug}.md\"\r\n\r\n{source}\r\n--x--\r\n"
            );
            client
                .post("/api/v1/imports")
                .body("multipart/form-data; boundary=x", body)
        }
        "text.preview" => client
            .post("/api/v1/preview")
            .json(&json!({ "source": guide_source("a", "記事", "本文。") })),
        "export.all" => client.get("/api/v1/export"),
        "publication.list" => client.get("/api/v1/publications"),
        "review.list" => client.get("/api/v1/reviews"),
        "schema.read" => client.get("/api/v1/schema"),
        "audit.read" => client.get("/api/v1/audit"),
        "own_role.change" => {
            let user_id = cast.themselves(row.role).user_id;
            let path = format!("/api/v1/users/{user_id}/roles");
            client.put(path).json(&json!({ "roles": ["admin"] }))
        }
        "asset.upload" | "settings.write" => return None,
        other => {
            if let Some(call) = administering::call(cast, client, other).await {
                return Some(call);
            }
            let call = own_account::call(cast, row.role, other).await;
            assert!(
                call.is_some(),
                "the matrix has an operation that nobody knows: {other}"
            );
            return call;
        }
    };
    Some(call)
}

/// Returns whether a successful operation changes the state of the guide.
pub(super) fn changes_the_guide(operation: &str) -> bool {
    !operation.starts_with("delivery.")
        && !operation.starts_with("thread.")
        && !operation.starts_with("preview_link.")
        && !operation.starts_with("working_copy.")
        && !operation.starts_with("slug.")
        && !matches!(
            operation,
            "guide.read"
                | "revision.read"
                | "history.read"
                | "diff.read"
                | "guide.autosave"
                | "guide.comment"
                | "guide.copy"
                | "guide.list_outdated"
                | "guide.repoint"
        )
}
