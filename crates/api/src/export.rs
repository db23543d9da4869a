use std::collections::BTreeMap;
use std::time::Duration;

use annai_domain::{GuideId, Permission};
use annai_editorial::{EXPORT_PAGE, export_names};
use annai_storage::{ReadDb, StorageError, history};
use annai_web::{Query, allow_time};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::ApiError;
use super::readable::require;
use super::text::text;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The longest time of an export.
const TIME: Duration = Duration::from_mins(10);

/// The selection of an export.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// The newest revisions, instead of public ones.
    #[serde(default)]
    latest: bool,
}

/// One file of an export, as one line of the response.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportedFileView {
    /// The path of the file.
    path: String,
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    /// The exact text.
    source: String,
}

/// The position of an export.
struct Export {
    db: ReadDb,
    names: BTreeMap<GuideId, String>,
    latest: bool,
    after: Option<GuideId>,
}

/// Exports every guide as one JSON object a line, with the files that `annai export` would write.
/// Archived guides are left out.
#[utoipa::path(get, path = "/api/v1/export", operation_id = "export_guides", tag = "files",
    params(ExportQuery),
    responses((status = 200, body = ExportedFileView, content_type = "application/x-ndjson")))]
pub(super) async fn export_guides(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    allow_time(TIME);
    let db = state.database.reader();
    let export = Export {
        names: export_names(&db, query.latest).await?,
        db,
        latest: query.latest,
        after: None,
    };
    let lines = futures_util::stream::try_unfold(export, next_page);
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"annai-export.ndjson\"",
        ),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Returns the next lines. An error breaks the connection off, so that half an export is never
/// mistaken for a whole one.
async fn next_page(mut export: Export) -> Result<Option<(Bytes, Export)>, StorageError> {
    let (latest, after) = (export.latest, export.after);
    let rows = history::list_export(&export.db, latest, after, EXPORT_PAGE).await?;
    let Some(last) = rows.last() else {
        return Ok(None);
    };
    export.after = Some(last.guide_id);
    let mut lines = Vec::new();
    for row in rows {
        let Some(path) = export.names.get(&row.guide_id) else {
            continue; // created after the names were read
        };
        let file = ExportedFileView {
            path: path.clone(),
            guide_id: row.guide_id,
            source: text(row.source),
        };
        // Strings alone: writing into memory cannot fail.
        if serde_json::to_writer(&mut lines, &file).is_ok() {
            lines.push(b'\n');
        }
    }
    Ok(Some((lines.into(), export)))
}
