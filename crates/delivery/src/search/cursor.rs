use annai_content::{SearchFrequency, SearchHit, SearchPlace};
use annai_domain::GuideId;
use annai_web::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The longest accepted cursor, in bytes.
const LENGTH_LIMIT: usize = 512;

/// The last hit of a page, opaque to consumers. It also names the search it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchCursor {
    #[serde(rename = "s")]
    search: String,
    #[serde(rename = "w")]
    is_whole: bool,
    #[serde(rename = "p")]
    place: SearchPlace,
    #[serde(rename = "f")]
    frequency: SearchFrequency,
    #[serde(rename = "n")]
    newness: i64,
    #[serde(rename = "g")]
    guide_id: GuideId,
}

impl SearchCursor {
    pub(super) fn new(search: String, hit: SearchHit) -> Self {
        Self {
            search,
            is_whole: hit.is_whole,
            place: hit.place,
            frequency: hit.frequency,
            newness: hit.newness,
            guide_id: hit.guide_id,
        }
    }

    /// Reads a cursor that must belong to the search named `search`.
    pub(super) fn read(text: &str, search: &str) -> Result<Self, Problem> {
        let malformed = || {
            Problem::invalid_parameter("cursor", "malformed", "a cursor of a search is expected")
        };
        if text.len() > LENGTH_LIMIT {
            return Err(malformed());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
        if cursor.search != search {
            return Err(Problem::invalid_parameter(
                "cursor",
                "other_search",
                "the cursor belongs to another search",
            ));
        }
        Ok(cursor)
    }

    /// Writes the cursor as consumers see it.
    pub(super) fn write(&self) -> Result<String, serde_json::Error> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?))
    }

    /// Returns the last hit of the page.
    pub(super) fn hit(&self) -> SearchHit {
        SearchHit {
            is_whole: self.is_whole,
            place: self.place,
            frequency: self.frequency,
            newness: self.newness,
            guide_id: self.guide_id,
        }
    }
}
