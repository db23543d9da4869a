//! Cuts a body into the tokens of a merge.
//!
//! Tokens are sentences, line ends, and whole lines where sentences have no meaning. Joined, they
//! give the same bytes.

/// Characters that end a sentence anywhere.
const ENDS: &str = "。！？｡…";
/// Characters that end a sentence only before a blank, the line end or a Japanese letter.
///
/// An address may contain them too.
const ASCII_ENDS: &str = "!?";
/// Characters that belong to the sentence that ended before them.
const CLOSERS: &str = "」』）】〕〉》”’\"')]}";

/// One line and its line end, which is empty at the end of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) end: &'a str,
    pub(super) kind: LineKind,
}

/// The kind of a line, which decides how it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Prose is cut into sentences.
    Prose,
    /// A heading is not cut.
    Heading,
    /// A table row or a line of code is not cut.
    Whole,
}

/// Returns the sentences of `body`; line ends are separate tokens.
pub(super) fn sentences(body: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for line in lines(body) {
        tokens.extend(tokens_of(&line));
    }
    tokens
}

/// Returns the tokens of one line.
pub(super) fn tokens_of<'a>(line: &Line<'a>) -> Vec<&'a str> {
    let mut tokens = Vec::new();
    match line.kind {
        LineKind::Prose => cut(line.text, &mut tokens),
        LineKind::Heading | LineKind::Whole => tokens.push(line.text),
    }
    tokens.push(line.end);
    tokens.retain(|token| !token.is_empty());
    tokens
}

/// Returns the lines of `body` with code fences resolved.
pub(super) fn lines(body: &str) -> Vec<Line<'_>> {
    let mut lines = split(body);
    let mut next = 0;
    while next < lines.len() {
        let kind = kind_of(lines[next].text);
        let fence = fence_of(lines[next].text);
        let close = fence.and_then(|fence| {
            let rest = lines[next + 1..].iter();
            rest.map(|line| line.text.trim_start())
                .position(|line| line.starts_with(fence))
        });
        // An unclosed fence is still being typed and does not make code yet.
        let last = close.map_or(next, |distance| next + 1 + distance);
        let kind = if close.is_some() {
            LineKind::Whole
        } else {
            kind
        };
        for line in &mut lines[next..=last] {
            line.kind = kind;
        }
        next = last + 1;
    }
    lines
}

fn split(body: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (text, after) = rest.split_at(length);
        let end_length = if after.starts_with("\r\n") {
            2
        } else {
            after.len().min(1)
        };
        let (end, after) = after.split_at(end_length);
        lines.push(Line {
            text,
            end,
            kind: LineKind::Prose,
        });
        rest = after;
    }
    lines
}

pub(super) fn fence_of(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"]
        .into_iter()
        .find(|fence| line.starts_with(fence))
}

fn kind_of(line: &str) -> LineKind {
    let line = line.trim_start();
    if line.starts_with('|') {
        return LineKind::Whole;
    }
    let text = line.trim_start_matches('#');
    let is_heading = (1..=6).contains(&(line.len() - text.len()))
        && (text.is_empty() || text.starts_with([' ', '\t']));
    if is_heading {
        LineKind::Heading
    } else {
        LineKind::Prose
    }
}

fn cut<'a>(line: &'a str, tokens: &mut Vec<&'a str>) {
    let mut start = 0;
    let mut letters = line.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        let mut is_end = ENDS.contains(letter);
        if !is_end && !ASCII_ENDS.contains(letter) {
            continue;
        }
        while let Some((_, more)) = letters.next_if(|(_, next)| is_any_end(*next)) {
            is_end |= ENDS.contains(more);
        }
        while letters
            .next_if(|(_, next)| CLOSERS.contains(*next))
            .is_some()
        {}
        let follower = letters.peek().map_or(' ', |(_, next)| *next);
        if is_end || follower.is_whitespace() || !follower.is_ascii() {
            while letters.next_if(|(_, next)| next.is_whitespace()).is_some() {}
            let end = letters.peek().map_or(line.len(), |(index, _)| *index);
            tokens.push(&line[start..end]);
            start = end;
        }
    }
    tokens.push(&line[start..]);
}

fn is_any_end(letter: char) -> bool {
    ENDS.contains(letter) || ASCII_ENDS.contains(letter)
}
