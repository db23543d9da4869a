use std::collections::HashMap;

use annai_domain::UserId;
use annai_storage::sessions::{self, SessionRecord};
use annai_storage::{Database, StorageError};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::times;

/// The only key in the data of a session.
pub(super) const DATA_KEY: &str = "signed_in";

/// The data of a session. It exists only for people who signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SessionData {
    pub(super) user_id: UserId,
    /// The person's session epoch at sign-in. When the person's rises, the session is over.
    pub(super) session_epoch: i32,
    /// The `User-Agent` of the browser.
    pub(super) user_agent: String,
    pub(super) signed_in_at: Timestamp,
}

/// Stores sessions in Postgres under the SHA-256 of their id: reading the table is not enough to
/// act as somebody.
#[derive(Debug, Clone)]
pub(super) struct PostgresSessions {
    pub(super) database: Database,
}

/// Returns the key of a session in the database.
pub(super) fn session_hash(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

#[async_trait]
impl SessionStore for PostgresSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let value = record.data.get(DATA_KEY).cloned().unwrap_or_default();
        let data: SessionData =
            serde_json::from_value(value).map_err(|error| Error::Encode(error.to_string()))?;
        let session = SessionRecord {
            session_hash: session_hash(record.id),
            user_id: data.user_id,
            session_epoch: data.session_epoch,
            data: serde_json::Value::Object(serde_json::Map::new()),
            user_agent: data.user_agent,
            created_at: data.signed_in_at,
            last_seen_at: data.signed_in_at,
            reauthenticated_at: data.signed_in_at,
            expires_at: times::expires_at(data.signed_in_at, data.signed_in_at),
        };
        sessions::insert(&self.database, &session)
            .await
            .map_err(|error| backend(&error))
    }

    /// Does nothing: the middleware never changes a session. The time of last use and the time of
    /// the last proof are written where they happen. A session that was ended meanwhile can
    /// therefore not come back here.
    async fn save(&self, _record: &Record) -> Result<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.database.clock().now();
        let found = sessions::find(&self.database.reader(), &session_hash(*id), now)
            .await
            .map_err(|error| backend(&error))?;
        found.map(|session| to_record(*id, session)).transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let removed = sessions::remove(&self.database, &session_hash(*id)).await;
        removed.map(|_| ()).map_err(|error| backend(&error))
    }
}

fn to_record(id: Id, session: SessionRecord) -> Result<Record> {
    let expiry = OffsetDateTime::from_unix_timestamp(session.expires_at.as_second())
        .map_err(|error| Error::Decode(error.to_string()))?;
    let data = SessionData {
        user_id: session.user_id,
        session_epoch: session.session_epoch,
        user_agent: session.user_agent,
        signed_in_at: session.created_at,
    };
    let value = serde_json::to_value(data).map_err(|error| Error::Decode(error.to_string()))?;
    Ok(Record {
        id,
        data: HashMap::from([(DATA_KEY.to_owned(), value)]),
        expiry_date: expiry,
    })
}

fn backend(error: &StorageError) -> Error {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "the session store failed"
    );
    Error::Backend(error.to_string())
}
