use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::super::html_tag::{COMMENT, Element, HtmlTag, Piece, pieces};
use super::{GuideEvents, Open};

impl GuideEvents<'_> {
    /// Sends the raw HTML block that ends here: its boxes, and its text as paragraphs.
    pub(super) fn html_block(&mut self) {
        let Some((html, range)) = self.html.take() else {
            return;
        };
        for piece in pieces(&html) {
            match piece {
                Piece::Comment => {}
                Piece::OpenComment => {
                    let block = &self.marked.text[range.clone()];
                    let start = range.start + block.rfind(COMMENT).unwrap_or(0);
                    self.open_comments.push(start..start + COMMENT.len());
                }
                Piece::Text(text) => self.block_text(text, &range),
                Piece::Tag(HtmlTag::Open(Element::Details)) => {
                    self.close_words(range.end);
                    self.open.push(Open::Html(Element::Details));
                    self.emit(Event::Start(Tag::DefinitionList), range.clone());
                }
                Piece::Tag(HtmlTag::Open(Element::Summary))
                    if self.open.last() == Some(&Open::Html(Element::Details)) =>
                {
                    self.open.push(Open::Html(Element::Summary));
                    self.emit(Event::Start(Tag::DefinitionListTitle), range.clone());
                }
                Piece::Tag(HtmlTag::Close(element)) if !element.is_inline() => {
                    self.close_block(element, &range);
                }
                // A line break between blocks breaks nothing.
                Piece::Tag(HtmlTag::Break) if !self.is_among_words() => {}
                piece => {
                    self.open_words(&range);
                    self.inline_piece(piece, &range);
                }
            }
        }
        self.close_words(range.end);
    }

    /// Sends a tag or a piece of text between words.
    pub(super) fn inline_piece(&mut self, piece: Piece<'_>, range: &Range<usize>) {
        match piece {
            Piece::Comment | Piece::OpenComment => {}
            Piece::Tag(HtmlTag::Break) => self.emit(Event::HardBreak, range.clone()),
            Piece::Tag(HtmlTag::Anchor(id)) => {
                self.anchors += 1;
                // A link cannot hold another.
                if self.literal == 0 {
                    let tag = HtmlTag::Anchor(id).to_string();
                    self.emit(Event::InlineHtml(tag.into()), range.clone());
                }
            }
            Piece::Tag(HtmlTag::AnchorEnd) if self.anchors > 0 => self.anchors -= 1,
            Piece::Tag(HtmlTag::Open(element)) if element.is_inline() => {
                self.open.push(Open::Html(element));
                let tag = element.start_tag();
                self.emit(Event::InlineHtml(tag.into()), range.clone());
            }
            Piece::Tag(HtmlTag::Close(element))
                if element.is_inline() && self.open.last() == Some(&Open::Html(element)) =>
            {
                self.open.pop();
                self.emit_end(Open::Html(element), range.clone());
            }
            Piece::Unknown(tag) => {
                self.emit(Event::InlineHtml(tag.to_owned().into()), range.clone());
            }
            Piece::Text(text) => self.emit(Event::Text(text.to_owned().into()), range.clone()),
            // A tag without its partner is text.
            Piece::Tag(tag) => self.emit(Event::Text(tag.to_string().into()), range.clone()),
        }
    }

    /// Sends the text of a raw HTML block, line by line.
    fn block_text(&mut self, text: &str, range: &Range<usize>) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 && self.is_among_words() && !self.is_after_break() {
                self.emit(Event::SoftBreak, range.clone());
            }
            let line = line.trim_end_matches('\r');
            let is_blank = line.trim().is_empty();
            if !is_blank || (!line.is_empty() && self.is_among_words() && !self.is_after_break()) {
                self.open_words(range);
                self.emit(Event::Text(line.to_owned().into()), range.clone());
            }
        }
    }

    fn is_after_break(&self) -> bool {
        matches!(self.ready.back(), Some((Event::SoftBreak, _)))
    }

    fn close_block(&mut self, element: Element, range: &Range<usize>) {
        let own = |open: &&Open| !matches!(open, Open::Parsed | Open::Tilde);
        let is_open = self.open.iter().rev().take_while(own);
        if !is_open.into_iter().any(|open| *open == Open::Html(element)) {
            self.open_words(range);
            let text = Event::Text(element.end_tag().into());
            return self.emit(text, range.clone());
        }
        while let Some(open) = self.open.pop() {
            self.emit_end(open, range.clone());
            if open == Open::Html(element) {
                break;
            }
        }
    }

    fn is_among_words(&self) -> bool {
        let last = self.open.last();
        matches!(last, Some(Open::Paragraph | Open::Html(Element::Summary)))
            || matches!(last, Some(Open::Html(element)) if element.is_inline())
    }

    fn open_words(&mut self, range: &Range<usize>) {
        if !self.is_among_words() {
            self.open.push(Open::Paragraph);
            self.emit(Event::Start(Tag::Paragraph), range.clone());
        }
    }

    fn close_words(&mut self, at: usize) {
        if self.is_after_break() {
            self.ready.pop_back();
        }
        while self.is_among_words()
            && let Some(open) = self.open.pop()
        {
            self.emit_end(open, at..at);
        }
    }
}
