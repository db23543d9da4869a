use std::sync::Arc;
use std::time::Duration;

use annai_content::{GuideSource, Mapping, MappingError, MappingPreset};
use annai_domain::{FileDialect, Permission};
use annai_editorial::import::{
    ImportBytes, ImportFile, ImportOptions, ImportReport, import_files as import,
};
use annai_web::{Problem, ProblemError, ProblemKind, Query, allow_time};
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::error::{ApiError, answer};
use super::readable::require;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The most files of one request.
const FILES: usize = 1_000;
/// The most bytes of one request.
pub(super) const BYTES: usize = 64 * 1024 * 1024;
/// The longest time of an import.
const TIME: Duration = Duration::from_mins(5);

/// The options of an import.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// Checks and compares, and writes nothing.
    #[serde(default)]
    dry_run: bool,
    /// Imports the good files even though others are bad.
    #[serde(default)]
    keep_going: bool,
    /// The dialect of the files' front matter. Without it, each file is read in the one that it
    /// begins like.
    #[serde(default)]
    from: Option<FileDialect>,
    /// The site generator whose fields become those of guides. Without it, fields keep their names.
    #[serde(default)]
    preset: Option<MappingPreset>,
}

/// The description of the request's parts, which [`import_files`] reads one by one.
pub(super) struct ImportParts;

impl ToSchema for ImportParts {}

impl PartialSchema for ImportParts {
    fn schema() -> RefOr<Schema> {
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        let parts = ObjectBuilder::new().additional_properties(Some(Schema::Object(file.build())));
        let words = "The files, one part a file. The file name of a part is the path; its name does not matter.";
        RefOr::T(Schema::Object(parts.description(Some(words)).build()))
    }
}

/// Imports Markdown files as drafts. A file is recognised by its path, then by its slug. A file
/// with the text of the newest revision is skipped, so that a repeat has no second effect.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "import_files", tag = "files",
    params(ImportQuery),
    request_body(content = ImportParts, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportReport)))]
pub(super) async fn import_files(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Query(query): Query<ImportQuery>,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::ImportFiles)?;
    allow_time(TIME);
    let multipart = multipart.map_err(|_| {
        Problem::new(ProblemKind::UnsupportedMediaType)
            .with_detail("send the files as multipart/form-data")
    })?;
    let files = read_files(multipart).await?;
    let options = ImportOptions {
        publish: false,
        dry_run: query.dry_run,
        keep_going: query.keep_going,
        dialect: query.from,
        mapping: mapping(query.preset)?,
    };
    let report = import(
        &state.database,
        &signed_in.actor,
        &state.schema,
        files,
        options,
        &mut |_| {},
    )
    .await?;
    answer(&report)
}

async fn read_files(mut multipart: Multipart) -> Result<Vec<ImportFile>, ApiError> {
    let mut files = Vec::new();
    while let Some(mut field) = multipart
        .next_field()
        .await
        .map_err(|error| broken(&error))?
    {
        let Some(path) = field.file_name().map(str::to_owned) else {
            return Err(refuse("a part without a file name", "no_file_name"));
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
            // One byte too many is enough: the report names the file.
            let room = (GuideSource::MAX_BYTES + 1).saturating_sub(bytes.len());
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        files.push(ImportFile::new(&path, ImportBytes::Memory(bytes)));
        if files.len() > FILES {
            return Err(refuse("too many files; send 1000 at a time", "too_many"));
        }
    }
    Ok(files)
}

fn mapping(preset: Option<MappingPreset>) -> Result<Arc<Mapping>, ApiError> {
    let mapping = preset.map_or_else(|| Ok(Mapping::default()), Mapping::preset);
    let refused = |error: MappingError| refuse(&error.to_string(), "mapping");
    mapping.map(Arc::new).map_err(refused)
}

fn refuse(detail: &str, code: &str) -> ApiError {
    Problem::new(ProblemKind::Validation)
        .with_detail(detail)
        .with_error(ProblemError::new(code))
        .into()
}

fn broken(error: &MultipartError) -> ApiError {
    let kind = if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        ProblemKind::PayloadTooLarge
    } else {
        ProblemKind::MalformedBody
    };
    Problem::new(kind).with_detail(error.body_text()).into()
}
