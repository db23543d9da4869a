use annai_domain::{
    GuideStatus, Judgement, ReviewState, VisibilityKind, Work, judgement_in, status,
};

use crate::StorageError;
use crate::error::corrupt;

/// The word of the view for a newest text without a live review.
const NO_REVIEW: &str = "none";

/// Returns each judgement with the word of the view for it. The domain derives the judgement.
fn judgements() -> Vec<(Judgement, &'static str)> {
    let reviewed = ReviewState::ALL.map(|state| (judgement_in(state), state.as_str()));
    let live = reviewed
        .into_iter()
        .filter(|(judgement, _)| *judgement != Judgement::None);
    std::iter::once((Judgement::None, NO_REVIEW))
        .chain(live)
        .collect()
}

/// Returns the combinations of facts with the label `wanted`, as the query spells them. Only the
/// domain derives labels from facts.
pub(super) fn facts_of(wanted: GuideStatus) -> Vec<String> {
    let mut keys = Vec::new();
    let judgements = judgements();
    for archived in [false, true] {
        for visibility in VisibilityKind::ALL {
            for work in Work::ALL {
                for (judgement, judgement_word) in &judgements {
                    if status(archived, visibility, work, *judgement) == wanted {
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
    let mut known = judgements().into_iter();
    let (judgement, _) = known
        .find(|(_, word)| *word == judgement)
        .ok_or_else(|| format!("`{judgement}` is not a judgement"))
        .map_err(corrupt("guide_overview", "judgement"))?;
    let visibility = visibility.parse();
    let work = work.parse();
    Ok(status(
        archived,
        visibility.map_err(corrupt("guide_overview", "visibility"))?,
        work.map_err(corrupt("guide_overview", "work"))?,
        judgement,
    ))
}
