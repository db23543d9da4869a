//! Merges two texts that were both written on a third one.
//!
//! The body is merged by sentence, the front matter by key, lists as sets. Where both sides changed
//! the same place, a person has to choose.
//!
//! Two changes of a body conflict when they touch the same sentence, or when both add something at
//! the same point. Changes of neighbouring sentences do not: a paragraph of Japanese is one line,
//! and two people may edit it at once. Nothing of either side is left out: it is in the result or
//! in a conflict.

mod body;
mod combine;
mod fields;
mod hunks;
mod lists;
mod outline;
mod sentences;
#[cfg(test)]
mod tests;
mod units;

use serde_json::Value;

use crate::{GuideSource, SourceError};

/// The result of a merge, before anybody has chosen anything.
#[derive(Debug, Clone)]
pub struct Merge {
    base: GuideSource,
    ours: GuideSource,
    theirs: GuideSource,
    fields: Vec<Conflict>,
    pieces: Vec<Piece>,
}

/// A stretch of the merged body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The text is the same in all versions, or both sides changed it in the same way.
    Agreed(String),
    /// Only our side changed it.
    OnlyOurs {
        /// The original text.
        base: String,
        /// Our text.
        ours: String,
    },
    /// Only their side changed it.
    OnlyTheirs {
        /// The original text.
        base: String,
        /// Their text.
        theirs: String,
    },
    /// Both sides changed it differently.
    Conflict(Conflict),
}

/// A place that both sides changed differently.
///
/// Front matter values are shown as people read them: a text as it is, anything else as JSON.
/// `None` means that the key is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The location of the conflict.
    pub place: ConflictPlace,
    /// The original value.
    pub base: Option<String>,
    /// Our value.
    pub ours: Option<String>,
    /// Their value.
    pub theirs: Option<String>,
}

/// The location of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictPlace {
    /// A value of the front matter.
    Field {
        /// The field and the keys inside it.
        path: Vec<String>,
        /// Whether the value is a text; otherwise it is JSON.
        is_text: bool,
    },
    /// A place in the body.
    Body {
        /// The headings above it, the outermost first.
        headings: Vec<String>,
        /// The line of our body, from 1.
        line: u32,
    },
}

/// A person's choice for a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Our text.
    Ours,
    /// Their text.
    Theirs,
    /// Their text followed by ours; only in the body.
    Both,
    /// Another text; an empty one removes a field.
    Own(String),
}

/// An error in applying choices to a merge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The choices do not fit the conflicts one to one.
    #[error("every conflict needs a choice")]
    Undecided,
    /// The chosen value for a field is not JSON.
    #[error("the value for conflict {index} is not JSON")]
    NotJson {
        /// The number of the conflict, from 0.
        index: usize,
    },
    /// The result would not be a guide, for example because it is too large.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Merges two texts that were both written on `base`.
#[must_use]
pub fn merge(base: GuideSource, ours: GuideSource, theirs: GuideSource) -> Merge {
    let mut conflicts = Vec::new();
    if head(&ours) != head(&base) && head(&theirs) != head(&base) {
        let _ours_for_now = fields::merge(
            base.front_matter(),
            ours.front_matter(),
            theirs.front_matter(),
            &mut |sides| {
                conflicts.push(field_conflict(&sides));
                sides.ours.cloned()
            },
        );
    }
    let pieces = body::merge(base.body(), ours.body(), theirs.body());
    Merge {
        base,
        ours,
        theirs,
        fields: conflicts,
        pieces,
    }
}

fn field_conflict(sides: &fields::Sides<'_>) -> Conflict {
    let text = |value: Option<&Value>| {
        value.map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
    };
    let is_text = [sides.ours, sides.theirs].into_iter().flatten();
    Conflict {
        place: ConflictPlace::Field {
            path: sides.path.to_vec(),
            is_text: is_text.into_iter().any(Value::is_string),
        },
        base: text(sides.base),
        ours: text(sides.ours),
        theirs: text(sides.theirs),
    }
}

impl Merge {
    /// Returns the conflicts: first those in fields, then those of the body from top to bottom.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        let body = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Conflict(conflict) => Some(conflict),
            Piece::Agreed(_) | Piece::OnlyOurs { .. } | Piece::OnlyTheirs { .. } => None,
        });
        self.fields.iter().chain(body)
    }

    /// Returns the pieces of the body, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Applies `choices`, one per conflict in the order of [`conflicts`](Self::conflicts).
    ///
    /// The result is based on our bytes: unchanged text keeps its spelling and line ends.
    ///
    /// # Errors
    ///
    /// Returns [`ResolveError`] when the choices do not fit or the result would not be a guide.
    pub fn resolve(&self, choices: &[Choice]) -> Result<GuideSource, ResolveError> {
        if choices.len() != self.conflicts().count() {
            return Err(ResolveError::Undecided);
        }
        for (side, other) in [(&self.ours, &self.theirs), (&self.theirs, &self.ours)] {
            if *side == self.base || (side == other) {
                return Ok(other.clone());
            }
        }
        let (for_fields, for_body) = choices.split_at(self.fields.len());
        let head = self.head(for_fields)?;
        Ok(head.with_body(&self.body(for_body))?)
    }

    /// Resolves every conflict without a question: the body keeps both texts, the front matter keeps
    /// our values.
    ///
    /// # Errors
    ///
    /// Returns [`ResolveError::Source`] when the result would not be a guide.
    pub fn keep_both(&self) -> Result<GuideSource, ResolveError> {
        let choose = |conflict: &Conflict| match conflict.place {
            ConflictPlace::Field { .. } => Choice::Ours,
            ConflictPlace::Body { .. } => Choice::Both,
        };
        let choices: Vec<_> = self.conflicts().map(choose).collect();
        self.resolve(&choices)
    }

    /// Returns everything above the body.
    fn head(&self, choices: &[Choice]) -> Result<GuideSource, ResolveError> {
        let [base, ours, theirs] = [&self.base, &self.ours, &self.theirs].map(head);
        if ours == base {
            return Ok(GuideSource::parse(theirs)?);
        }
        let mut merged = GuideSource::parse(ours)?;
        if theirs == base {
            return Ok(merged);
        }
        let values = self.values(choices)?;
        for key in self.ours.front_matter().keys() {
            if !values.contains_key(key) {
                merged = merged.without_field(key)?;
            }
        }
        for (key, value) in &values {
            merged = merged.with_field(key, value)?;
        }
        Ok(merged)
    }

    fn values(&self, choices: &[Choice]) -> Result<serde_json::Map<String, Value>, ResolveError> {
        let mut settled = Ok(());
        let mut choices = choices.iter().enumerate();
        let values = fields::merge(
            self.base.front_matter(),
            self.ours.front_matter(),
            self.theirs.front_matter(),
            &mut |sides| {
                let (index, choice) = choices.next()?;
                let is_text = matches!(field_conflict(&sides).place, ConflictPlace::Field { is_text, .. } if is_text);
                match choice {
                    Choice::Ours => sides.ours.cloned(),
                    Choice::Theirs => sides.theirs.cloned(),
                    Choice::Own(text) if text.is_empty() => None,
                    Choice::Own(text) if is_text => Some(Value::from(text.as_str())),
                    Choice::Own(text) => serde_json::from_str(text)
                        .map_err(|_| settled = Err(ResolveError::NotJson { index }))
                        .ok(),
                    Choice::Both => {
                        settled = Err(ResolveError::Undecided);
                        None
                    }
                }
            },
        );
        settled.map(|()| values)
    }

    fn body(&self, choices: &[Choice]) -> String {
        let mut choices = choices.iter();
        let mut text = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Agreed(agreed) => text.push_str(agreed),
                Piece::OnlyOurs { ours, .. } => text.push_str(ours),
                Piece::OnlyTheirs { theirs, .. } => text.push_str(theirs),
                Piece::Conflict(Conflict { ours, theirs, .. }) => {
                    let ours = ours.as_deref().unwrap_or_default();
                    let theirs = theirs.as_deref().unwrap_or_default();
                    match choices.next() {
                        Some(Choice::Theirs) => text.push_str(theirs),
                        Some(Choice::Own(own)) => text.push_str(&self.with_our_line_ends(own)),
                        Some(Choice::Both) => {
                            let between = self.between(&text, index);
                            text.push_str(theirs);
                            if !theirs.is_empty() && !ours.is_empty() {
                                text.push_str(&between);
                            }
                            text.push_str(ours);
                        }
                        Some(Choice::Ours) | None => text.push_str(ours),
                    }
                }
            }
        }
        text
    }

    /// Returns the separator for a conflict in which both texts stay.
    ///
    /// Inside a line it is empty; between whole lines it is one line end, between paragraphs two.
    fn between(&self, before: &str, index: usize) -> String {
        let after = self.pieces[index + 1..]
            .iter()
            .flat_map(|piece| piece.text().chars());
        let ends = line_ends(before.chars().rev()).min(line_ends(after));
        self.with_our_line_ends(&"\n".repeat(ends))
    }

    /// Converts the line ends of a browser, `\r\n` or `\n`, to those of our body.
    fn with_our_line_ends(&self, text: &str) -> String {
        let text = text.replace("\r\n", "\n");
        if self.ours.body().contains("\r\n") {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    }
}

impl Piece {
    /// Returns the text of the piece; for a conflict ours.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Agreed(text) | Self::OnlyOurs { ours: text, .. } => text,
            Self::OnlyTheirs { theirs, .. } => theirs,
            Self::Conflict(conflict) => conflict.ours.as_deref().unwrap_or_default(),
        }
    }
}

/// Returns everything above the body, fences included.
fn head(source: &GuideSource) -> &str {
    &source.as_str()[..source.as_str().len() - source.body().len()]
}

/// Counts leading line ends, at most two; the end of the text counts as two.
fn line_ends(letters: impl Iterator<Item = char>) -> usize {
    let mut ends = 0;
    for letter in letters {
        match letter {
            '\n' => ends += 1,
            '\r' => {}
            _ => return ends,
        }
        if ends == 2 {
            break;
        }
    }
    2
}
