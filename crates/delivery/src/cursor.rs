use annai_domain::{GuideId, RefName};
use annai_storage::delivery::{After, ListFilters, ListSort};
use annai_web::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest accepted cursor, in bytes.
const LENGTH_LIMIT: usize = 2048;

/// The beginning of the next page of a list, and its snapshot, so that a crawl sees one site.
///
/// Opaque to consumers. It also names its list, because a place means nothing under other filters
/// or in another order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    #[serde(rename = "r")]
    pub(crate) name: RefName,
    #[serde(rename = "l")]
    pub(crate) list: String,
    #[serde(rename = "t", skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(rename = "x", skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(rename = "g")]
    guide_id: GuideId,
}

impl Cursor {
    /// Creates the cursor behind `after` in the list named `list` at ref `name`.
    pub(crate) fn new(name: RefName, list: String, after: After) -> Self {
        Self {
            name,
            list,
            at: after.at,
            text: after.text,
            guide_id: after.guide_id,
        }
    }

    /// Reads a cursor that must belong to the list named `list`, ordered by `sort`.
    pub(crate) fn read(text: &str, list: &str, sort: ListSort) -> Result<Self, Problem> {
        let malformed = || {
            Problem::invalid_parameter("cursor", "malformed", "a cursor of this list is expected")
        };
        if text.len() > LENGTH_LIMIT {
            return Err(malformed());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
        if cursor.list != list {
            return Err(Problem::invalid_parameter(
                "cursor",
                "other_list",
                "the cursor belongs to a list with other filters or another order",
            ));
        }
        let has_nul = cursor
            .text
            .as_deref()
            .is_some_and(|text| text.contains('\0'));
        let fits = if sort.is_by_time() {
            cursor.at.is_some()
        } else {
            cursor.text.is_some()
        };
        let is_storable = cursor.at.is_none_or(is_storable);
        if has_nul || !fits || !is_storable {
            return Err(malformed());
        }
        Ok(cursor)
    }

    /// Writes the cursor as consumers see it.
    pub(crate) fn write(&self) -> Result<String, serde_json::Error> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?))
    }

    /// Returns the place in the list.
    pub(crate) fn after(&self) -> After {
        After {
            at: self.at,
            text: self.text.clone(),
            guide_id: self.guide_id,
        }
    }
}

/// Returns whether the database can store the instant.
pub(crate) fn is_storable(at: Timestamp) -> bool {
    at.as_second() >= -62_135_596_800
}

/// Names a list by its filters and its order.
pub(crate) fn list_name(filters: &ListFilters, sort: ListSort) -> String {
    let instants = [
        filters.published_after,
        filters.published_before,
        filters.updated_after,
    ];
    let said = serde_json::json!([
        format!("{sort:?}"),
        filters.categories,
        filters.tags,
        filters.tags_all,
        filters.keywords,
        filters.slugs,
        filters.links_to,
        instants,
    ]);
    hex::encode(&Sha256::digest(said.to_string())[..8])
}
