//! The events of a guide: those of the parser, with what Japanese authors write beside CommonMark.
//!
//! Everything that renders, compares, checks or searches a guide reads these events. A comment that
//! they leave out is seen by none of them.
//!
//! - Comments are left out. Of HTML tags only those of [`HtmlTag`](super::HtmlTag) come in
//!   pairs; others stay as typed.
//! - Bare addresses become links.
//! - A line break between two Japanese letters is left out.
//! - `{#id}` at the end of a heading becomes its id.
//! - `:::` boxes become block quotations with a kind, like those of GitHub.
//! - A single `~` is text.
//!
//! `<details>` and `<summary>` arrive as [`Tag::DefinitionList`] and [`Tag::DefinitionListTitle`]:
//! the parser has no tags for them, and never sends these.

mod address;
mod block_html;

use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CowStr, Event, OffsetIter, Parser, Tag, TagEnd};

use super::html_tag::{Element, is_anchor, pieces};
use super::prepare::BoxLine;
use super::{GUIDE_OPTIONS, Marked, is_cjk};

type Found<'a> = (Event<'a>, Range<usize>);

/// The events of a guide's body. Ranges refer to the marked text.
pub(crate) struct GuideEvents<'a> {
    marked: &'a Marked<'a>,
    parser: OffsetIter<'a>,
    ready: VecDeque<Found<'a>>,
    /// Text that the parser sent in several pieces, and that may hold an address.
    text: Vec<(CowStr<'a>, Range<usize>)>,
    open: Vec<Open>,
    /// The number of open links, images and code blocks: no address in them becomes a link.
    literal: usize,
    /// The number of anchors whose end tag has not come.
    anchors: usize,
    /// The last letter, unless something else came after it.
    letter: Option<char>,
    /// The raw HTML block that is being read.
    html: Option<(String, Range<usize>)>,
    /// The beginnings of comments that hide the rest of their block.
    open_comments: Vec<Range<usize>>,
}

/// An element that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// One that the parser opened and will close.
    Parsed,
    /// A single `~`, which the parser takes for strikethrough.
    Tilde,
    Html(Element),
    Box(BlockQuoteKind),
    /// A paragraph around the text of a raw HTML block.
    Paragraph,
}

impl<'a> GuideEvents<'a> {
    /// Reads the events of `marked`.
    pub(crate) fn new(marked: &'a Marked<'_>) -> Self {
        Self {
            marked,
            parser: Parser::new_ext(&marked.text, GUIDE_OPTIONS).into_offset_iter(),
            ready: VecDeque::new(),
            text: Vec::new(),
            open: Vec::new(),
            literal: 0,
            anchors: 0,
            letter: None,
            html: None,
            open_comments: Vec::new(),
        }
    }

    /// Returns the beginnings of comments without an end, as far as the events were read.
    pub(crate) fn open_comments(&self) -> &[Range<usize>] {
        &self.open_comments
    }

    /// Reads an event of the parser; returns whether there was one.
    fn read(&mut self) -> bool {
        match self.parser.next() {
            Some((Event::Text(text), range)) if self.literal == 0 => self.text.push((text, range)),
            Some((event, range)) => {
                self.flush_text();
                self.event(event, range);
            }
            None => {
                self.flush_text();
                self.close_own(self.marked.text.len());
                return false;
            }
        }
        true
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Html(html) => {
                if let Some((block, _)) = &mut self.html {
                    block.push_str(&html);
                }
            }
            Event::InlineHtml(html) => {
                for piece in pieces(&html) {
                    self.inline_piece(piece, &range);
                }
            }
            Event::SoftBreak => self.soft_break(range),
            Event::Rule => self.rule(range),
            event => self.emit(event, range),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        if !is_inline(&tag) {
            self.close_inline(range.start);
        }
        match &tag {
            Tag::HtmlBlock => {
                self.html = Some((String::new(), range));
                return;
            }
            Tag::Strikethrough if !self.marked.text[range.start..].starts_with("~~") => {
                self.open.push(Open::Tilde);
                self.emit(Event::Text("~".into()), range.start..range.start + 1);
                return;
            }
            Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) => self.literal += 1,
            _ => {}
        }
        self.open.push(Open::Parsed);
        let is_heading = matches!(tag, Tag::Heading { .. });
        let place = self.ready.len();
        self.emit(Event::Start(tag), range.clone());
        if is_heading {
            let depth = self.open.len();
            while self.open.len() >= depth && self.read() {}
            self.name_heading(place, range.start);
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::HtmlBlock => return self.html_block(),
            TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock => self.literal -= 1,
            _ => {}
        }
        self.close_own(range.end);
        if self.open.pop() == Some(Open::Tilde) {
            self.emit(Event::Text("~".into()), range.end - 1..range.end);
        } else {
            self.emit(Event::End(tag), range);
        }
    }

    /// Closes what the text left open inside the innermost element of the parser.
    fn close_own(&mut self, at: usize) {
        while let Some(open) = self.open.pop() {
            if matches!(open, Open::Parsed | Open::Tilde) {
                self.open.push(open);
                return;
            }
            self.emit_end(open, at..at);
        }
    }

    /// Closes the tags between words that a block ends. The text of an item may stand beside blocks.
    fn close_inline(&mut self, at: usize) {
        while let Some(Open::Html(element)) = self.open.last().copied()
            && element.is_inline()
        {
            self.open.pop();
            self.emit_end(Open::Html(element), at..at);
        }
    }

    fn emit_end(&mut self, open: Open, range: Range<usize>) {
        let event = match open {
            Open::Html(Element::Details) => Event::End(TagEnd::DefinitionList),
            Open::Html(Element::Summary) => Event::End(TagEnd::DefinitionListTitle),
            Open::Html(inline) => Event::InlineHtml(inline.end_tag().into()),
            Open::Box(kind) => Event::End(TagEnd::BlockQuote(Some(kind))),
            Open::Paragraph => Event::End(TagEnd::Paragraph),
            Open::Parsed | Open::Tilde => return,
        };
        self.emit(event, range);
    }

    fn emit(&mut self, event: Event<'a>, range: Range<usize>) {
        self.letter = match &event {
            Event::Text(text) | Event::Code(text) => {
                let mut letters = text.chars().rev();
                letters.find(|letter| !self.marked.is_marker(*letter))
            }
            Event::InlineHtml(_) | Event::FootnoteReference(_) => self.letter,
            Event::Start(tag) if is_between_words(tag.to_end()) => self.letter,
            Event::End(tag) if is_between_words(*tag) => self.letter,
            _ => None,
        };
        self.ready.push_back((event, range));
    }

    /// Sends a line break, unless Japanese letters stand before and after it.
    ///
    /// This is the rule of CSS Text 4 for segment breaks, which no browser applies yet.
    fn soft_break(&mut self, range: Range<usize>) {
        let is_after = self.letter.is_some_and(is_joined);
        let is_joined_line = is_after && self.next_letter(range.end).is_some_and(is_joined);
        if !is_joined_line {
            self.emit(Event::SoftBreak, range);
        }
    }

    /// Returns the first letter of the line at `offset`, behind its indentation and markup.
    fn next_letter(&self, offset: usize) -> Option<char> {
        let rest = self.marked.text.get(offset..)?;
        rest.chars()
            .find(|letter| !"\r\n\t >*_~[`\\".contains(*letter) && !self.marked.is_marker(*letter))
    }

    fn rule(&mut self, range: Range<usize>) {
        let marked = self.marked;
        self.close_inline(range.start);
        match marked.boxes.at(marked.unmarked(range.start)) {
            Some(BoxLine::Note(kind, title)) => {
                self.open.push(Open::Box(*kind));
                self.emit(Event::Start(Tag::BlockQuote(Some(*kind))), range.clone());
                if let Some(title) = title {
                    let tags = [Tag::Paragraph, Tag::Strong];
                    self.emit_titled(&tags, title, &range);
                }
            }
            Some(BoxLine::Details(summary)) => {
                self.open.push(Open::Html(Element::Details));
                self.emit(Event::Start(Tag::DefinitionList), range.clone());
                if !summary.is_empty() {
                    self.emit_titled(&[Tag::DefinitionListTitle], summary, &range);
                }
            }
            Some(BoxLine::Close) => {
                if let Some(Open::Box(_) | Open::Html(Element::Details)) = self.open.last()
                    && let Some(open) = self.open.pop()
                {
                    self.emit_end(open, range);
                }
            }
            None => self.emit(Event::Rule, range),
        }
    }

    /// Sends the title of a box inside `tags`.
    fn emit_titled(&mut self, tags: &[Tag<'static>], title: &'a str, range: &Range<usize>) {
        for tag in tags {
            self.emit(Event::Start(tag.clone()), range.clone());
        }
        self.emit(Event::Text(title.into()), range.clone());
        for tag in tags.iter().rev() {
            self.emit(Event::End(tag.to_end()), range.clone());
        }
    }

    /// Takes `{#id}` or `{/*id*/}` off the end of the heading that was emitted at `place`.
    fn name_heading(&mut self, place: usize, start: usize) {
        let ends = self.ready.range(place + 1..).filter_map(|(event, range)| {
            let is_inside = !matches!(event, Event::End(TagEnd::Heading(_)));
            is_inside.then_some(range.end)
        });
        let Some(end) = ends.max() else { return };
        let raw = &self.marked.text[start..end];
        let Some(brace) = raw.rfind('{') else { return };
        let spelt = self.marked.strip(&raw[brace..]);
        let Some(name) = heading_name(spelt.trim_end()) else {
            return;
        };
        let cut = start + brace;
        let name = CowStr::from(name.to_owned());
        let mut kept: VecDeque<_> = self.ready.drain(place + 1..).collect();
        // The end of the heading stays, and so do the ends of tags that the text left open: they have
        // an empty range.
        let is_end = |event: &Event<'_>| matches!(event, Event::End(TagEnd::Heading(_)));
        kept.retain(|(event, range)| range.start < cut || range.is_empty() || is_end(event));
        if let Some((Event::Start(Tag::Heading { id, .. }), _)) = self.ready.back_mut() {
            *id = Some(name);
        }
        for (event, range) in &mut kept {
            if let Event::Text(text) = event
                && range.end > cut
            {
                let shown = text.rfind('{').map_or(&**text, |brace| &text[..brace]);
                *text = shown.trim_end().to_owned().into();
            }
        }
        self.ready.append(&mut kept);
    }
}

impl<'a> Iterator for GuideEvents<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        while self.ready.is_empty() && self.read() {}
        self.ready.pop_front()
    }
}

/// Returns the name in `{#name}`, or in `{/*name*/}` as React's documentation writes it.
fn heading_name(spelt: &str) -> Option<&str> {
    let inner = spelt.strip_prefix('{')?.strip_suffix('}')?.trim();
    let commented = inner
        .strip_prefix("/*")
        .and_then(|inner| inner.strip_suffix("*/"));
    let name = inner.strip_prefix('#').or(commented)?.trim();
    is_anchor(name).then_some(name)
}

/// Returns whether a line break beside `letter` may be left out. Korean writes blanks between words.
fn is_joined(letter: char) -> bool {
    let is_hangul = matches!(u32::from(letter),
        0x1100..=0x11ff | 0x3130..=0x318f | 0xa960..=0xa97f | 0xac00..=0xd7ff | 0xffa0..=0xffdc);
    is_cjk(letter) && !is_hangul
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Image { .. }) || is_between_words(tag.to_end())
}

/// Returns whether an element stands between words without a letter of its own.
fn is_between_words(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link
    )
}
