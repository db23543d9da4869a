//! What stands around every page: language, navigation, the person, the message of the last act.

use annai_domain::{Actor, Permission};
use serde::Serialize;

use super::{Locale, Message, assets_path};

/// What every page shows beside its own view.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The language of the page.
    pub locale: Locale,
    /// Where styles and scripts are: `/assets/{hash}`.
    pub assets: String,
    /// The path of the page itself, to mark it in the navigation.
    pub path: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// What the last act came to.
    pub flash: Option<FlashView>,
}

impl Frame {
    /// A frame for somebody who is not signed in.
    pub fn anonymous(locale: Locale, path: impl Into<String>) -> Self {
        Self {
            locale,
            assets: assets_path(),
            path: path.into(),
            person: None,
            flash: None,
        }
    }
}

/// The person who is signed in, as the navigation needs them.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// Their name.
    pub display_name: String,
    /// Whether they may start guides.
    pub creates: bool,
    /// Whether they judge changes.
    pub judges: bool,
    /// Whether they look after users, keys and the audit log.
    pub administers: bool,
}

impl Person {
    /// The person called `display_name`.
    pub fn new(display_name: impl Into<String>, actor: &Actor) -> Self {
        let may = |permission| actor.may_somewhere(permission);
        Self {
            display_name: display_name.into(),
            creates: may(Permission::CreateGuide),
            judges: may(Permission::JudgeGuide),
            administers: may(Permission::Administer),
        }
    }
}

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashKind {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// The message of the last act, shown once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlashView {
    /// How it ended.
    pub kind: FlashKind,
    /// What to say.
    pub message: Message,
}
