//! Collects the visible text, without markup.

use unicode_segmentation::UnicodeSegmentation;

/// The maximum length of an excerpt, in letters.
const EXCERPT_LETTERS: usize = 120;

/// A collector of text, block by block.
#[derive(Default)]
pub(crate) struct PlainText {
    text: String,
    pending_breaks: usize,
}

impl PlainText {
    /// Appends text to the current block.
    pub(crate) fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.pending_breaks > 0 {
            let breaks = if self.text.is_empty() {
                0
            } else {
                self.pending_breaks
            };
            self.text.extend(std::iter::repeat_n('\n', breaks));
            self.pending_breaks = 0;
        }
        self.text.push_str(text);
    }

    /// Ends a line (`breaks` = 1) or a block (2).
    pub(crate) fn end_block(&mut self, breaks: usize) {
        while self.text.ends_with('\n') {
            self.text.pop();
        }
        self.pending_breaks = self.pending_breaks.max(breaks);
    }

    /// Returns the current length, to take the text after it later.
    pub(crate) fn mark(&self) -> usize {
        self.text.len()
    }

    /// Returns the text since `mark`.
    pub(crate) fn since(&self, mark: usize) -> &str {
        self.text.get(mark..).unwrap_or_default().trim()
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Returns the beginning of `paragraph`: at most 120 letters, with `…` if it was cut.
pub(crate) fn excerpt_of(paragraph: &str) -> String {
    let mut letters = paragraph.grapheme_indices(true).skip(EXCERPT_LETTERS - 1);
    match (letters.next(), letters.next()) {
        (Some((end, _)), Some(_)) => format!("{}…", &paragraph[..end]),
        _ => paragraph.to_owned(),
    }
}
