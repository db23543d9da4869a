use serde::Serialize;
use utoipa::ToSchema;

use crate::guide::Card;

/// The guides around one guide.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedDocument {
    /// The related guides, in both directions.
    pub data: Related,
    /// The addresses of this document and of the guide.
    pub links: RelatedLinks,
}

/// The guides that a guide names, and the guides that name it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Related {
    /// The published guides that it names as related, in the order of the front matter.
    pub outgoing: Vec<Card>,
    /// The related slugs under which nothing is published.
    pub outgoing_unresolved: Vec<String>,
    /// The published guides that name it as related, by slug.
    pub incoming: Vec<Card>,
}

/// The addresses of a guide's relations and of the guide.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedLinks {
    /// This document.
    #[serde(rename = "self")]
    pub own: String,
    /// The address of the guide's own document.
    pub guide: String,
}
