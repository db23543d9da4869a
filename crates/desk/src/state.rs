use std::sync::Arc;

use annai_content::{Dictionary, Schema};
use annai_domain::WebhookReach;
use annai_identity::{Identity, PreviewLimit};
use annai_storage::Database;
use axum::extract::FromRef;

use crate::presence::Presence;
use crate::public_guides::PublicGuides;
use crate::search::LatestSearch;

/// What every admin handler may use. Cheap to clone.
#[derive(Debug, Clone)]
pub struct DeskState {
    /// The database, as the editors' side.
    pub database: Database,
    /// The front matter's rules, from `content/schema.json`.
    pub schema: Arc<Schema>,
    /// How words are spelt, from `content/dictionary.yml`.
    pub dictionary: Arc<Dictionary>,
    /// The public guides, for checks that compare.
    pub public_guides: PublicGuides,
    /// What the operator decided.
    pub settings: Arc<DeskSettings>,
    /// Recognises people.
    pub identity: Identity,
    /// The newest texts, by what they say.
    pub search: LatestSearch,
    /// Slows down whoever guesses tokens of previews.
    pub preview_limit: PreviewLimit,
    /// Who has which guide open.
    pub presence: Presence,
}

impl FromRef<DeskState> for Identity {
    fn from_ref(state: &DeskState) -> Self {
        state.identity.clone()
    }
}

/// What the operator decided about the editors' side.
#[derive(Debug, Clone)]
pub struct DeskSettings {
    /// The URL people reach this installation under, without a trailing `/`. Links in
    /// invitations come from here, never from a request's Host; https decides about the cookie.
    pub base_url: String,
    /// Where previews look for the site's own images (`/static/…`): a URL, without a trailing `/`.
    pub site_assets: Option<String>,
    /// Where readers find a guide, with `{slug}` in place of its slug.
    pub guide_url: String,
    /// How far webhooks may go.
    pub webhook_reach: WebhookReach,
}
