use http::StatusCode;

/// What went wrong, as a consumer's program tells one problem from another.
///
/// The set is closed: the names are a promise, listed in `docs/api.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// A parameter has a value that it cannot have.
    InvalidParameter,
    /// A parameter that does not exist here.
    UnknownParameter,
    /// The request's body is not what its media type promises.
    MalformedBody,
    /// Nobody is signed in, or the key is missing, unknown or over.
    Unauthenticated,
    /// The person's roles do not allow it.
    Forbidden,
    /// The person has to give their password once more.
    Reauthenticate,
    /// The key's scope does not allow it.
    ForbiddenScope,
    /// There is nothing here, or nothing the asker may know of.
    NotFound,
    /// The resource has no such method.
    MethodNotAllowed,
    /// The body came too slowly.
    RequestTimeout,
    /// The state of the thing stands against it.
    Conflict,
    /// It was public and is no more.
    Gone,
    /// It is public under another name.
    Moved,
    /// The cursor's snapshot cannot be read any more, or was another database's.
    CursorExpired,
    /// The token is of another database.
    TokenExpired,
    /// The text that the request was based on is not the newest.
    PreconditionFailed,
    /// The body is too large.
    PayloadTooLarge,
    /// The address is too long.
    UriTooLong,
    /// The body has a media type that is not taken here.
    UnsupportedMediaType,
    /// The body is well-formed and says something that cannot be.
    Validation,
    /// The request must say what it is based on.
    PreconditionRequired,
    /// Too many requests.
    RateLimited,
    /// Our own fault.
    Internal,
    /// Not now: the database is away, or everything is busy.
    Unavailable,
}

impl ProblemKind {
    /// Every kind, in the order of its status.
    pub const ALL: [Self; 24] = [
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
        Self::Internal,
        Self::Unavailable,
    ];

    /// The fixed name, such as `not-found`: the last part of the problem's `type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// The HTTP status it is answered with.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.facts().1
    }

    /// A short English summary, the same for every problem of the kind.
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
            Self::Internal => ("internal", S::INTERNAL_SERVER_ERROR, "Internal error"),
            Self::Unavailable => ("unavailable", S::SERVICE_UNAVAILABLE, "Unavailable"),
        }
    }
}
