use annai_content::{SearchHit, SearchPlace};
use annai_domain::GuideId;
use annai_web::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::SearchParameters;

/// The longest cursor that is looked at, in bytes.
const LENGTH_LIMIT: usize = 512;

/// The last hit of a page. Opaque to consumers; it also remembers what was searched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchCursor {
    #[serde(rename = "s")]
    search: String,
    #[serde(rename = "p")]
    place: SearchPlace,
    #[serde(rename = "n")]
    newness: i64,
    #[serde(rename = "g")]
    guide_id: GuideId,
}

impl SearchCursor {
    pub(super) fn new(search: String, hit: SearchHit) -> Self {
        Self {
            search,
            place: hit.place,
            newness: hit.newness,
            guide_id: hit.guide_id,
        }
    }

    /// Reads a cursor that must belong to the search named `search`.
    pub(super) fn read(text: &str, search: &str) -> Result<Self, Problem> {
        let malformed = || {
            Problem::invalid_parameter("cursor", "malformed", "this is not a cursor of a search")
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

    /// The cursor as consumers see it.
    pub(super) fn write(&self) -> Result<String, serde_json::Error> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?))
    }

    /// The hit it stands for.
    pub(super) fn hit(&self) -> SearchHit {
        SearchHit {
            place: self.place,
            newness: self.newness,
            guide_id: self.guide_id,
        }
    }
}

/// Names a search by what is looked for; how much of it one page has does not matter.
pub(super) fn search_name(parameters: &SearchParameters) -> String {
    let said = serde_json::json!([parameters.q, parameters.category, parameters.tag]);
    hex::encode(&Sha256::digest(said.to_string())[..8])
}
