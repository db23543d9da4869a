//! The ground of each fix: a fix without one is not offered.
//!
//! A fix that judges words needs a study: somebody looked at what it makes of real places. The
//! other fixes follow from facts.

use std::borrow::Cow;

use serde::Deserialize;

/// The fewest real places that somebody must have looked at before a fix is offered.
const FEWEST_PLACES: u32 = 50;

/// A record of a rule's fixes on real places. `cargo xtask lint-study` samples them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Study {
    /// The places that somebody looked at.
    places: u32,
    /// The places among them that the fix would damage.
    wrong: u32,
    /// The day, such as `2026-12-01`.
    date: Cow<'static, str>,
    /// The pages, in plain words.
    corpus: Cow<'static, str>,
}

/// The reason why a fix may be offered.
#[derive(Debug)]
pub(crate) enum Ground {
    /// The fix follows from facts and judges no words.
    Facts,
    /// Somebody looked at the fix on real places.
    Study(Study),
}

impl Study {
    const fn new(places: u32, wrong: u32, date: &'static str, corpus: &'static str) -> Self {
        Self {
            places,
            wrong,
            date: Cow::Borrowed(date),
            corpus: Cow::Borrowed(corpus),
        }
    }

    /// Returns whether the rule may offer its fix: enough places, and no damage.
    pub(crate) fn allows_fix(&self) -> bool {
        self.places >= FEWEST_PLACES && self.wrong == 0
    }

    /// Returns whether the record says when and on what it was made.
    pub(crate) fn is_complete(&self) -> bool {
        let is_date = self.date.len() == "2026-12-01".len() && self.date.is_ascii();
        is_date && !self.corpus.trim().is_empty() && self.wrong <= self.places
    }
}

impl Ground {
    fn allows_fix(&self) -> bool {
        match self {
            Self::Facts => true,
            Self::Study(study) => study.allows_fix(),
        }
    }
}

/// The grounds of the rules that can make a fix. Rules of a dictionary bring their own studies.
pub(crate) const GROUNDS: &[(&str, Ground)] = &[
    // No guide may hold the character.
    ("character_bidi_control", Ground::Facts),
    // A line of a search result has no line ends.
    ("description_line_break", Ground::Facts),
    // No field may hold the character.
    ("field_control_character", Ground::Facts),
    // The rule set numbers chapters from one, without gaps.
    ("heading_keycap", Ground::Facts),
    // The rule set keeps numbered headings inside their chapter.
    ("heading_not_nested", Ground::Facts),
    // The history of slugs says where the guide is.
    ("link_guide_moved", Ground::Facts),
    // The guide of that file is known.
    ("link_to_file", Ground::Facts),
    // The schema wants each item once.
    ("list_repeats", Ground::Facts),
    // The history of slugs says where the guide is.
    ("related_moved", Ground::Facts),
    // No guide is related to itself.
    ("related_self", Ground::Facts),
    // The other guides of the site spell the tag so.
    ("tag_near_miss", Ground::Facts),
];

/// Returns whether findings with this code may offer their fix.
pub(crate) fn allow_fix(code: &str) -> bool {
    let ground = GROUNDS.iter().find(|(known, _)| *known == code);
    ground.is_some_and(|(_, ground)| ground.allows_fix())
}
