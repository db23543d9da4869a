//! The register of open guides: pure, with the time as a parameter.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use annai_domain::{GuideId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A tab counts as open this long after its last beat.
const EXPIRY: Duration = Duration::from_secs(30);
/// A person counts as editing this long after their text was last stored.
const EDITING: Duration = Duration::from_mins(1);
/// The shortest time between two messages that the same person writes.
const SAID: Duration = Duration::from_secs(20);

/// A message between nodes. It never holds a word of anybody's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct News {
    /// The sender.
    pub(super) node: Uuid,
    pub(super) guide_id: GuideId,
    pub(super) what: What,
}

/// An event in a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    /// A person has it open in a tab.
    Here {
        tab: Uuid,
        user_id: UserId,
        name: String,
        is_editing: bool,
    },
    /// The tab was closed.
    Gone { tab: Uuid },
    /// Text of the person was stored.
    Typed { user_id: UserId },
    /// A revision was saved.
    Saved,
}

/// Another person in the guide, as colleagues see them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct OtherPerson {
    /// The name that others see.
    pub name: String,
    /// Whether they write or only read.
    pub is_editing: bool,
}

/// The open guides on this node and, as far as messages arrived, on the others.
#[derive(Debug, Default)]
pub(super) struct OpenGuides(HashMap<GuideId, HashMap<Uuid, Tab>>);

#[derive(Debug)]
struct Tab {
    user_id: UserId,
    name: String,
    seen: Instant,
    typed: Option<Instant>,
}

impl Tab {
    fn is_open(&self, now: Instant) -> bool {
        now.duration_since(self.seen) < EXPIRY
    }

    fn is_editing(&self, now: Instant) -> bool {
        self.typed
            .is_some_and(|typed| now.duration_since(typed) < EDITING)
    }
}

impl OpenGuides {
    /// Records what happened in a guide. Returns whether people see a difference.
    pub(super) fn note(&mut self, guide_id: GuideId, what: What, now: Instant) -> bool {
        if what == What::Saved {
            // Nobody came or went.
            return true;
        }
        let before = self.people(guide_id, now);
        let tabs = self.0.entry(guide_id).or_default();
        tabs.retain(|_, tab| tab.is_open(now));
        match what {
            What::Here {
                tab,
                user_id,
                name,
                is_editing,
            } => {
                let before = tabs.get(&tab).filter(|tab| tab.is_editing(now));
                let typed = before.and_then(|tab| tab.typed);
                let entry = Tab {
                    user_id,
                    name,
                    seen: now,
                    typed: typed.or(is_editing.then_some(now)),
                };
                tabs.insert(tab, entry);
            }
            What::Gone { tab } => {
                tabs.remove(&tab);
            }
            What::Typed { user_id } => {
                let theirs = tabs.values_mut().filter(|tab| tab.user_id == user_id);
                for tab in theirs {
                    tab.typed = Some(now);
                }
            }
            What::Saved => {}
        }
        if tabs.is_empty() {
            self.0.remove(&guide_id);
        }
        before != self.people(guide_id, now)
    }

    /// Lists everybody in the guide except `user_id`, each once, by name.
    pub(super) fn others(
        &self,
        guide_id: GuideId,
        user_id: UserId,
        now: Instant,
    ) -> Vec<OtherPerson> {
        let mut people = self.people(guide_id, now);
        people.remove(&user_id);
        let mut people: Vec<_> = people.into_values().collect();
        people.sort();
        people
    }

    fn people(&self, guide_id: GuideId, now: Instant) -> BTreeMap<UserId, OtherPerson> {
        let tabs = self.0.get(&guide_id).into_iter().flat_map(HashMap::values);
        let mut people: BTreeMap<UserId, OtherPerson> = BTreeMap::new();
        for tab in tabs.filter(|tab| tab.is_open(now)) {
            let person = people.entry(tab.user_id).or_insert_with(|| OtherPerson {
                name: tab.name.clone(),
                is_editing: false,
            });
            person.is_editing |= tab.is_editing(now);
        }
        people
    }

    /// Returns whether somebody writes in the tab.
    pub(super) fn is_editing(&self, guide_id: GuideId, tab: Uuid, now: Instant) -> bool {
        let tab = self.0.get(&guide_id).and_then(|tabs| tabs.get(&tab));
        tab.is_some_and(|tab| tab.is_editing(now))
    }

    /// Returns whether other nodes have yet to hear that `user_id` writes in the guide.
    pub(super) fn is_news_of_typing(
        &self,
        guide_id: GuideId,
        user_id: UserId,
        now: Instant,
    ) -> bool {
        let tabs = self.0.get(&guide_id).into_iter().flat_map(HashMap::values);
        let said = |tab: &Tab| {
            tab.typed
                .is_some_and(|typed| now.duration_since(typed) < SAID)
        };
        tabs.filter(|tab| tab.user_id == user_id)
            .any(|tab| !said(tab))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn guide() -> GuideId {
        GuideId(Uuid::from_u128(9))
    }

    fn here(tab: u128, number: u128) -> What {
        What::Here {
            tab: Uuid::from_u128(tab),
            user_id: user(number),
            name: format!("人{number}"),
            is_editing: false,
        }
    }

    fn person(name: &str, is_editing: bool) -> OtherPerson {
        OtherPerson {
            name: name.to_owned(),
            is_editing,
        }
    }

    #[test]
    fn one_sees_the_others_each_once_and_never_oneself() {
        let (mut open, now) = (OpenGuides::default(), Instant::now());
        for what in [here(1, 1), here(2, 2), here(3, 2)] {
            open.note(guide(), what, now);
        }
        assert_eq!(open.others(guide(), user(1), now), [person("人2", false)]);
        assert_eq!(open.others(guide(), user(2), now), [person("人1", false)]);
        let another = GuideId(Uuid::from_u128(8));
        assert!(open.others(another, user(1), now).is_empty());
    }

    #[test]
    fn whoever_gives_no_sign_of_life_is_gone_after_half_a_minute() {
        let (mut open, start) = (OpenGuides::default(), Instant::now());
        open.note(guide(), here(1, 1), start);
        let late = start + EXPIRY.checked_sub(Duration::from_millis(1)).unwrap();
        assert_eq!(open.others(guide(), user(2), late).len(), 1);
        assert!(open.others(guide(), user(2), start + EXPIRY).is_empty());
        open.note(guide(), here(1, 1), start + Duration::from_secs(20));
        assert_eq!(open.others(guide(), user(2), start + EXPIRY).len(), 1);
    }

    #[test]
    fn only_what_can_be_seen_is_worth_a_look() {
        let (mut open, now) = (OpenGuides::default(), Instant::now());
        assert!(open.note(guide(), here(1, 1), now), "somebody came");
        assert!(!open.note(guide(), here(1, 1), now), "still there");
        assert!(!open.note(guide(), here(2, 1), now), "a second tab");
        assert!(open.note(guide(), What::Typed { user_id: user(1) }, now));
        let tab = Uuid::from_u128(2);
        assert!(
            !open.note(guide(), What::Gone { tab }, now),
            "one tab is left"
        );
        let tab = Uuid::from_u128(1);
        assert!(open.note(guide(), What::Gone { tab }, now), "somebody left");
    }

    #[test]
    fn nothing_is_remembered_of_a_guide_that_nobody_has_open() {
        let (mut open, start) = (OpenGuides::default(), Instant::now());
        open.note(guide(), here(1, 1), start);
        let tab = Uuid::from_u128(1);
        open.note(guide(), What::Gone { tab }, start);
        open.note(guide(), What::Typed { user_id: user(1) }, start);
        assert!(open.0.is_empty());
    }

    #[test]
    fn whoever_typed_is_editing_for_a_minute_in_whichever_tab() {
        let (mut open, start) = (OpenGuides::default(), Instant::now());
        open.note(guide(), here(1, 1), start);
        open.note(guide(), here(2, 1), start);
        open.note(guide(), What::Typed { user_id: user(1) }, start);
        for beat in [20, 40] {
            open.note(guide(), here(2, 1), start + Duration::from_secs(beat));
        }
        let at = |seconds| open.others(guide(), user(2), start + Duration::from_secs(seconds));
        assert_eq!(at(59), [person("人1", true)]);
        assert_eq!(at(61), [person("人1", false)]);
    }

    #[test]
    fn that_somebody_types_is_said_again_only_after_a_while() {
        let (mut open, start) = (OpenGuides::default(), Instant::now());
        assert!(
            !open.is_news_of_typing(guide(), user(1), start),
            "not there"
        );
        open.note(guide(), here(1, 1), start);
        assert!(open.is_news_of_typing(guide(), user(1), start));
        open.note(guide(), What::Typed { user_id: user(1) }, start);
        assert!(!open.is_news_of_typing(guide(), user(1), start));
        assert!(open.is_news_of_typing(guide(), user(1), start + SAID));
    }

    #[test]
    fn a_node_that_starts_later_learns_who_is_editing_from_the_next_sign_of_life() {
        let (mut open, start) = (OpenGuides::default(), Instant::now());
        let sign = |is_editing| What::Here {
            tab: Uuid::from_u128(1),
            user_id: user(1),
            name: "人1".to_owned(),
            is_editing,
        };
        open.note(guide(), sign(true), start);
        assert!(open.is_editing(guide(), Uuid::from_u128(1), start));
        open.note(guide(), sign(false), start + EDITING);
        assert!(!open.is_editing(guide(), Uuid::from_u128(1), start + EDITING));
    }
}
