//! The errors of requests, and their HTTP responses.

use std::error::Error;
use std::time::Duration;

use annai_checks::Finding;
use annai_content::{Conflict, ConflictPlace, GuideSource, SourceError, SourceErrorKind, merge};
use annai_domain::FieldFault;
use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_domain::limits::IDEMPOTENCY_KEY;
use annai_editorial::{CommandError, NotSaved, SavedText, StaleText};
use annai_storage::StorageError;
use annai_web::{EntityTag, IfMatch, Problem, ProblemError, ProblemKind, outage};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::text::text;
use annai_desk::NarrowError;
use annai_identity::{IdentityError, NotSignedIn, SignInError, storage_problem};

/// The reason why a handler ends early.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request fails.
    Problem(Problem),
    /// The request was answered before: the earlier response.
    Replay(Box<Response>),
}

impl ApiError {
    /// Creates 400: a parameter is out of range.
    pub(crate) fn parameter(name: &str, message: &str) -> Self {
        Problem::invalid_parameter(name, "out_of_range", message).into()
    }

    /// Creates 400: the idempotency key is malformed.
    pub(super) fn bad_key() -> Self {
        let message =
            format!("an idempotency key is 1 to {IDEMPOTENCY_KEY} visible ASCII characters");
        Problem::invalid_parameter("Idempotency-Key", "malformed", message).into()
    }

    /// Creates 422: the idempotency key belongs to another request.
    pub(super) fn key_reused() -> Self {
        Problem::new(ProblemKind::Validation)
            .with_detail("this idempotency key was used for another request; make a new key for every new request")
            .with_error(ProblemError::parameter("Idempotency-Key", "used_for_another_request"))
            .into()
    }

    /// Creates 403: the person has to authenticate again.
    pub(super) fn reauthenticate() -> Self {
        Problem::new(ProblemKind::Reauthenticate)
            .with_detail("give your password once more at POST /api/v1/session/reauthenticate, then repeat the request")
            .into()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Replay(response) => *response,
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<NotSignedIn> for ApiError {
    fn from(error: NotSignedIn) -> Self {
        Self::Problem(error.into())
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        Self::Problem(match error {
            SignInError::Refused => Problem::new(ProblemKind::Unauthenticated)
                .with_detail("the e-mail address or the password is wrong"),
            SignInError::Wait(wait) => Problem::new(ProblemKind::RateLimited)
                .with_detail("too many attempts; wait a little")
                .with_retry_after(Duration::from_secs(wait.seconds.into())),
            SignInError::Command(error) => return error.into(),
            SignInError::Storage(error) => storage_problem(&error),
            SignInError::Session(error) => {
                tracing::warn!(error = &error as &dyn Error, "a session was not stored");
                outage::busy()
            }
        })
    }
}

impl From<NarrowError> for ApiError {
    fn from(error: NarrowError) -> Self {
        match error {
            NarrowError::Query(error) => Self::parameter("q", &error.to_string()),
            NarrowError::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        CommandError::from(error).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Problem(refused(refusal))
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        Self::Problem(match error {
            IdentityError::Refused(refusal) => refused(refusal),
            IdentityError::Field { field, fault } => refused_field(field, fault),
            IdentityError::Busy => outage::busy(),
            IdentityError::Storage(error) => storage_problem(&error),
        })
    }
}

impl From<SourceError> for ApiError {
    fn from(error: SourceError) -> Self {
        CommandError::Source(error).into()
    }
}

impl From<NotSaved> for ApiError {
    fn from(refused: NotSaved) -> Self {
        match refused.error {
            CommandError::Stale(texts) => Self::Problem(stale(*texts, refused.kept)),
            error => error.into(),
        }
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        Self::Problem(match error {
            CommandError::Refused(refusal) => refused(refusal),
            CommandError::Stale(texts) => stale(*texts, false),
            CommandError::Source(error) => malformed(&error),
            CommandError::Invalid(findings) => Problem::new(ProblemKind::Validation)
                .with_detail("the text has faults that block publishing")
                .with_errors(findings.iter().map(finding)),
            CommandError::Referrers(slugs) => Problem::new(ProblemKind::Conflict)
                .with_detail("other public guides name this one, as related or in their bodies; send `acknowledged: true` to continue")
                .with_error(ProblemError::new("referrers"))
                .with_extension("referrers", json!(slugs)),
            CommandError::SlugTaken(slug) => Problem::new(ProblemKind::Conflict)
                .with_detail(format!("the slug {slug} belongs to another guide"))
                .with_error(ProblemError::field("slug", "taken")),
            CommandError::PathTaken(path) => Problem::new(ProblemKind::Conflict)
                .with_detail(format!("another guide has the file path {path}"))
                .with_error(ProblemError::pointer("/path", "taken")),
            CommandError::SequenceNotNewer { stored } => Problem::new(ProblemKind::Conflict)
                .with_detail("a newer state of the text is stored already")
                .with_error(ProblemError::pointer("/sequence", "not_newer"))
                .with_extension("stored", stored),
            CommandError::Field { field, fault } => refused_field(field, fault),
            CommandError::Storage(error) => storage_problem(&error),
        })
    }
}

fn refused_field(field: &str, fault: FieldFault) -> Problem {
    Problem::new(ProblemKind::Validation)
        .with_detail(format!("{field}: {}", fault.as_str().replace('_', " ")))
        .with_error(ProblemError::field(field, fault.as_str()))
}

/// Answers in the order of the domain: 404, 403, 409, 412.
fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NotFound => Problem::not_found(),
        Refusal::Forbidden(why) => Problem::new(ProblemKind::Forbidden)
            .with_detail(why.to_string())
            .with_error(ProblemError::new(match why {
                Forbidden::Role => "role",
                Forbidden::OwnChange => "own_change",
            })),
        Refusal::State(why) => Problem::new(ProblemKind::Conflict)
            .with_detail(why.to_string())
            .with_error(ProblemError::new(state_code(why))),
        Refusal::Stale => Problem::new(ProblemKind::PreconditionFailed)
            .with_detail("the guide has a newer revision"),
    }
}

fn state_code(why: StateConflict) -> &'static str {
    match why {
        StateConflict::Archived => "archived",
        StateConflict::NotArchived => "not_archived",
        StateConflict::AlreadyInReview => "already_in_review",
        StateConflict::AlreadyApproved => "already_approved",
        StateConflict::AlreadyPublic => "already_public",
        StateConflict::NoReview => "no_review",
        StateConflict::ReviewClosed => "review_closed",
        StateConflict::AlreadyDecided => "already_decided",
        StateConflict::OtherContent => "other_content",
        StateConflict::NotApproved => "not_approved",
        StateConflict::ApprovalLapsed => "approval_lapsed",
        StateConflict::Blocked => "blocked",
        StateConflict::NotPublic => "not_public",
        StateConflict::NeverPublic => "never_public",
        StateConflict::PublishedSince => "published_since",
        StateConflict::SlugPublic => "slug_public",
        StateConflict::SlugClaimed => "slug_claimed",
        StateConflict::SlugLeadsHere => "slug_leads_here",
        StateConflict::SlugNotUnused => "slug_not_unused",
        StateConflict::SameGuide => "same_guide",
        StateConflict::ThreadOpen => "thread_open",
        StateConflict::ThreadResolved => "thread_resolved",
        StateConflict::EndpointDisabled => "endpoint_disabled",
    }
}

/// Answers 412 with the three texts. The tag is for the `If-Match` of the next attempt.
fn stale(texts: StaleText, is_kept: bool) -> Problem {
    let pointer = |saved: &SavedText| {
        json!({
            "revision_id": saved.revision_id,
            "revision_number": saved.revision_number,
            "content_hash": saved.content_hash,
            "created_at": saved.created_at,
        })
    };
    let theirs = pointer(&texts.theirs);
    let merged = merged(&texts);
    let detail = if is_kept {
        "the guide has a newer revision; your text is in your working copy"
    } else {
        "the guide has a newer revision"
    };
    let mut problem = Problem::new(ProblemKind::PreconditionFailed)
        .with_detail(detail)
        .with_extension("base_revision", texts.base.as_ref().map(pointer))
        .with_extension("theirs_revision", theirs);
    if let Ok(tag) = EntityTag::strong(texts.theirs.revision_id.to_string()) {
        problem = problem.with_header(header::ETAG, tag.header_value());
    }
    problem
        .with_extension("base", texts.base.map(|base| text(base.source)))
        .with_extension("theirs", text(texts.theirs.source))
        .with_extension("mine", text(texts.mine))
        .with_extension("merge", merged)
}

/// Merges the three texts: the whole text, or the conflicts to choose in. Null where one of them is
/// malformed.
fn merged(texts: &StaleText) -> Value {
    let parse = |source: &[u8]| GuideSource::parse(source).ok();
    let base = texts.base.as_ref().and_then(|base| parse(&base.source));
    let (Some(base), Some(ours), Some(theirs)) =
        (base, parse(&texts.mine), parse(&texts.theirs.source))
    else {
        return Value::Null;
    };
    let merge = merge(base, ours, theirs);
    let source = merge.resolve(&[]).ok();
    let conflict = |conflict: &Conflict| {
        let (field, headings, line) = match &conflict.place {
            ConflictPlace::Field { path, .. } => (Some(path), None, None),
            ConflictPlace::Body { headings, line } => (None, Some(headings), Some(line)),
        };
        json!({
            "field": field, "headings": headings, "line": line,
            "base": conflict.base, "ours": conflict.ours, "theirs": conflict.theirs,
        })
    };
    json!({
        "source": source.as_ref().map(GuideSource::as_str),
        "conflicts": merge.conflicts().map(conflict).collect::<Vec<_>>(),
    })
}

/// Answers 422 with line and column; 413 for a text that is too large.
fn malformed(error: &SourceError) -> Problem {
    let kind = match error.kind {
        SourceErrorKind::TooLarge { .. } => ProblemKind::PayloadTooLarge,
        _ => ProblemKind::Validation,
    };
    let position = error.position;
    Problem::new(kind)
        .with_detail(error.to_string())
        .with_error(
            ProblemError::pointer("/source", error.code())
                .with_message(error.kind.to_string())
                .with_position(position.line, position.column),
        )
}

fn finding(finding: &Finding) -> ProblemError {
    let mut error = match &finding.pointer {
        Some(pointer) => ProblemError::field(pointer.trim_start_matches('/'), finding.code),
        None => ProblemError::new(finding.code),
    };
    if let Some(position) = finding.position {
        error = error.with_position(position.line, position.column);
    }
    error
}

/// Answers 200 with a JSON body.
pub(super) fn answer(body: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(body).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Answers 200 with a JSON body and the tag for the next `If-Match`, or 412 to a reader who wants
/// another version.
pub(super) fn tagged_answer(
    body: &impl Serialize,
    tag: impl std::fmt::Display,
    wanted: Option<&IfMatch>,
) -> Result<Response, ApiError> {
    tagged(answer(body)?, tag, wanted)
}

/// Names the version in `response`, or answers 412 to a reader who wants another one.
pub(super) fn tagged(
    mut response: Response,
    tag: impl std::fmt::Display,
    wanted: Option<&IfMatch>,
) -> Result<Response, ApiError> {
    let tag = EntityTag::strong(tag.to_string()).map_err(|error| Problem::internal(&error))?;
    IfMatch::check(wanted, &tag)?;
    response
        .headers_mut()
        .insert(header::ETAG, tag.header_value());
    Ok(response)
}
