//! The ground of each fix: a fix without one is not offered.
//!
//! A fix that judges words needs a study: somebody looked at what it makes of real places. The
//! other fixes follow from facts.

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
    date: String,
    /// The pages, in plain words.
    corpus: String,
}

impl Study {
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

/// The rules whose fix follows from facts. No rule that judges words stands here: nobody looked at 50
/// places of one yet. Rules of a dictionary bring their own studies.
pub(crate) const FACTS: &[&str] = &[
    // No guide may hold the character.
    "character_bidi_control",
    // A line of a search result has no line ends.
    "description_line_break",
    // No field may hold the character.
    "field_control_character",
    // The rule set numbers chapters from one, without gaps.
    "heading_keycap",
    // The rule set keeps numbered headings inside their chapter.
    "heading_not_nested",
    // The history of slugs says where the guide is.
    "link_guide_moved",
    // The guide of that file is known.
    "link_to_file",
    // The schema wants each item once.
    "list_repeats",
    // The history of slugs says where the guide is.
    "related_moved",
    // No guide is related to itself.
    "related_self",
    // The other guides of the site spell the tag so.
    "tag_near_miss",
];

/// Returns whether findings with this code may offer their fix.
pub(crate) fn allow_fix(code: &str) -> bool {
    FACTS.contains(&code)
}
