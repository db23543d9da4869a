//! The errors of pages, and the words for them.

use annai_content::SourceErrorKind;
use annai_domain::FieldFault;
use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_editorial::CommandError;
use annai_storage::StorageError;
use annai_web::metrics::Witness;
use annai_web::outage;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use annai_desk::NarrowError;
use annai_identity::{IdentityError, NotSignedIn, SignInError};
use annai_view::sign_in::ConfirmView;
use annai_view::{Message, RenderError};

/// The reason why a request for a page fails. The response has no body;
/// [`error_pages`](super::error_pages) turns it into a page in the person's language.
#[derive(Debug, Clone)]
pub(crate) struct PageError {
    pub(crate) status: StatusCode,
    /// The explanation, where the status alone is not enough.
    pub(crate) detail: Option<Box<Message>>,
    /// The seconds to wait before another attempt.
    pub(crate) retry_after: Option<u64>,
    /// The redirect instead of an error, such as to the sign-in page.
    pub(crate) instead: Option<String>,
    /// The text that the person typed, where it could not be stored.
    pub(crate) kept_text: Option<String>,
    /// Whether the guide's state does not allow the act, because the page that offers it is older.
    pub(crate) is_outdated: bool,
    /// The question for the password, which administration needs.
    pub(crate) question: Option<Box<ConfirmView>>,
}

impl PageError {
    /// Creates an error of that status.
    pub(crate) fn new(status: StatusCode) -> Self {
        Self {
            status,
            detail: None,
            retry_after: None,
            instead: None,
            kept_text: None,
            is_outdated: false,
            question: None,
        }
    }

    /// Adds an explanation.
    #[must_use]
    pub(crate) fn with(mut self, detail: Message) -> Self {
        self.detail = Some(Box::new(detail));
        self
    }

    /// Creates 404: the page does not exist, or the person may not know of it.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }

    /// Creates 422: our own pages never send such a form or address.
    pub(crate) fn bad_form() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY).with(Message::new("refused.bad_form"))
    }

    /// Creates 422: a field of a form has a wrong value.
    fn refused_field(fault: FieldFault) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY).with(Message::new(format!("field.{fault}")))
    }

    /// Creates 401: reads are redirected to the sign-in page, writes are refused.
    pub(crate) fn signed_out(instead: Option<String>) -> Self {
        Self {
            instead,
            ..Self::new(StatusCode::UNAUTHORIZED)
        }
    }

    /// Creates the question for the password: 403, 422 after a wrong one, and 429 while attempts have
    /// to wait.
    pub(crate) fn unconfirmed(question: ConfirmView) -> Self {
        let status = match (question.wait_seconds, question.is_refused) {
            (Some(_), _) => StatusCode::TOO_MANY_REQUESTS,
            (None, true) => StatusCode::UNPROCESSABLE_ENTITY,
            (None, false) => StatusCode::FORBIDDEN,
        };
        Self {
            retry_after: question.wait_seconds,
            question: Some(Box::new(question)),
            ..Self::new(status)
        }
    }

    /// Creates 500: our own fault. The chain of errors is logged here, once; the person gets the id
    /// of the request.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        let request_id = annai_web::RequestId::current();
        tracing::error!(
            request_id = request_id.as_ref().map(tracing::field::display),
            error = %annai_web::error_chain(error),
            "a page failed"
        );
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn unavailable() -> Self {
        Self {
            retry_after: Some(outage::RETRY_AFTER.as_secs()),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<NarrowError> for PageError {
    fn from(error: NarrowError) -> Self {
        match error {
            NarrowError::Query(_) => Self::new(StatusCode::BAD_REQUEST),
            NarrowError::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for PageError {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Unavailable(_) => {
                outage::notice(Witness::Editors, &error);
                Self::unavailable()
            }
            StorageError::Conflict(_)
            | StorageError::Corrupt { .. }
            | StorageError::Database(_)
            | StorageError::Migrate(_) => Self::internal(&error),
        }
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::NotFound => return Self::not_found(),
            Refusal::Stale => StatusCode::PRECONDITION_FAILED,
            Refusal::Forbidden(_) => StatusCode::FORBIDDEN,
            Refusal::State(_) => StatusCode::CONFLICT,
        };
        Self {
            is_outdated: matches!(refusal, Refusal::State(_)),
            ..Self::new(status).with(Message::new(refusal_key(refusal)))
        }
    }
}

/// Returns the message key of a refusal.
pub(crate) fn refusal_key(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound => "refused.not_found",
        Refusal::Stale => "refused.stale",
        Refusal::Forbidden(Forbidden::Role) => "refused.role",
        Refusal::Forbidden(Forbidden::OwnChange) => "refused.own_change",
        Refusal::State(state) => state_key(state),
    }
}

fn state_key(state: StateConflict) -> &'static str {
    match state {
        StateConflict::Archived => "refused.archived",
        StateConflict::NotArchived => "refused.not_archived",
        StateConflict::AlreadyInReview => "refused.already_in_review",
        StateConflict::AlreadyApproved => "refused.already_approved",
        StateConflict::AlreadyPublic => "refused.already_public",
        StateConflict::NoReview => "refused.no_review",
        StateConflict::ReviewClosed => "refused.review_closed",
        StateConflict::AlreadyDecided => "refused.already_decided",
        StateConflict::OtherContent => "refused.other_content",
        StateConflict::NotApproved => "refused.not_approved",
        StateConflict::ApprovalLapsed => "refused.approval_lapsed",
        StateConflict::Blocked => "refused.blocked",
        StateConflict::NotPublic => "refused.not_public",
        StateConflict::NeverPublic => "refused.never_public",
        StateConflict::PublishedSince => "refused.published_since",
        StateConflict::SlugPublic => "refused.slug_public",
        StateConflict::SlugClaimed => "refused.slug_claimed",
        StateConflict::SlugLeadsHere => "refused.slug_leads_here",
        StateConflict::SlugNotUnused => "refused.slug_not_unused",
        StateConflict::SameGuide => "refused.same_guide",
        StateConflict::ThreadOpen => "refused.thread_open",
        StateConflict::ThreadResolved => "refused.thread_resolved",
        StateConflict::EndpointDisabled => "refused.endpoint_disabled",
    }
}

impl From<CommandError> for PageError {
    fn from(error: CommandError) -> Self {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let (status, message) = match error {
            CommandError::Refused(refusal) => return refusal.into(),
            CommandError::Storage(error) => return error.into(),
            CommandError::Stale(_) => (
                StatusCode::PRECONDITION_FAILED,
                Message::new("refused.stale"),
            ),
            CommandError::Source(error) => (
                if matches!(error.kind, SourceErrorKind::TooLarge { .. }) {
                    StatusCode::PAYLOAD_TOO_LARGE
                } else {
                    unprocessable
                },
                Message::new(format!("check.{}", error.code())),
            ),
            CommandError::Invalid(_) => (unprocessable, Message::new("refused.invalid")),
            CommandError::Referrers(slugs) => {
                let slugs: Vec<_> = slugs.iter().map(ToString::to_string).collect();
                (
                    StatusCode::CONFLICT,
                    Message::new("refused.referrers").with("slugs", slugs),
                )
            }
            CommandError::SlugTaken(slug) => (
                StatusCode::CONFLICT,
                Message::new("refused.slug_taken").with("slug", slug.to_string()),
            ),
            CommandError::PathTaken(path) => (
                StatusCode::CONFLICT,
                Message::new("refused.path_taken").with("path", path),
            ),
            CommandError::SequenceNotNewer { .. } => {
                (StatusCode::CONFLICT, Message::new("refused.sequence"))
            }
            CommandError::Field { fault, .. } => return Self::refused_field(fault),
        };
        Self::new(status).with(message)
    }
}

impl From<IdentityError> for PageError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Refused(refusal) => refusal.into(),
            IdentityError::Field { fault, .. } => Self::refused_field(fault),
            IdentityError::Busy => Self::unavailable(),
            IdentityError::Storage(error) => error.into(),
        }
    }
}

impl From<RenderError> for PageError {
    fn from(error: RenderError) -> Self {
        Self::internal(&error)
    }
}

impl From<NotSignedIn> for PageError {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::NoSession | NotSignedIn::ConsumerKey => Self::signed_out(None),
            NotSignedIn::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for PageError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => Self::new(StatusCode::FORBIDDEN),
            SignInError::Wait(wait) => Self {
                retry_after: Some(wait.seconds.into()),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS)
            },
            SignInError::Command(error) => error.into(),
            SignInError::Storage(error) => error.into(),
            SignInError::Session(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a session was not stored"
                );
                Self::unavailable()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use annai_domain::Locale;
    use annai_view::find_text;

    #[test]
    fn every_refusal_has_words() {
        let states = [
            StateConflict::Archived,
            StateConflict::NotArchived,
            StateConflict::AlreadyInReview,
            StateConflict::AlreadyApproved,
            StateConflict::AlreadyPublic,
            StateConflict::NoReview,
            StateConflict::ReviewClosed,
            StateConflict::AlreadyDecided,
            StateConflict::OtherContent,
            StateConflict::NotApproved,
            StateConflict::ApprovalLapsed,
            StateConflict::Blocked,
            StateConflict::NotPublic,
            StateConflict::NeverPublic,
            StateConflict::ThreadOpen,
            StateConflict::ThreadResolved,
            StateConflict::EndpointDisabled,
        ];
        for state in states {
            let fault = PageError::from(Refusal::State(state));
            assert_eq!(fault.status, StatusCode::CONFLICT);
            let key = fault.detail.unwrap().key;
            assert!(find_text(Locale::Ja, &key, &Map::new()).is_some(), "{key}");
        }
    }

    #[test]
    fn a_database_that_is_away_says_when_to_come_back() {
        let fault = PageError::from(IdentityError::Busy);
        assert_eq!(fault.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(fault.retry_after, Some(outage::RETRY_AFTER.as_secs()));
    }
}
