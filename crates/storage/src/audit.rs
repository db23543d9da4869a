//! The audit log: one entry per transition, in the transition's own transaction.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{AuditAction, GuideId, UserId};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{Reads, StorageError, WriteTx};

/// An audit entry to be written.
#[derive(Debug, Clone)]
pub struct NewAuditEntry {
    /// The transition.
    pub action: AuditAction,
    /// The guide that changed, if any.
    pub guide_id: Option<GuideId>,
    /// The changed revision, review, user or key, if any.
    pub subject_id: Option<Uuid>,
    /// Details as a JSON object, without secrets and without a guide's text.
    pub details: Value,
}

/// Writes an entry in the actor's name.
pub async fn record(tx: &mut WriteTx, entry: NewAuditEntry) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    // The trigger `audit_entries_append` replaces the 0 with the next number and the empty hashes with
    // the chain's.
    sqlx::query!(
        r#"
        INSERT INTO audit_entries
               (audit_number, action, actor_id, guide_id, subject_id, details, at,
                previous_hash, hash)
        VALUES (0, $1, $2, $3, $4, $5, $6, '', '')
        "#,
        entry.action.as_str(),
        actor.0,
        entry.guide_id.map(|guide| guide.0),
        entry.subject_id,
        entry.details,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An audit entry as administrators see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AuditRecord {
    /// The number of the entry: 1, 2, 3 …
    pub audit_number: i64,
    /// A word of [`AuditAction`], or of a newer version that shares the database.
    pub action: String,
    /// The person, the operator or the program that acted.
    pub actor_id: UserId,
    /// The actor's display name.
    pub actor_name: String,
    /// The guide that changed, if any.
    pub guide_id: Option<GuideId>,
    /// The guide's current title; empty without a guide or a title.
    pub guide_title: String,
    /// The changed revision, review, user or key, if any.
    pub subject_id: Option<Uuid>,
    /// Details as a JSON object.
    pub details: Value,
    /// The time of the transition.
    pub at: Timestamp,
}

/// The filters of the audit log; an entry must satisfy each one that is set.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// The action of the entry.
    pub action: Option<String>,
    /// The actor of the entry.
    pub actor_id: Option<UserId>,
    /// The guide of the entry.
    pub guide_id: Option<GuideId>,
    /// An upper bound, exclusive, for the number of the entry.
    pub before: Option<i64>,
}

/// Returns at most `limit` entries that satisfy `filter`, newest first.
pub async fn list(
    db: &dyn Reads,
    filter: &AuditFilter,
    limit: i64,
) -> Result<Vec<AuditRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT audit_number, action, actor_id, display_name AS actor_name,
               audit_entries.guide_id AS "guide_id?", COALESCE(contents.title, '') AS "guide_title!",
               subject_id, details, at AS "at: jiff_sqlx::Timestamp"
          FROM audit_entries
          JOIN users ON user_id = actor_id
          LEFT JOIN guides ON guides.guide_id = audit_entries.guide_id
          LEFT JOIN revisions ON revision_id = latest_revision_id
          LEFT JOIN contents USING (content_hash)
         WHERE ($1::text IS NULL OR action = $1) AND ($2::uuid IS NULL OR actor_id = $2)
           AND ($3::uuid IS NULL OR audit_entries.guide_id = $3)
           AND ($4::bigint IS NULL OR audit_number < $4)
         ORDER BY audit_number DESC
         LIMIT $5
        "#,
        filter.action,
        filter.actor_id.map(|actor| actor.0),
        filter.guide_id.map(|guide| guide.0),
        filter.before,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AuditRecord {
            audit_number: row.audit_number,
            action: row.action,
            actor_id: UserId(row.actor_id),
            actor_name: row.actor_name,
            guide_id: row.guide_id.map(GuideId),
            guide_title: row.guide_title,
            subject_id: row.subject_id,
            details: row.details,
            at: row.at.to_jiff(),
        })
        .collect())
}
