//! Combines two changes of one sentence that touch different letters.

use std::ops::Range;

use super::{Conflict, ConflictPlace};
use crate::diff::{Run, letters, runs};

impl Conflict {
    /// Returns a text with both changes; `None` where they touch the same letters or each other,
    /// where one side has no text, or where several lines changed.
    ///
    /// It is a proposal: two changes can fit together by letters and not by meaning.
    #[must_use]
    pub fn combined(&self) -> Option<String> {
        if let ConflictPlace::Field { is_text: false, .. } = self.place {
            return None;
        }
        let (base, ours, theirs) = (
            self.base.as_deref()?,
            self.ours.as_deref()?,
            self.theirs.as_deref()?,
        );
        if [base, ours, theirs]
            .iter()
            .any(|text| text.trim().is_empty() || text.trim_end().contains('\n'))
        {
            return None;
        }
        let base = letters(base);
        let (ours, theirs) = (changes(&base, ours), changes(&base, theirs));
        let touches = |(left, _): &Change, (right, _): &Change| {
            left.start <= right.end && right.start <= left.end
        };
        let collide = ours
            .iter()
            .any(|left| theirs.iter().any(|right| touches(left, right)));
        if collide {
            return None;
        }
        let mut both = [ours, theirs].concat();
        both.sort_by_key(|(replaced, _)| replaced.start);
        let mut combined = String::new();
        let mut at = 0;
        for (replaced, text) in both {
            combined.push_str(&base[at..replaced.start].concat());
            combined.push_str(&text);
            at = replaced.end;
        }
        combined.push_str(&base[at..].concat());
        Some(combined)
    }
}

/// A stretch of the base and the text in its place.
type Change = (Range<usize>, String);

fn changes(base: &[&str], side: &str) -> Vec<Change> {
    let side = letters(side);
    let change = |run: Run| (run.removed, side[run.added].concat());
    let changes = runs(base, &side).into_iter().map(change);
    changes
        .filter(|(replaced, text)| !replaced.is_empty() || !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn combined(base: &str, ours: &str, theirs: &str) -> Option<String> {
        let conflict = Conflict {
            place: ConflictPlace::Body {
                headings: Vec::new(),
                line: 1,
            },
            base: Some(base.to_owned()),
            ours: Some(ours.to_owned()),
            theirs: Some(theirs.to_owned()),
        };
        conflict.combined()
    }

    #[test]
    fn changes_of_different_words_fit_into_one_sentence() {
        let found = combined(
            "技術は複雑さで進化しています。",
            "技術は多様さで進化しています。",
            "技術は複雑さで発展しています。",
        );
        assert_eq!(found.as_deref(), Some("技術は多様さで発展しています。"));
    }

    #[test]
    fn changes_that_touch_each_other_are_left_to_a_person() {
        assert_eq!(combined("甲乙丙。", "子乙丙。", "丑乙丙。"), None);
        assert_eq!(combined("甲乙丙。", "甲子丙。", "丑乙丙。"), None);
        assert_eq!(combined("甲丙。", "甲一丙。", "甲二丙。"), None);
        assert_eq!(
            combined("甲乙丙丁。", "甲乙。", "子乙丙丁。").as_deref(),
            Some("子乙。")
        );
        assert_eq!(combined("甲乙。", "", "子乙。"), None);
    }
}
