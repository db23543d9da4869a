use std::collections::HashMap;
use std::fmt::Write as _;

use super::Writer;

/// The footnotes of a page, which stand at its end.
#[derive(Default)]
pub(super) struct Footnotes {
    notes: Vec<Note>,
    /// The places in `notes`, by label.
    by_label: HashMap<String, usize>,
    /// The notes that are written at present, each inside the one before it.
    open: Vec<Open>,
    /// The number of notes with a number.
    numbered: usize,
    /// The bytes of all notes, and of the page while a note is written.
    bytes: usize,
}

struct Open {
    /// The page or note around it.
    around: String,
    note: usize,
}

#[derive(Default)]
struct Note {
    /// The number that readers see; `None` before the first reference.
    number: Option<usize>,
    /// The number of references.
    references: usize,
    /// `None` before the note is written.
    html: Option<String>,
}

impl Footnotes {
    /// Returns whether a note is written at present.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    fn place(&mut self, label: &str) -> usize {
        // GitHub and the parser compare labels without regard to case.
        let label = label.to_lowercase();
        *self.by_label.entry(label).or_insert_with(|| {
            self.notes.push(Note::default());
            self.notes.len() - 1
        })
    }

    /// Returns the bytes that stand in no open text.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Writer<'_> {
    /// Writes the number of a note. Its letters are no part of the text.
    pub(super) fn footnote_reference(&mut self, label: &str) {
        if !self.images.is_empty() {
            return;
        }
        let label = self.source.strip(label);
        let place = self.footnotes.place(&label);
        let note = &mut self.footnotes.notes[place];
        let numbered = &mut self.footnotes.numbered;
        let number = *note.number.get_or_insert_with(|| {
            *numbered += 1;
            *numbered
        });
        note.references += 1;
        let id = reference_id(number, note.references);
        // Writing to a String cannot fail.
        let _ = write!(
            self.html,
            "<sup id=\"{id}\"><a href=\"#fn:{number}\">{number}</a></sup>"
        );
        self.rendered.places.push(id);
    }

    pub(super) fn open_footnote(&mut self, label: &str) {
        let label = self.source.strip(label);
        let mut note = self.footnotes.place(&label);
        let is_open = self.footnotes.open.iter().any(|open| open.note == note);
        if is_open || self.footnotes.notes[note].html.is_some() {
            // Of two notes with one label both are shown.
            self.footnotes.notes.push(Note::default());
            note = self.footnotes.notes.len() - 1;
        }
        let around = std::mem::take(&mut self.html);
        self.footnotes.bytes += around.len();
        self.footnotes.open.push(Open { around, note });
        self.plain.end_block(1);
    }

    pub(super) fn close_footnote(&mut self) {
        if let Some(open) = self.footnotes.open.pop() {
            let html = std::mem::replace(&mut self.html, open.around);
            self.footnotes.bytes += html.len();
            self.footnotes.bytes -= self.html.len();
            self.footnotes.notes[open.note].html = Some(html);
            self.plain.end_block(2);
        }
    }

    /// Writes the notes at the end of the page: by number, then those that nothing refers to.
    pub(super) fn write_footnotes(&mut self) {
        let mut notes = std::mem::take(&mut self.footnotes.notes);
        notes.retain(|note| note.html.is_some());
        if notes.is_empty() {
            return;
        }
        notes.sort_by_key(|note| note.number.unwrap_or(usize::MAX));
        self.fresh_line();
        self.html.push_str("<section class=\"footnotes\">\n<ol>\n");
        let mut last = self.footnotes.numbered;
        for note in &notes {
            let number = note.number.unwrap_or_else(|| {
                last += 1;
                last
            });
            let id = format!("fn:{number}");
            let _ = writeln!(self.html, "<li id=\"{id}\">");
            self.rendered.places.push(id);
            let text = note.html.as_deref().unwrap_or_default();
            let mut backs = String::new();
            for nth in 1..=note.references {
                let _ = write!(backs, " <a href=\"#{}\">↩</a>", reference_id(number, nth));
            }
            match text.strip_suffix("</p>\n") {
                Some(text) => self.html.extend([text, &backs, "</p>\n"]),
                None if backs.is_empty() => self.html.push_str(text),
                None => self
                    .html
                    .extend([text, "<p>", backs.trim_start(), "</p>\n"]),
            }
            self.html.push_str("</li>\n");
        }
        self.html.push_str("</ol>\n</section>\n");
    }
}

/// Returns the id of a reference. Ids of headings hold no colon.
fn reference_id(number: usize, nth: usize) -> String {
    match nth {
        1 => format!("fnref:{number}"),
        _ => format!("fnref:{number}-{nth}"),
    }
}
