//! Takes a body apart into its headings, tables, addresses and prose, each with its place in the file.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::address::{SafeAddress, may_link, may_show};
use crate::markdown::{Marked, events};
use crate::{GuideLink, GuideSource};

mod constructs;
mod prose;

pub use prose::{Passage, PassageKind, Prose};

/// A body, taken apart for the checks. All ranges are bytes of the file.
#[derive(Debug, Default)]
pub struct Reading {
    /// The headings, in the order of the body.
    pub headings: Vec<Heading>,
    /// The tables, in the order of the body.
    pub tables: Vec<Table>,
    /// The links and images, in the order in which they end.
    pub addresses: Vec<Address>,
    /// The places of `**` that stayed literal, once a line.
    pub literal_emphasis: Vec<Range<usize>>,
    /// The places of HTML tags that readers see as they were typed.
    pub shown_tags: Vec<Range<usize>>,
    /// The beginnings of comments that hide text, or are shown, because they have no end there.
    pub open_comments: Vec<Range<usize>>,
    /// The first lines of footnotes that nothing refers to.
    pub unused_footnotes: Vec<Range<usize>>,
    /// The text without markup.
    pub prose: Prose,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The heading without its line end.
    pub range: Range<usize>,
    /// The text without markup: code and the texts of images are part of it.
    pub text: String,
}

/// The rows of a table, the head first.
#[derive(Debug, Default)]
pub struct Table {
    /// The head, then the rows below it.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The row without its line end.
    pub range: Range<usize>,
    /// As many cells as the head has. A reader does not see those beyond them.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug)]
pub struct Cell {
    /// The cell between its bars.
    pub range: Range<usize>,
    /// Whether a reader sees nothing there.
    pub is_empty: bool,
}

/// A link or an image.
#[derive(Debug)]
pub struct Address {
    /// The whole link or image.
    pub range: Range<usize>,
    /// The target of the link, or the address of the image.
    pub target: String,
    /// The text of an image for those who cannot see it; `None` for a link.
    pub alternative: Option<String>,
}

impl Address {
    /// Returns whether a guide may name this address: see [`render`](crate::render).
    #[must_use]
    pub fn is_safe(&self) -> bool {
        match self.alternative {
            Some(_) => may_show(&self.target),
            None => GuideLink::reference(&self.target).is_some() || may_link(&self.target),
        }
    }

    /// Returns whether the address is fetched without encryption.
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        SafeAddress::parse(&self.target).is_ok_and(SafeAddress::is_insecure)
    }
}

impl Reading {
    /// Reads a body that can be rendered.
    #[must_use]
    pub fn of(source: &GuideSource) -> Self {
        let marked = Marked::guide(source.body());
        let mut reader = Reader {
            source: source.as_str(),
            body_start: source.body_start(),
            marked: &marked,
            reading: Self::default(),
            open_heading: None,
            open_images: Vec::new(),
            items: 0,
            is_cell: false,
            is_code: false,
            is_bare_link: false,
            star_start: None,
            told_until: 0,
            tag_end: 0,
            footnotes: Vec::new(),
            referred: HashSet::new(),
        };
        let mut events = events(&marked);
        for (event, range) in events.by_ref() {
            reader.event(event, range);
        }
        reader.finish(events.open_comments())
    }
}

struct Reader<'a> {
    source: &'a str,
    body_start: usize,
    marked: &'a Marked<'a>,
    reading: Reading,
    /// The heading that is being read.
    open_heading: Option<Heading>,
    open_images: Vec<Address>,
    /// The number of open list items.
    items: usize,
    is_cell: bool,
    is_code: bool,
    /// Inside `<https://…>`, whose text is its address.
    is_bare_link: bool,
    /// The last text event, if it was a lone `*` that found no partner.
    star_start: Option<Range<usize>>,
    /// The end of the line with the last reported literal emphasis.
    told_until: usize,
    /// The end of the last reported tag.
    tag_end: usize,
    /// The labels of footnotes, with the notes.
    footnotes: Vec<(String, Range<usize>)>,
    /// The labels that the text refers to.
    referred: HashSet<String>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let range = self.body_start + self.marked.unmarked(range.start)
            ..self.body_start + self.marked.unmarked(range.end);
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::FootnoteReference(label) => {
                self.referred
                    .insert(self.marked.strip(&label).to_lowercase());
            }
            Event::Text(text) => self.text(&text, range),
            Event::InlineHtml(tag) => self.tag(&tag, &range),
            Event::Code(code) => {
                self.name_heading(&self.marked.strip(&code));
                self.fill_cell();
                self.reading.prose.skip(range);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.name_heading("\n");
                self.reading.prose.line_break();
            }
            Event::Html(_)
            | Event::Rule
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let prose = &mut self.reading.prose;
        match tag {
            Tag::FootnoteDefinition(label) => {
                let label = self.marked.strip(&label).to_lowercase();
                self.footnotes.push((label, range));
            }
            Tag::DefinitionListTitle => prose.open(PassageKind::Paragraph),
            Tag::Paragraph if self.items == 0 => prose.open(PassageKind::Paragraph),
            Tag::Paragraph => prose.open(PassageKind::Item),
            Tag::Heading { level, .. } => {
                prose.open(PassageKind::Heading);
                let range = range.start..trimmed_end(self.source, &range);
                self.open_heading = Some(Heading {
                    level: level as u8,
                    range,
                    text: String::new(),
                });
            }
            Tag::Item => {
                self.items += 1;
                prose.open(PassageKind::Item);
            }
            Tag::CodeBlock(_) => self.is_code = true,
            Tag::List(_) | Tag::BlockQuote(_) => prose.close(),
            Tag::Table(_) => self.reading.tables.push(Table::default()),
            Tag::TableHead | Tag::TableRow => self.open_row(range),
            Tag::TableCell => self.open_cell(range),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => {
                self.is_bare_link = matches!(link_type, LinkType::Autolink | LinkType::Email);
                // The alternative text of an image has no links.
                if self.open_images.is_empty() {
                    self.address(&dest_url, range, None);
                }
            }
            Tag::Image { dest_url, .. } => self.address(&dest_url, range, Some(String::new())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::Item => {
                self.items = self.items.saturating_sub(1);
                self.reading.prose.close();
            }
            TagEnd::Paragraph | TagEnd::DefinitionListTitle => self.reading.prose.close(),
            TagEnd::TableCell => {
                self.is_cell = false;
                self.reading.prose.close();
            }
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::Link => self.is_bare_link = false,
            TagEnd::Image => {
                if let Some(image) = self.open_images.pop() {
                    self.fill_cell();
                    self.name_heading(image.alternative.as_deref().unwrap_or_default());
                    self.reading.prose.skip(image.range.clone());
                    self.reading.addresses.push(image);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.is_code {
            return;
        }
        let text = self.marked.strip(text);
        self.literal_emphasis(&text, &range);
        self.shown_comment(&text, &range);
        if let Some(alternative) = self
            .open_images
            .last_mut()
            .and_then(|image| image.alternative.as_mut())
        {
            alternative.push_str(&text);
            return;
        }
        self.name_heading(&text);
        if !text.trim().is_empty() {
            self.fill_cell();
        }
        if self.is_bare_link {
            self.reading.prose.skip(range);
        } else {
            let is_verbatim = self.source.get(range.clone()) == Some(&*text);
            self.reading.prose.push(&text, range, is_verbatim);
        }
    }

    /// Collects literal `**`: the parser sends a run without a partner one `*` at a time.
    fn literal_emphasis(&mut self, text: &str, range: &Range<usize>) {
        let before = self.star_start.take();
        let continued = before.filter(|star| star.end == range.start && text.starts_with('*'));
        let found = match (continued, text.find("**")) {
            (Some(star), _) => Some(star.start..range.start + 1),
            (None, Some(at)) => Some(range.start + at..range.start + at + 2),
            (None, None) => None,
        };
        if text.ends_with('*') {
            self.star_start = Some(range.end - 1..range.end);
        }
        let Some(found) = found.filter(|found| !self.is_in_brackets(found)) else {
            return;
        };
        if found.start >= self.told_until {
            let rest = self.source.get(found.end..);
            let behind = rest.and_then(|rest| rest.find('\n'));
            self.told_until = behind.map_or(self.source.len(), |at| found.end + at);
            self.reading.literal_emphasis.push(found);
        }
    }

    /// Returns whether brackets hold nothing else, as in `power (**)`: then the stars are meant.
    fn is_in_brackets(&self, stars: &Range<usize>) -> bool {
        let before = self.source.get(..stars.start).unwrap_or_default();
        let behind = self.source.get(stars.end..).unwrap_or_default();
        before.ends_with(['(', '[', '（', '「', '『', '"'])
            && behind.starts_with([')', ']', '）', '」', '』', '"'])
    }

    /// Adds to the text of the heading that is being read, if there is one.
    fn name_heading(&mut self, text: &str) {
        if let Some(heading) = &mut self.open_heading {
            heading.text.push_str(text);
        }
    }

    fn close_heading(&mut self) {
        if let Some(heading) = self.open_heading.take() {
            let text = heading.text.trim().to_owned();
            self.reading.headings.push(Heading { text, ..heading });
        }
        self.reading.prose.close();
    }

    fn address(&mut self, address: &str, range: Range<usize>, alternative: Option<String>) {
        let is_image = alternative.is_some();
        let address = Address {
            range,
            target: self.marked.strip(address).into_owned(),
            alternative,
        };
        if is_image {
            self.open_images.push(address);
        } else {
            self.reading.addresses.push(address);
        }
    }

    fn open_row(&mut self, range: Range<usize>) {
        let range = range.start..trimmed_end(self.source, &range);
        if let Some(table) = self.reading.tables.last_mut() {
            table.rows.push(Row {
                range,
                cells: Vec::new(),
            });
        }
    }

    fn open_cell(&mut self, range: Range<usize>) {
        self.is_cell = true;
        self.reading.prose.open(PassageKind::Cell);
        if let Some(row) = self.last_row() {
            row.cells.push(Cell {
                range,
                is_empty: true,
            });
        }
    }

    /// Records that the current cell, if there is one, has visible content.
    fn fill_cell(&mut self) {
        if !self.is_cell {
            return;
        }
        if let Some(cell) = self.last_row().and_then(|row| row.cells.last_mut()) {
            cell.is_empty = false;
        }
    }

    fn last_row(&mut self) -> Option<&mut Row> {
        self.reading.tables.last_mut()?.rows.last_mut()
    }
}

fn trimmed_end(source: &str, range: &Range<usize>) -> usize {
    range.start + source[range.clone()].trim_end().len()
}
