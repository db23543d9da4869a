use annai_domain::{GuideStatus, Judgement, VisibilityKind, Work, status};

use crate::StorageError;
use crate::error::corrupt;

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

/// Returns the combinations of facts with the label `wanted`, as the query spells them. Only the
/// domain derives labels from facts.
pub(super) fn facts_of(wanted: GuideStatus) -> Vec<String> {
    let mut keys = Vec::new();
    for archived in [false, true] {
        for visibility in VisibilityKind::ALL {
            for work in Work::ALL {
                for (judgement, judgement_word) in JUDGEMENTS {
                    if status(archived, visibility, work, judgement) == wanted {
                        keys.push(format!("{archived} {visibility} {work} {judgement_word}"));
                    }
                }
            }
        }
    }
    keys
}

/// Returns the label of one row's facts.
pub(super) fn label(
    archived: bool,
    visibility: &str,
    work: &str,
    judgement: &str,
) -> Result<GuideStatus, StorageError> {
    let found = JUDGEMENTS.iter().find(|(_, known)| *known == judgement);
    let (judgement, _) = found
        .ok_or_else(|| format!("`{judgement}` is not a judgement"))
        .map_err(corrupt("guide_overview", "judgement"))?;
    let visibility = visibility.parse();
    let work = work.parse();
    Ok(status(
        archived,
        visibility.map_err(corrupt("guide_overview", "visibility"))?,
        work.map_err(corrupt("guide_overview", "work"))?,
        *judgement,
    ))
}
