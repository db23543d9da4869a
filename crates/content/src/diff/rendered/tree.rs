//! Parses a body into a tree of blocks that contain runs of words.

use std::mem::{discriminant, take};
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};

use super::super::BlockKind;
use super::super::blocks::Block;
use crate::markdown::{self, HtmlTag, MAX_DEPTH, Marked, RenderError, RenderErrorKind};

/// A part of the page.
pub(super) enum Node {
    /// An element that contains others.
    Block {
        tag: Tag<'static>,
        children: Vec<Node>,
        source: String,
    },
    /// A run of text with its markup.
    Words {
        inlines: Vec<Inline>,
        source: String,
    },
    /// `<hr>`.
    Rule { source: String },
}

/// A part of a run of words.
pub(super) enum Inline {
    Text(String),
    Code(String),
    /// An image with its alternative text; the key distinguishes it from others.
    Picture {
        events: Vec<Event<'static>>,
        key: String,
    },
    /// The start or end of emphasis or a link, a line break, or a checkbox.
    Markup {
        event: Event<'static>,
        key: String,
    },
    /// The end of a paragraph that another follows; only in a comparison.
    Break,
}

impl Node {
    /// Returns the node as a block for the comparison.
    pub(super) fn block(&self) -> Block<'_> {
        let (kind, text) = match self {
            Self::Block { tag, source, .. } => (kind_of(tag), source),
            Self::Words { source, .. } => (BlockKind::Paragraph, source),
            Self::Rule { source } => (BlockKind::Rule, source),
        };
        Block {
            kind,
            text: text.trim_end(),
            start: 0,
            line: 0,
        }
    }
}

fn kind_of(tag: &Tag<'_>) -> BlockKind {
    match tag {
        Tag::Heading { .. } => BlockKind::Heading,
        Tag::CodeBlock(_) => BlockKind::Code,
        Tag::List(_) | Tag::Item => BlockKind::ListItem,
        Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => BlockKind::TableRow,
        _ => BlockKind::Paragraph,
    }
}

/// Returns whether the changes of two blocks can be shown inside one.
pub(super) fn are_comparable(old: &Node, new: &Node) -> bool {
    let (
        Node::Block {
            tag: before,
            children: old,
            ..
        },
        Node::Block {
            tag, children: new, ..
        },
    ) = (old, new)
    else {
        return false;
    };
    let width = |rows: &[Node]| match rows.first() {
        Some(Node::Block { children, .. }) => children.len(),
        _ => 0,
    };
    match (before, tag) {
        (Tag::Heading { level: before, .. }, Tag::Heading { level, .. }) => before == level,
        (Tag::List(before), Tag::List(first)) => before.is_some() == first.is_some(),
        (Tag::Table(_), Tag::Table(_)) => width(old) == width(new),
        (Tag::TableRow, Tag::TableRow) => old.len() == new.len(),
        (before, tag) => discriminant(before) == discriminant(tag),
    }
}

/// Returns whether a block contains words and no other block.
pub(super) fn is_leaf(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::CodeBlock(_)
            | Tag::TableCell
            | Tag::DefinitionListTitle
    )
}

/// Returns whether a block cannot stand inside a mark: it is valid only inside its parent, or is
/// shown elsewhere.
pub(super) fn is_part(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Item
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::DefinitionListTitle
            | Tag::FootnoteDefinition(_)
    )
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Parses a body; raw HTML in it becomes text.
pub(super) fn parse(body: &str) -> Result<Vec<Node>, RenderError> {
    let marked = markdown::mark_guide(body)?;
    let mut builder = Builder {
        marked: &marked,
        open: vec![Open::default()],
        words: Vec::new(),
        words_at: 0..0,
        picture: Vec::new(),
        pictures: 0,
    };
    for (event, range) in markdown::events(&marked) {
        builder.event(event, range)?;
    }
    builder.close_words();
    Ok(builder
        .open
        .pop()
        .map(|root| root.children)
        .unwrap_or_default())
}

#[derive(Default)]
struct Open {
    tag: Option<Tag<'static>>,
    children: Vec<Node>,
    range: Range<usize>,
}

struct Builder<'a> {
    marked: &'a Marked<'a>,
    open: Vec<Open>,
    words: Vec<Inline>,
    words_at: Range<usize>,
    /// The events inside the image under construction.
    picture: Vec<Event<'static>>,
    /// The number of open images.
    pictures: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), RenderError> {
        match event {
            Event::Start(tag) if !is_inline(&tag) => return self.start(tag, range),
            Event::End(end) if !is_inline_end(end) => self.end(),
            Event::Rule => {
                self.close_words();
                let source = self.source(&range);
                self.push(Node::Rule { source });
            }
            inline => self.inline(inline, range),
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) -> Result<(), RenderError> {
        if self.open.len() > MAX_DEPTH {
            let before = self.marked.text[..range.start].matches('\n').count();
            return Err(RenderError {
                kind: RenderErrorKind::TooDeep,
                line: u32::try_from(before + 1).unwrap_or(u32::MAX),
            });
        }
        self.close_words();
        self.open.push(Open {
            tag: Some(self.own(tag)),
            range,
            children: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self) {
        self.close_words();
        let Some(Open {
            tag: Some(tag),
            children,
            range,
        }) = self.open.pop()
        else {
            return;
        };
        let source = self.source(&range);
        self.push(Node::Block {
            tag,
            children,
            source,
        });
    }

    fn inline(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.words.is_empty() && self.picture.is_empty() {
            self.words_at.start = range.start;
        }
        self.words_at.end = range.end;
        let is_image = |tag: &Tag<'_>| matches!(tag, Tag::Image { .. });
        match &event {
            Event::Start(tag) if is_image(tag) => self.pictures += 1,
            Event::End(TagEnd::Image) => self.pictures -= 1,
            _ => {}
        }
        let event = self.own_event(event);
        if self.pictures > 0 || !self.picture.is_empty() {
            self.picture.push(event);
            if self.pictures == 0 {
                let events = take(&mut self.picture);
                let key = format!("{events:?}");
                self.words.push(Inline::Picture { events, key });
            }
            return;
        }
        self.words.push(match event {
            Event::Text(text) => Inline::Text(text.into_string()),
            Event::Code(code) => Inline::Code(code.into_string()),
            event => Inline::Markup {
                key: format!("{event:?}"),
                event,
            },
        });
    }

    fn close_words(&mut self) {
        if !self.words.is_empty() {
            let inlines = take(&mut self.words);
            let source = self.source(&self.words_at);
            self.push(Node::Words { inlines, source });
        }
    }

    fn push(&mut self, node: Node) {
        if let Some(open) = self.open.last_mut() {
            open.children.push(node);
        }
    }

    fn source(&self, range: &Range<usize>) -> String {
        self.marked
            .strip(&self.marked.text[range.clone()])
            .into_owned()
    }

    fn own_text(&self, text: &str) -> CowStr<'static> {
        self.marked.strip(text).into_owned().into()
    }

    fn own_event(&self, event: Event<'_>) -> Event<'static> {
        match event {
            Event::InlineHtml(tag) if HtmlTag::parse(&tag).is_some() => {
                Event::InlineHtml(tag.into_static())
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                Event::Text(self.own_text(&text))
            }
            Event::FootnoteReference(label) => Event::FootnoteReference(self.own_text(&label)),
            Event::Code(code) => Event::Code(self.own_text(&code)),
            Event::Start(tag) => Event::Start(self.own(tag)),
            other => other.into_static(),
        }
    }

    fn own(&self, tag: Tag<'_>) -> Tag<'static> {
        match tag {
            Tag::FootnoteDefinition(label) => Tag::FootnoteDefinition(self.own_text(&label)),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                Tag::CodeBlock(CodeBlockKind::Fenced(self.own_text(&info)))
            }
            Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            } => Tag::Link {
                link_type,
                dest_url: self.own_text(&dest_url),
                title: self.own_text(&title),
                id: id.into_static(),
            },
            Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            } => Tag::Image {
                link_type,
                dest_url: self.own_text(&dest_url),
                title: self.own_text(&title),
                id: id.into_static(),
            },
            other => other.into_static(),
        }
    }
}

fn is_inline_end(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}
