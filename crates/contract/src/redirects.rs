use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::formats;

/// Slugs that were public once and no longer are.
#[derive(Debug, Serialize, ToSchema)]
pub struct RedirectList {
    /// The redirects, by slug.
    pub data: Vec<Redirect>,
}

/// The target of a slug that is no longer public.
#[derive(Debug, Serialize, ToSchema)]
pub struct Redirect {
    /// The slug.
    #[schema(schema_with = formats::slug)]
    pub from: String,
    /// The current slug of the same guide; null if it is not published.
    #[schema(schema_with = formats::slug_or_null)]
    pub to: Option<String>,
    /// 301 for a guide that moved, 410 for one that is gone.
    #[schema(schema_with = formats::redirect_status)]
    pub status: u16,
    /// The time at which the last publication under `from` ended.
    #[schema(schema_with = formats::instant_or_null)]
    pub since: Option<Timestamp>,
}
