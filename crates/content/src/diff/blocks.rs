//! Cuts a body into blocks for comparison.
//!
//! The cuts follow line structure, not rendering, so that every character of the source belongs to
//! a block.

use super::BlockKind;

/// A block of the source, without the empty lines around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) kind: BlockKind,
    pub(super) text: &'a str,
    /// The byte of the body at which the text begins.
    pub(super) start: usize,
    /// Counted from 1.
    pub(super) line: u32,
}

impl Block<'_> {
    /// Returns the text to compare: without line ends.
    pub(super) fn plain(&self) -> String {
        self.text.replace('\r', "")
    }
}

pub(super) fn blocks(body: &str) -> Vec<Block<'_>> {
    let mut cutter = Cutter {
        body,
        blocks: Vec::new(),
        open: None,
        fence: None,
    };
    let mut start = 0;
    for (line, number) in body.split_inclusive('\n').zip(1..) {
        cutter.line(start, line.trim_end_matches(['\n', '\r']), number);
        start += line.len();
    }
    cutter.close();
    cutter.blocks
}

struct Open {
    kind: BlockKind,
    start: usize,
    end: usize,
    line: u32,
}

struct Cutter<'a> {
    body: &'a str,
    blocks: Vec<Block<'a>>,
    open: Option<Open>,
    fence: Option<&'static str>,
}

impl Cutter<'_> {
    fn line(&mut self, start: usize, line: &str, number: u32) {
        let end = start + line.len();
        let trimmed = line.trim_start();
        if let Some(fence) = self.fence {
            if let Some(open) = &mut self.open {
                open.end = end;
            }
            if trimmed.starts_with(fence) {
                self.fence = None;
                self.close();
            }
            return;
        }
        if trimmed.is_empty() {
            self.close();
            return;
        }
        let kind = kind_of(trimmed);
        let continues = kind == BlockKind::Paragraph
            && self.open.as_ref().is_some_and(|open| {
                matches!(open.kind, BlockKind::Paragraph | BlockKind::ListItem)
            });
        if let (true, Some(open)) = (continues, &mut self.open) {
            open.end = end;
            return;
        }
        self.close();
        self.open = Some(Open {
            kind,
            start,
            end,
            line: number,
        });
        match kind {
            BlockKind::Code => {
                self.fence = Some(if trimmed.starts_with('~') {
                    "~~~"
                } else {
                    "```"
                });
            }
            BlockKind::Heading | BlockKind::Rule | BlockKind::TableRow => self.close(),
            BlockKind::ListItem | BlockKind::Paragraph => {}
        }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let text = &self.body[open.start..open.end];
            self.blocks.push(Block {
                kind: open.kind,
                text,
                start: open.start,
                line: open.line,
            });
        }
    }
}

fn kind_of(line: &str) -> BlockKind {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let after_hashes = line.as_bytes().get(hashes);
    if (1..=6).contains(&hashes) && after_hashes.is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
        BlockKind::Heading
    } else if line.starts_with("```") || line.starts_with("~~~") {
        BlockKind::Code
    } else if line.starts_with('|') {
        BlockKind::TableRow
    } else if is_rule(line) {
        BlockKind::Rule
    } else if is_list_item(line) {
        BlockKind::ListItem
    } else {
        BlockKind::Paragraph
    }
}

fn is_rule(line: &str) -> bool {
    ['-', '*', '_'].iter().any(|mark| {
        line.matches(*mark).count() >= 3
            && line
                .chars()
                .all(|character| character == *mark || character.is_whitespace())
    })
}

fn is_list_item(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match line.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'*') if digits == 0 => 1,
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        _ => return false,
    };
    line.as_bytes()
        .get(marker)
        .is_none_or(|byte| matches!(byte, b' ' | b'\t'))
}
