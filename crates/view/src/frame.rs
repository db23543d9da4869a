//! The frame of every page: language, navigation, person, message.

use annai_domain::{Actor, GuideId, Locale, Permission, Ref, ReviewState, UserId};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Message, assets_path};

/// The parts of every page beside its view.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// The language of the page.
    pub locale: Locale,
    /// The zone in which pages show times.
    #[serde(skip)]
    pub time_zone: TimeZone,
    /// The folder of styles and scripts, `/assets/{hash}`.
    pub assets: String,
    /// The path of the page, to mark it in the navigation.
    pub path: String,
    /// The person who is signed in.
    pub person: Option<Person>,
    /// The message after the last act.
    pub flash: Option<FlashView>,
}

impl Frame {
    /// Creates a frame for somebody who is not signed in.
    pub fn anonymous(locale: Locale, time_zone: &TimeZone, path: impl Into<String>) -> Self {
        Self {
            locale,
            time_zone: time_zone.clone(),
            assets: assets_path(),
            path: path.into(),
            person: None,
            flash: None,
        }
    }
}

/// The person in the navigation.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// Copies of unsent forms on the device belong to this person.
    pub user_id: UserId,
    pub display_name: String,
    /// Whether they may create guides.
    pub creates: bool,
    /// The reviews that wait for them; `None`: they judge and publish nothing, or nobody counted.
    pub waiting: Option<WaitingBadge>,
    /// Whether they administer people, keys and the audit log.
    pub administers: bool,
}

impl Person {
    /// Creates the person called `display_name`.
    pub fn new(display_name: impl Into<String>, actor: &Actor) -> Self {
        let may = |permission| actor.may_somewhere(permission);
        Self {
            user_id: actor.user_id,
            display_name: display_name.into(),
            creates: may(Permission::CreateGuide),
            waiting: None,
            administers: may(Permission::Administer),
        }
    }
}

/// The number of reviews in one state, in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WaitingBadge {
    pub state: ReviewState,
    pub count: i64,
}

/// The outcome of an action.
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
    /// The outcome of the action.
    pub kind: FlashKind,
    pub message: Message,
    /// The guide of a decision, after which another page opened.
    pub judged: Option<JudgedView>,
}

/// The guide of the last decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedView {
    pub guide_id: GuideId,
    /// The publication that the person may undo.
    pub undo: Option<Ref>,
}
