//! Conversions from jiff to sqlx, in one place.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

/// Converts an instant into a parameter of type `timestamptz`.
pub(crate) fn bind(at: Timestamp) -> jiff_sqlx::Timestamp {
    at.to_sqlx()
}

/// Converts an optional instant into a parameter of type `timestamptz`.
pub(crate) fn bind_optional(at: Option<Timestamp>) -> Option<jiff_sqlx::Timestamp> {
    at.map(bind)
}
