//! Limits of lists: out of range is an error, never a silent cap.

use super::error::ApiError;

/// How many items a list gives when nobody says.
const DEFAULT_LIMIT: i64 = 50;
/// How many items a list gives at most.
const LARGEST_LIMIT: i64 = 200;

/// The limit asked for, or the default.
///
/// # Errors
///
/// 400 when it is not 1–200.
pub(super) fn limit(asked: Option<i64>) -> Result<i64, ApiError> {
    let limit = asked.unwrap_or(DEFAULT_LIMIT);
    if (1..=LARGEST_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(ApiError::parameter("limit", "a limit is 1 to 200"))
    }
}

/// The offset asked for, or 0.
///
/// # Errors
///
/// 400 when it is negative.
pub(super) fn offset(asked: Option<i64>) -> Result<i64, ApiError> {
    let offset = asked.unwrap_or(0);
    if offset >= 0 {
        Ok(offset)
    } else {
        Err(ApiError::parameter("offset", "an offset is 0 or more"))
    }
}
