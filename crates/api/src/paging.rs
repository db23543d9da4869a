//! Limits of lists: out of range is an error, never a silent cap.

use super::error::ApiError;

/// The default number of items.
const DEFAULT_LIMIT: i64 = 50;
/// The most items.
const LARGEST_LIMIT: i64 = 200;

/// Returns the requested limit, or the default.
///
/// # Errors
///
/// 400 outside 1 to [`LARGEST_LIMIT`].
pub(super) fn limit(asked: Option<i64>) -> Result<i64, ApiError> {
    let limit = asked.unwrap_or(DEFAULT_LIMIT);
    if (1..=LARGEST_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        let message = format!("a limit is 1 to {LARGEST_LIMIT}");
        Err(ApiError::parameter("limit", &message))
    }
}

/// Returns the requested offset, or 0.
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
