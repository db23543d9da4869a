//! Maps a browser's edit of the body onto the base bytes.
//!
//! A `<textarea>` returns text with other line ends, and perhaps without its first newline.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{GuideSource, SourceError};

/// A line and its line end: `\n`, `\r\n`, a lone `\r`, or nothing at the end of the text.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    end: &'a str,
}

impl GuideSource {
    /// Replaces the body by the text that a browser sent back for it.
    ///
    /// Unchanged lines keep their own line ends, new lines take those of the line above. A missing
    /// first newline is restored, because browsers drop it from a `<textarea>`. Unedited text gives
    /// the same bytes.
    ///
    /// # Errors
    ///
    /// Returns [`SourceError`] when the result would not be a guide: too large, with a NUL byte,
    /// or, in a file without front matter, with a malformed block of it.
    pub fn with_body_from_browser(&self, text: &str) -> Result<Self, SourceError> {
        let body = merge_line_ends(self.body(), text);
        if body == self.body() {
            return Ok(self.clone());
        }
        self.with_body(&body)
    }
}

impl GuideSource {
    /// Converts byte offsets of the file, in increasing order, to offsets as a browser counts them.
    ///
    /// A browser counts UTF-16 units of the body, with one for each line end. Offsets before the
    /// body give `None`.
    #[must_use]
    pub fn browser_offsets(&self, bytes: &[usize]) -> Vec<Option<usize>> {
        let mut offsets = Vec::with_capacity(bytes.len());
        let before = bytes.iter().take_while(|byte| **byte < self.body_start);
        offsets.resize(before.count(), None);
        let mut units = 0;
        let mut was_return = false;
        for (index, character) in self.body().char_indices() {
            let end = self.body_start + index + character.len_utf8();
            while bytes.get(offsets.len()).is_some_and(|byte| *byte < end) {
                offsets.push(Some(units));
            }
            if !(was_return && character == '\n') {
                units += character.len_utf16();
            }
            was_return = character == '\r';
        }
        offsets.resize(bytes.len(), Some(units));
        offsets
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(index) = rest.find(['\n', '\r']) {
        let length = if rest[index..].starts_with("\r\n") {
            2
        } else {
            1
        };
        lines.push(Line {
            text: &rest[..index],
            end: &rest[index..index + length],
        });
        rest = &rest[index + length..];
    }
    lines.push(Line {
        text: rest,
        end: "",
    });
    lines
}

fn merge_line_ends(base: &str, new: &str) -> String {
    let base_lines = lines(base);
    let mut new_lines = lines(new);
    let leading = |lines: &[Line<'_>]| {
        let empty = lines.iter().take_while(|line| line.text.is_empty()).count();
        empty.min(lines.len() - 1)
    };
    if leading(&base_lines) == leading(&new_lines) + 1 {
        new_lines.insert(0, base_lines[0]);
    }
    let usual_end = usual_end(&base_lines);
    let ends = ends_for(&base_lines, &new_lines, usual_end);
    let last = new_lines.len() - 1;
    let mut text = String::with_capacity(new.len() + base_lines.len());
    for (index, (line, end)) in new_lines.iter().zip(ends).enumerate() {
        text.push_str(line.text);
        if index < last {
            text.push_str(if end.is_empty() { usual_end } else { end });
        }
    }
    text
}

/// Returns the most frequent line end.
fn usual_end(lines: &[Line<'_>]) -> &'static str {
    let count = |end: &str| lines.iter().filter(|line| line.end == end).count();
    if count("\r\n") > count("\n") {
        "\r\n"
    } else {
        "\n"
    }
}

/// Returns the line end of each new line: its own from the base, or that of its neighbour.
fn ends_for<'a>(base: &[Line<'a>], new: &[Line<'_>], usual: &'a str) -> Vec<&'a str> {
    let base_texts: Vec<&str> = base.iter().map(|line| line.text).collect();
    let new_texts: Vec<&str> = new.iter().map(|line| line.text).collect();
    let mut ends = vec![usual; new.len()];
    for operation in capture_diff_slices(Algorithm::Myers, &base_texts, &new_texts) {
        match operation {
            DiffOp::Equal {
                old_index,
                new_index,
                len,
            } => {
                for step in 0..len {
                    ends[new_index + step] = base[old_index + step].end;
                }
            }
            DiffOp::Insert {
                old_index,
                new_index,
                new_len,
            } => {
                let neighbour = if old_index > 0 {
                    base[old_index - 1].end
                } else {
                    base[0].end
                };
                ends[new_index..new_index + new_len].fill(neighbour);
            }
            DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            } => {
                for step in 0..new_len {
                    ends[new_index + step] = base[old_index + step.min(old_len - 1)].end;
                }
            }
            DiffOp::Delete { .. } => {}
        }
    }
    ends
}
