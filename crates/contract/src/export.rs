use annai_domain::RefName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::formats;
use crate::guide::GuideDocument;

/// One line of an export: the document of a guide, or the end.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ExportLine<'a> {
    /// The document of a guide.
    Guide(GuideDocument<'a>),
    /// The end, which is the last line.
    End(ExportEnd),
}

/// The last line of an export. Without it the response was cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportEnd {
    /// Always true.
    #[schema(schema_with = formats::always_true)]
    pub end: bool,
    /// The ref of the snapshot that all lines come from.
    #[serde(rename = "ref")]
    #[schema(schema_with = formats::ref_name)]
    pub name: RefName,
    /// The number of guides before this line.
    pub count: usize,
}

impl ExportEnd {
    /// Creates the last line after `count` guides of the snapshot `name`.
    #[must_use]
    pub fn new(name: RefName, count: usize) -> Self {
        Self {
            end: true,
            name,
            count,
        }
    }
}
