use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body `{}`: even a command without particulars takes JSON, which a foreign page's form
/// cannot send.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}
