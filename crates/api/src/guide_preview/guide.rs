use std::sync::Arc;

use annai_content::Schema;
use annai_editorial::{CommandError, Preview, find_preview};
use annai_web::{GuideFile, GuideForm, Path, Problem, Query};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::right::Right;
use crate::error::ApiError;
use annai_desk::DeskState;

/// The revision to preview.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewParameters {
    /// The number of a revision; the newest by default.
    revision: Option<i32>,
}

/// `GET /v1/preview/guides/{slug}`, also `.md` and `.html`: the document that sites would get. Its
/// description stands beside those of delivery.
pub(super) async fn get(
    Right(right): Right,
    State(state): State<DeskState>,
    Path(file): Path<GuideFile>,
    Query(asked): Query<PreviewParameters>,
) -> Result<Response, ApiError> {
    if asked.revision.is_some_and(|number| number < 1) {
        return Err(ApiError::parameter(
            "revision",
            "revisions are numbered from 1",
        ));
    }
    let found = find_preview(
        &state.database,
        &state.schema,
        right,
        &file.slug,
        asked.revision,
    );
    let found = found.await?;
    let preview = found.ok_or_else(nothing)?;
    let schema = Arc::clone(&state.schema);
    let bytes = tokio::task::spawn_blocking(move || bytes(preview, file.form, &schema)).await;
    let bytes = bytes.map_err(|error| Problem::internal(&error))??;
    let media_type = HeaderValue::from_static(file.form.media_type());
    let mut response = ([(header::CONTENT_TYPE, media_type)], bytes).into_response();
    if file.form == GuideForm::Html {
        let policy = HeaderValue::from_static("sandbox");
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

fn bytes(preview: Preview, form: GuideForm, schema: &Schema) -> Result<Vec<u8>, CommandError> {
    match form {
        GuideForm::Json => preview.answer(schema),
        GuideForm::Markdown => Ok(preview.revision.source),
        GuideForm::Html => Ok(preview.html(schema)?.into_bytes()),
        GuideForm::Text => Err(annai_domain::decide::Refusal::NotFound.into()),
    }
}

/// Answers unknown slugs, unknown revisions and guides that the token does not open.
fn nothing() -> Problem {
    Problem::not_found().with_detail("there is no such guide or revision to preview")
}
