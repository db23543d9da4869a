use http::StatusCode;

/// The kind of a problem, for programs that tell problems apart.
///
/// The set is closed, and `docs/api.md` promises its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// A parameter has an invalid value.
    InvalidParameter,
    /// A parameter does not exist here.
    UnknownParameter,
    /// The body does not parse as its media type.
    MalformedBody,
    /// The request has no session, or its key is missing, unknown or expired.
    Unauthenticated,
    /// The user's roles do not allow it.
    Forbidden,
    /// The user has to enter the password again.
    Reauthenticate,
    /// The key's scope does not allow it.
    ForbiddenScope,
    /// The resource does not exist, or the client may not know of it.
    NotFound,
    /// The resource has no such method.
    MethodNotAllowed,
    /// The body arrived too slowly.
    RequestTimeout,
    /// The state of the resource does not allow it.
    Conflict,
    /// The resource was public and is no longer.
    Gone,
    /// The resource is public under another name.
    Moved,
    /// The cursor's snapshot can no longer be read, or belongs to another database.
    CursorExpired,
    /// The token belongs to another database.
    TokenExpired,
    /// A newer version exists than the one that the request is based on.
    PreconditionFailed,
    /// The body is too large.
    PayloadTooLarge,
    /// The URI is too long.
    UriTooLong,
    /// The body's media type is not supported here.
    UnsupportedMediaType,
    /// The body is well-formed but its content is invalid.
    Validation,
    /// The request must name the version that it is based on.
    PreconditionRequired,
    /// The client sent too many requests.
    RateLimited,
    /// The headers are too long.
    HeadersTooLarge,
    /// The server has a fault.
    Internal,
    /// The server cannot respond now: the database is away, or all permits are taken.
    Unavailable,
    /// The server does not know whether it made the change.
    CommitUnknown,
}

impl ProblemKind {
    /// Every kind, ordered by status.
    pub const ALL: [Self; 26] = [
        Self::Moved,
        Self::InvalidParameter,
        Self::UnknownParameter,
        Self::MalformedBody,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::Reauthenticate,
        Self::ForbiddenScope,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Conflict,
        Self::Gone,
        Self::CursorExpired,
        Self::TokenExpired,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UriTooLong,
        Self::UnsupportedMediaType,
        Self::Validation,
        Self::PreconditionRequired,
        Self::RateLimited,
        Self::HeadersTooLarge,
        Self::Internal,
        Self::Unavailable,
        Self::CommitUnknown,
    ];

    /// Returns the fixed name, such as `not-found`: the last part of the problem's `type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.facts().1
    }

    /// Returns a short English summary, the same for every problem of the kind.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.facts().2
    }

    fn facts(self) -> (&'static str, StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidParameter => ("invalid-parameter", S::BAD_REQUEST, "Invalid parameter"),
            Self::UnknownParameter => ("unknown-parameter", S::BAD_REQUEST, "Unknown parameter"),
            Self::MalformedBody => ("malformed-body", S::BAD_REQUEST, "Malformed body"),
            Self::Unauthenticated => ("unauthenticated", S::UNAUTHORIZED, "Not authenticated"),
            Self::Forbidden => ("forbidden", S::FORBIDDEN, "Not allowed"),
            Self::Reauthenticate => ("reauthenticate", S::FORBIDDEN, "Password needed once more"),
            Self::ForbiddenScope => ("forbidden-scope", S::FORBIDDEN, "Outside the key's scope"),
            Self::NotFound => ("not-found", S::NOT_FOUND, "Not found"),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                S::METHOD_NOT_ALLOWED,
                "Method not allowed",
            ),
            Self::RequestTimeout => (
                "request-timeout",
                S::REQUEST_TIMEOUT,
                "The body took too long",
            ),
            Self::Conflict => ("conflict", S::CONFLICT, "Conflict"),
            Self::Gone => ("gone", S::GONE, "No longer published"),
            Self::Moved => ("moved", S::MOVED_PERMANENTLY, "Moved"),
            Self::CursorExpired => ("cursor-expired", S::GONE, "Cursor expired"),
            Self::TokenExpired => ("token-expired", S::GONE, "Token expired"),
            Self::PreconditionFailed => (
                "precondition-failed",
                S::PRECONDITION_FAILED,
                "There is a newer version",
            ),
            Self::PayloadTooLarge => ("payload-too-large", S::PAYLOAD_TOO_LARGE, "Body too large"),
            Self::UriTooLong => ("uri-too-long", S::URI_TOO_LONG, "Address too long"),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                S::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
            ),
            Self::Validation => ("validation", S::UNPROCESSABLE_ENTITY, "Validation failed"),
            Self::PreconditionRequired => (
                "precondition-required",
                S::PRECONDITION_REQUIRED,
                "Precondition required",
            ),
            Self::RateLimited => ("rate-limited", S::TOO_MANY_REQUESTS, "Too many requests"),
            Self::HeadersTooLarge => (
                "headers-too-large",
                S::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "Headers too large",
            ),
            Self::Internal => ("internal", S::INTERNAL_SERVER_ERROR, "Internal error"),
            Self::Unavailable => ("unavailable", S::SERVICE_UNAVAILABLE, "Unavailable"),
            Self::CommitUnknown => (
                "commit-unknown",
                S::SERVICE_UNAVAILABLE,
                "Change not confirmed",
            ),
        }
    }
}
