use std::borrow::Cow;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, HeadingLevel, Tag};

use super::super::TocEntry;
use super::super::escape::push_text;
use super::super::plain::excerpt_of;
use super::Writer;

/// A heading whose tag is not written yet, because its id depends on its text.
pub(super) struct OpenHeading {
    html_start: usize,
    plain_mark: usize,
    offset: usize,
    /// The id that the text gives it.
    name: Option<String>,
}

impl Writer<'_> {
    /// Opens a block other than a table.
    pub(super) fn start_block(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Heading { id, .. } => {
                self.fresh_line();
                self.heading = Some(OpenHeading {
                    html_start: self.html.len(),
                    plain_mark: self.plain.mark(),
                    offset,
                    name: id.map(|id| id.to_string()),
                });
            }
            Tag::BlockQuote(None) => self.open_block("<blockquote>\n", offset),
            Tag::BlockQuote(Some(kind)) => self.open_block(callout(kind), offset),
            Tag::DefinitionList => self.open_block("<details>\n", offset),
            Tag::DefinitionListTitle => self.open_block("<summary>", offset),
            Tag::CodeBlock(kind) => self.open_code_block(&kind, offset),
            Tag::HtmlBlock => self.fresh_line(),
            Tag::List(None) => self.open_block("<ul>\n", offset),
            Tag::List(Some(1)) => self.open_block("<ol>\n", offset),
            Tag::List(Some(first)) => self.open_block(&format!("<ol start=\"{first}\">\n"), offset),
            Tag::Item => self.open_block("<li>", offset),
            // This is a paragraph: `start` sends no other tag here.
            _ => {
                self.open_block("<p>", offset);
                self.paragraph_mark = self.plain.mark();
            }
        }
    }

    pub(super) fn fresh_line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Writes the tag of a block at `offset` of the marked text.
    pub(super) fn open_block(&mut self, html: &str, offset: usize) {
        self.fresh_line();
        let tag = self.html.len();
        self.html.push_str(html);
        self.mark_line(tag, offset);
        self.plain.end_block(1);
    }

    pub(super) fn close_block(&mut self, html: &str, breaks: usize) {
        self.fresh_line();
        self.html.push_str(html);
        self.plain.end_block(breaks);
    }

    pub(super) fn close_item(&mut self) {
        self.html.push_str("</li>\n");
        self.plain.end_block(1);
    }

    pub(super) fn close_paragraph(&mut self) {
        self.html.push_str("</p>\n");
        if self.rendered.excerpt.is_empty() && !self.footnotes.is_open() {
            let text = self.plain.since(self.paragraph_mark).replace('\n', " ");
            self.rendered.excerpt = excerpt_of(&text);
        }
        self.plain.end_block(2);
    }

    pub(super) fn close_heading(&mut self, level: HeadingLevel) {
        let Some(open) = self.heading.take() else {
            return;
        };
        let depth = level as u8;
        let text = self.plain.since(open.plain_mark).to_owned();
        self.plain.end_block(2);
        self.rendered.stats.headings += 1;
        if self.guide {
            let name = open.name.filter(|name| self.ids.take(name));
            let id = name.unwrap_or_else(|| self.ids.next(&text));
            let mut tag = format!("<h{depth} id=\"");
            push_text(&mut tag, &id);
            tag.push_str("\">");
            self.html.insert_str(open.html_start, &tag);
            self.mark_line(open.html_start, open.offset);
            self.note_heading(depth, id, text);
        } else {
            self.html
                .insert_str(open.html_start, &format!("<h{depth}>"));
        }
        self.html.extend(["</h", level_digit(level), ">\n"]);
    }

    fn note_heading(&mut self, depth: u8, slug: String, text: String) {
        if depth == 1 && self.rendered.heading.is_none() {
            self.rendered.heading = Some(text);
            self.rendered.heading_id = Some(slug);
            return;
        }
        self.rendered.toc.push(TocEntry { depth, slug, text });
    }

    fn open_code_block(&mut self, kind: &CodeBlockKind<'_>, offset: usize) {
        self.open_block("<pre>", offset);
        self.html.push_str("<code");
        self.in_code_block = true;
        let info = match kind {
            CodeBlockKind::Indented => Cow::Borrowed(""),
            CodeBlockKind::Fenced(info) => self.source.strip(info),
        };
        if let Some(language) = info.split_ascii_whitespace().next() {
            self.html.push_str(" class=\"language-");
            push_text(&mut self.html, language);
            self.html.push('"');
        }
        self.html.push('>');
    }

    pub(super) fn close_code_block(&mut self) {
        self.in_code_block = false;
        self.html.push_str("</code></pre>\n");
        self.plain.end_block(2);
    }
}

/// Returns the start tag of a box.
fn callout(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "<aside class=\"callout callout-note\">\n",
        BlockQuoteKind::Tip => "<aside class=\"callout callout-tip\">\n",
        BlockQuoteKind::Important => "<aside class=\"callout callout-important\">\n",
        BlockQuoteKind::Warning => "<aside class=\"callout callout-warning\">\n",
        BlockQuoteKind::Caution => "<aside class=\"callout callout-caution\">\n",
    }
}

fn level_digit(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "1",
        HeadingLevel::H2 => "2",
        HeadingLevel::H3 => "3",
        HeadingLevel::H4 => "4",
        HeadingLevel::H5 => "5",
        HeadingLevel::H6 => "6",
    }
}
