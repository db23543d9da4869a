//! Two texts that were both written on a third become one: the body by sentence, the front
//! matter by key, lists as sets. Where both changed the same, a person has to choose.
//!
//! Two changes of a body are in conflict when they touch the same sentence, or when both add
//! something at the same point. Changes of neighbouring sentences are not: a paragraph of
//! Japanese is one line, and two people in it are no quarrel. Nothing of either side is ever
//! left out: it is in the result or in a conflict.

mod body;
mod fields;
mod hunks;
mod lists;
mod outline;
mod sentences;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::{GuideSource, SourceError};

/// What became of two texts, before anybody chose anything.
#[derive(Debug, Clone)]
pub struct Merge {
    base: GuideSource,
    ours: GuideSource,
    theirs: GuideSource,
    fields: Vec<Conflict>,
    pieces: Vec<Piece>,
}

/// A stretch of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The same in all, or changed by both in the same way.
    Agreed(String),
    /// Only we changed it.
    OnlyOurs {
        /// What it was.
        base: String,
        /// What we made of it.
        ours: String,
    },
    /// Only they changed it.
    OnlyTheirs {
        /// What it was.
        base: String,
        /// What they made of it.
        theirs: String,
    },
    /// Both changed it, each in another way.
    Conflict(Conflict),
}

/// Something that both sides changed, each in another way.
///
/// A value of the front matter is here as people read it: a text as it is, anything else as
/// JSON. `None` says that the key is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Where it stands.
    pub place: ConflictPlace,
    /// What it was.
    pub base: Option<String>,
    /// What we made of it.
    pub ours: Option<String>,
    /// What they made of it.
    pub theirs: Option<String>,
}

/// Where a conflict stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictPlace {
    /// In the front matter.
    Field {
        /// The field, and the keys inside it.
        path: Vec<String>,
        /// Whether a text is wanted there; otherwise it is JSON.
        is_text: bool,
    },
    /// In the body.
    Body {
        /// The headings above it, the outermost first.
        headings: Vec<String>,
        /// The line of our body, from 1.
        line: u32,
    },
}

/// What a person wants in the place of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// What we wrote.
    Ours,
    /// What they wrote.
    Theirs,
    /// What they wrote and then what we wrote; of the body only.
    Both,
    /// Another text. An empty one leaves a field out.
    Own(String),
}

/// Why choices do not make a guide.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// There is not exactly one choice that fits for each conflict.
    #[error("every conflict needs a choice")]
    Undecided,
    /// A person's own value for a field is not JSON.
    #[error("the value for conflict {index} is not JSON")]
    NotJson {
        /// The number of the conflict, from 0.
        index: usize,
    },
    /// The result would be no guide, such as one over the size limit.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Merges what two people made of `base`.
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
    /// What a person has to choose: fields first, then down the body.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        let body = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Conflict(conflict) => Some(conflict),
            Piece::Agreed(_) | Piece::OnlyOurs { .. } | Piece::OnlyTheirs { .. } => None,
        });
        self.fields.iter().chain(body)
    }

    /// Whether nobody has to choose anything.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.conflicts().next().is_none()
    }

    /// The body, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The guide with these choices, one per conflict in the order of [`conflicts`](Self::conflicts).
    ///
    /// It is written on our bytes: what nobody changed keeps its spelling and line ends.
    ///
    /// # Errors
    ///
    /// See [`ResolveError`].
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

    /// Everything above the body.
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

    /// What keeps the two texts of a conflict apart where both stay: nothing inside a line; a
    /// line end where they are whole lines, two where they are whole paragraphs.
    fn between(&self, before: &str, index: usize) -> String {
        let after = self.pieces[index + 1..]
            .iter()
            .flat_map(|piece| piece.text().chars());
        let ends = line_ends(before.chars().rev()).min(line_ends(after));
        self.with_our_line_ends(&"\n".repeat(ends))
    }

    /// Text from a person, whose browser writes every line end as `\r\n` or `\n`.
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
    /// The text as the merge has it; of a conflict ours.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Agreed(text) | Self::OnlyOurs { ours: text, .. } => text,
            Self::OnlyTheirs { theirs, .. } => theirs,
            Self::Conflict(conflict) => conflict.ours.as_deref().unwrap_or_default(),
        }
    }
}

/// Everything above the body, fences included.
fn head(source: &GuideSource) -> &str {
    &source.as_str()[..source.as_str().len() - source.body().len()]
}

/// How many line ends come first, at most two; the end of the text counts as both.
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
