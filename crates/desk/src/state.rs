use std::sync::Arc;

use annai_checks::Dictionary;
use annai_content::{FieldRole, Schema};
use annai_domain::WebhookReach;
use annai_identity::{Identity, PreviewLimit};
use annai_storage::Database;
use annai_storage::guide_list::ListedWord;
use axum::extract::FromRef;
use jiff::tz::TimeZone;

use crate::presence::Presence;
use crate::public_guides::PublicGuides;
use crate::search::LatestSearch;

/// The state of every handler of pages and API. Cheap to clone.
#[derive(Debug, Clone)]
pub struct DeskState {
    /// The database, as the editors' side.
    pub database: Database,
    /// The rules of front matter, from `content/schema.json`.
    pub schema: Arc<Schema>,
    /// The dictionary of spellings, from `content/dictionary.yml`.
    pub dictionary: Arc<Dictionary>,
    /// The public guides, for checks that compare.
    pub public_guides: PublicGuides,
    /// The operator's settings.
    pub settings: Arc<DeskSettings>,
    /// Recognises people.
    pub identity: Identity,
    /// The search index of the newest texts.
    pub search: LatestSearch,
    /// Slows down guesses at tokens of previews.
    pub preview_limit: PreviewLimit,
    /// The people who have each guide open.
    pub presence: Presence,
}

impl DeskState {
    /// Returns the filter for guides with a tag.
    #[must_use]
    pub fn tag(&self, word: String) -> ListedWord {
        let key = self.schema.key_of(FieldRole::Tags).unwrap_or_default();
        ListedWord {
            key: key.to_owned(),
            word,
        }
    }
}

impl FromRef<DeskState> for Identity {
    fn from_ref(state: &DeskState) -> Self {
        state.identity.clone()
    }
}

/// The operator's settings for the editors' side.
#[derive(Debug, Clone)]
pub struct DeskSettings {
    /// The URL of this installation, without a trailing `/`. Links in invitations begin with it,
    /// never with the Host of a request.
    pub base_url: String,
    /// The URL under which previews find the site's own images (`/static/…`), without a trailing
    /// `/`.
    pub site_assets: Option<String>,
    /// The URL of a public guide, with `{slug}` in place of its slug.
    pub guide_url: String,
    /// Whether delivery serves sites without a key.
    pub anonymous_reading: bool,
    /// The zone in which pages show times.
    pub time_zone: TimeZone,
    /// The networks that webhooks may reach.
    pub webhook_reach: WebhookReach,
}
