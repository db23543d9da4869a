use std::borrow::Cow;

use pulldown_cmark::{CodeBlockKind, HeadingLevel, Tag};

use super::super::TocEntry;
use super::super::escape::push_text;
use super::super::plain::excerpt_of;
use super::Writer;

/// A heading whose tag is not written yet, because its id depends on its text.
pub(super) struct OpenHeading {
    html_start: usize,
    plain_mark: usize,
    offset: usize,
}

/// A raw HTML block of a guide, which becomes text.
pub(super) struct HtmlBlock {
    pub(super) text: String,
    offset: usize,
}

impl Writer<'_> {
    /// Opens a block other than a table.
    pub(super) fn start_block(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Heading { .. } => {
                self.fresh_line();
                self.heading = Some(OpenHeading {
                    html_start: self.html.len(),
                    plain_mark: self.plain.mark(),
                    offset,
                });
            }
            Tag::BlockQuote(_) => self.open_block("<blockquote>\n", offset),
            Tag::CodeBlock(kind) => self.open_code_block(&kind, offset),
            Tag::HtmlBlock => {
                self.fresh_line();
                self.html_block = self.guide.then(|| HtmlBlock {
                    text: String::new(),
                    offset,
                });
            }
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
        if self.rendered.excerpt.is_empty() {
            self.rendered.excerpt = excerpt_of(self.plain.since(self.paragraph_mark));
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
            let id = self.ids.next(&text);
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

    pub(super) fn close_html_block(&mut self) {
        if let Some(block) = self.html_block.take() {
            let text = block.text.trim_end();
            let tag = self.html.len();
            self.html.push_str("<p>");
            self.mark_line(tag, block.offset);
            push_text(&mut self.html, text);
            self.html.push_str("</p>\n");
            self.plain.push(text);
            self.plain.end_block(2);
        } else {
            self.fresh_line();
        }
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
