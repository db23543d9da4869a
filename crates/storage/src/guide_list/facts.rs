use annai_domain::{GuideStatus, Judgement, VisibilityKind, Work, status};

use crate::StorageError;
use crate::error::corrupt;

const VISIBILITIES: [(VisibilityKind, &str); 4] = [
    (VisibilityKind::NeverPublished, "never_published"),
    (VisibilityKind::Published, "published"),
    (VisibilityKind::Unpublished, "unpublished"),
    (VisibilityKind::Expired, "expired"),
];
const WORKS: [(Work, &str); 2] = [(Work::Clean, "clean"), (Work::Ahead, "ahead")];
const JUDGEMENTS: [(Judgement, &str); 4] = [
    (Judgement::None, "none"),
    (
        Judgement::InReview {
            step: 0,
            approvals: 0,
            needed: 0,
        },
        "open",
    ),
    (Judgement::ChangesRequested, "changes_requested"),
    (Judgement::Approved, "approved"),
];

/// The combinations of facts that carry the label `wanted`, as the query spells them. The domain
/// alone decides which label facts add up to.
pub(super) fn facts_of(wanted: GuideStatus) -> Vec<String> {
    let mut keys = Vec::new();
    for archived in [false, true] {
        for (visibility, visibility_word) in VISIBILITIES {
            for (work, work_word) in WORKS {
                for (judgement, judgement_word) in JUDGEMENTS {
                    if status(archived, visibility, work, judgement) == wanted {
                        keys.push(format!(
                            "{archived} {visibility_word} {work_word} {judgement_word}"
                        ));
                    }
                }
            }
        }
    }
    keys
}

/// The label of one row's facts.
pub(super) fn label(
    archived: bool,
    visibility: &str,
    work: &str,
    judgement: &str,
) -> Result<GuideStatus, StorageError> {
    fn find<T: Copy>(words: &[(T, &str)], word: &str) -> Result<T, StorageError> {
        let found = words.iter().find(|(_, known)| *known == word);
        found
            .map(|(value, _)| *value)
            .ok_or_else(|| format!("`{word}` is not a fact"))
            .map_err(corrupt("guide_overview", "facts"))
    }
    Ok(status(
        archived,
        find(&VISIBILITIES, visibility)?,
        find(&WORKS, work)?,
        find(&JUDGEMENTS, judgement)?,
    ))
}
