//! Two bodies as one page that shows the published text with its changes marked.
//!
//! The page is as safe as a preview. The parser's events of both texts become trees, the trees are
//! compared, and the same writer writes the result. Raw HTML is already text at that point. The
//! only added markup is `<ins class="diff">`, `<del class="diff">` and `<div class="diff-moved">`.
//!
//! The page has the structure of the new text. Whole blocks and words of the old text are shown,
//! but no old markup inside a changed paragraph. Invisible changes, such as the address of a link,
//! are marked in the source view only.

mod tree;

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::align::{Step, align};
use super::letters::{letters, runs_by_line};
use super::{LINE_END_SIGN, SegmentKind};
use crate::GuideAddresses;
use crate::markdown::{LineMarks, Marked, RenderError, Writer};
use tree::{Inline, Node, are_comparable, is_leaf, is_part};

/// Renders `new` with the differences from `old`. References to guides lead to `addresses`.
///
/// # Errors
///
/// Returns [`RenderError`] when one of them is nested too deep or too large.
pub fn render_diff(
    old: &str,
    new: &str,
    addresses: &GuideAddresses,
) -> Result<String, RenderError> {
    let (old_nodes, new_nodes) = (tree::parse(old)?, tree::parse(new)?);
    let source = Marked::plain(new);
    let mut page = DiffWriter(Writer::new(&source, true, LineMarks::None, addresses));
    page.nodes(&old_nodes, &new_nodes)?;
    Ok(page.0.finish().html)
}

type Written = Result<(), RenderError>;

/// The unit by which paragraphs are compared.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Token<'a> {
    Letter(&'a str),
    Code(&'a str),
    Picture(&'a str),
    Markup(&'a str),
    /// The end of a paragraph that another follows.
    Break,
}

struct DiffWriter<'a>(Writer<'a>);

impl DiffWriter<'_> {
    fn nodes(&mut self, old: &[Node], new: &[Node]) -> Written {
        let old_blocks: Vec<_> = old.iter().map(Node::block).collect();
        let new_blocks: Vec<_> = new.iter().map(Node::block).collect();
        self.steps(&align(&old_blocks, &new_blocks), old, new)
    }

    fn steps(&mut self, steps: &[Step], old: &[Node], new: &[Node]) -> Written {
        for step in steps {
            match step {
                Step::Same { new: at, .. } => self.plain(&new[*at])?,
                Step::Added { new: at } => self.whole(&new[*at], SegmentKind::Added)?,
                Step::Removed { old: at } => self.whole(&old[*at], SegmentKind::Removed)?,
                Step::Changed { old: from, new: to } => self.changed(&old[*from], &new[*to])?,
                Step::Broken { old: from, new: to } => {
                    self.broken(&old[from.clone()], &new[to.clone()])?;
                }
                Step::Moved { steps, .. } => {
                    self.0.inline("<div class=\"diff-moved\">\n");
                    self.steps(steps, old, new)?;
                    self.0.inline("</div>\n");
                }
                Step::MovedAway { .. } => {}
            }
        }
        Ok(())
    }

    fn changed(&mut self, old: &Node, new: &Node) -> Written {
        match (old, new) {
            (Node::Words { inlines: old, .. }, Node::Words { inlines: new, .. }) => {
                self.words(old, new)
            }
            (
                Node::Block {
                    children: before, ..
                },
                Node::Block { tag, children, .. },
            ) if are_comparable(old, new) => {
                self.event(Event::Start(tag.clone()))?;
                self.children(tag, before, children)?;
                self.event(Event::End(tag.to_end()))
            }
            _ => {
                self.whole(old, SegmentKind::Removed)?;
                self.whole(new, SegmentKind::Added)
            }
        }
    }

    /// Writes a paragraph that was divided or joined.
    fn broken(&mut self, old: &[Node], new: &[Node]) -> Written {
        let (Some(before), Some(now)) = (paragraphs(old), paragraphs(new)) else {
            old.iter()
                .try_for_each(|node| self.whole(node, SegmentKind::Removed))?;
            return new
                .iter()
                .try_for_each(|node| self.whole(node, SegmentKind::Added));
        };
        self.event(Event::Start(Tag::Paragraph))?;
        self.compared(&tokens(before), &tokens(now))?;
        self.event(Event::End(TagEnd::Paragraph))
    }

    fn children(&mut self, tag: &Tag<'_>, old: &[Node], new: &[Node]) -> Written {
        match (tag, old, new) {
            _ if is_leaf(tag) => self.words(words_of(old), words_of(new)),
            (Tag::TableHead | Tag::TableRow, ..) => old
                .iter()
                .zip(new)
                .try_for_each(|(old, new)| self.changed(old, new)),
            (Tag::Table(_), [old_head, old_rows @ ..], [new_head, new_rows @ ..]) => {
                self.changed(old_head, new_head)?;
                self.nodes(old_rows, new_rows)
            }
            _ => self.nodes(old, new),
        }
    }

    /// Writes a node that was added or removed.
    fn whole(&mut self, node: &Node, kind: SegmentKind) -> Written {
        match node {
            // A list may contain only items and a table only rows, so the mark goes inside them.
            Node::Block { tag, children, .. } if is_part(tag) => {
                self.event(Event::Start(tag.clone()))?;
                children
                    .iter()
                    .try_for_each(|child| self.whole(child, kind))?;
                self.event(Event::End(tag.to_end()))
            }
            _ => self.marked(kind, |page| page.plain(node)),
        }
    }

    fn plain(&mut self, node: &Node) -> Written {
        match node {
            Node::Block { tag, children, .. } => {
                self.event(Event::Start(tag.clone()))?;
                children.iter().try_for_each(|child| self.plain(child))?;
                self.event(Event::End(tag.to_end()))
            }
            Node::Words { inlines, .. } => {
                inlines.iter().try_for_each(|inline| self.inline(inline))
            }
            Node::Rule { .. } => self.event(Event::Rule),
        }
    }

    fn inline(&mut self, inline: &Inline) -> Written {
        match inline {
            Inline::Text(text) => self.event(Event::Text(text.as_str().into())),
            Inline::Code(code) => self.event(Event::Code(code.as_str().into())),
            Inline::Picture { events, .. } => events
                .iter()
                .try_for_each(|event| self.event(event.clone())),
            Inline::Markup { event, .. } => self.event(event.clone()),
            Inline::Break => {
                self.event(Event::End(TagEnd::Paragraph))?;
                self.event(Event::Start(Tag::Paragraph))
            }
        }
    }

    fn words(&mut self, old: &[Inline], new: &[Inline]) -> Written {
        self.compared(&tokens(old), &tokens(new))
    }

    fn compared(&mut self, old: &Tokens<'_>, new: &Tokens<'_>) -> Written {
        for run in runs_by_line(&old.list, &new.list, Token::ends_line) {
            self.run(old, run.removed, SegmentKind::Removed)?;
            self.run(new, run.added, SegmentKind::Added)?;
            self.run(new, run.kept, SegmentKind::Kept)?;
        }
        Ok(())
    }

    fn run(&mut self, of: &Tokens<'_>, range: Range<usize>, kind: SegmentKind) -> Written {
        let mut inlines = &of.inlines[range.clone()];
        for group in of.list[range].chunk_by(are_one_text) {
            let (of_group, rest) = inlines.split_at(group.len());
            inlines = rest;
            match (&group[0], kind) {
                (Token::Letter(_) | Token::Code(_), _) => {
                    let text = Inline::holding(group);
                    self.marked(kind, |page| page.inline(&text))?;
                }
                (Token::Picture(_), _) => self.marked(kind, |page| page.inline(of_group[0]))?,
                (Token::Break, _) => self.paragraph_end(kind, of_group[0])?,
                (Token::Markup(_), SegmentKind::Removed) => {}
                (Token::Markup(_), _) => self.inline(of_group[0])?,
            }
        }
        Ok(())
    }

    /// Marks the place where a paragraph was divided or joined.
    fn paragraph_end(&mut self, kind: SegmentKind, end: &Inline) -> Written {
        if kind != SegmentKind::Kept {
            let mark = Inline::Text(LINE_END_SIGN.to_owned());
            self.marked(kind, |page| page.inline(&mark))?;
        }
        if kind == SegmentKind::Removed {
            return Ok(());
        }
        self.inline(end)
    }

    fn marked(&mut self, kind: SegmentKind, write: impl FnOnce(&mut Self) -> Written) -> Written {
        let (open, close) = match kind {
            SegmentKind::Kept => ("", ""),
            SegmentKind::Added => ("<ins class=\"diff\">", "</ins>"),
            SegmentKind::Removed => ("<del class=\"diff\">", "</del>"),
        };
        self.0.inline(open);
        write(self)?;
        self.0.inline(close);
        Ok(())
    }

    fn event(&mut self, event: Event<'_>) -> Written {
        self.0.event(event, 0..0)
    }
}

impl Inline {
    /// Returns the text or code made of these letters.
    fn holding(letters: &[Token<'_>]) -> Self {
        let text = letters.iter().map(|letter| match letter {
            Token::Letter(text) | Token::Code(text) => *text,
            Token::Picture(_) | Token::Markup(_) | Token::Break => "",
        });
        match letters.first() {
            Some(Token::Code(_)) => Self::Code(text.collect()),
            _ => Self::Text(text.collect()),
        }
    }
}

impl Token<'_> {
    fn ends_line(&self) -> bool {
        matches!(self, Self::Letter(text) | Self::Code(text) if text.ends_with('\n'))
    }
}

fn are_one_text(left: &Token<'_>, right: &Token<'_>) -> bool {
    matches!(
        (left, right),
        (Token::Letter(_), Token::Letter(_)) | (Token::Code(_), Token::Code(_))
    )
}

fn words_of(children: &[Node]) -> &[Inline] {
    match children {
        [Node::Words { inlines, .. }] => inlines,
        _ => &[],
    }
}

/// Returns the words of these paragraphs, with a break between each two; `None` if a node
/// is something else.
fn paragraphs(nodes: &[Node]) -> Option<Vec<&Inline>> {
    let mut found = Vec::new();
    for node in nodes {
        let Node::Block {
            tag: Tag::Paragraph,
            children,
            ..
        } = node
        else {
            return None;
        };
        if !found.is_empty() {
            found.push(&Inline::Break);
        }
        found.extend(words_of(children));
    }
    Some(found)
}

/// The tokens of a run of words, each with the inline that it belongs to.
#[derive(Default)]
struct Tokens<'a> {
    list: Vec<Token<'a>>,
    inlines: Vec<&'a Inline>,
}

fn tokens<'a>(inlines: impl IntoIterator<Item = &'a Inline>) -> Tokens<'a> {
    let mut tokens = Tokens::default();
    for inline in inlines {
        match inline {
            Inline::Text(text) => tokens
                .list
                .extend(letters(text).into_iter().map(Token::Letter)),
            Inline::Code(code) => tokens
                .list
                .extend(letters(code).into_iter().map(Token::Code)),
            Inline::Picture { key, .. } => tokens.list.push(Token::Picture(key)),
            Inline::Markup { key, .. } => tokens.list.push(Token::Markup(key)),
            Inline::Break => tokens.list.push(Token::Break),
        }
        tokens.inlines.resize(tokens.list.len(), inline);
    }
    tokens
}
