//! The one place where jiff meets sqlx.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

/// An instant as a parameter of type `timestamptz`.
pub(crate) fn bind(at: Timestamp) -> jiff_sqlx::Timestamp {
    at.to_sqlx()
}

/// An optional instant as a parameter of type `timestamptz`.
pub(crate) fn bind_optional(at: Option<Timestamp>) -> Option<jiff_sqlx::Timestamp> {
    at.map(bind)
}
