use std::collections::HashMap;
use std::ops::Range;

use super::GuideSource;
use super::json::Scanner;

/// An index of positions for many JSON pointers into one front matter.
///
/// Each object and list on the way is read once.
#[derive(Debug)]
pub struct PointerIndex<'a> {
    source: &'a GuideSource,
    /// The children of the object or list at a byte offset, by name or index.
    children: HashMap<usize, HashMap<String, Range<usize>>>,
}

impl<'a> PointerIndex<'a> {
    /// Creates an index that has read nothing yet.
    #[must_use]
    pub fn new(source: &'a GuideSource) -> Self {
        Self {
            source,
            children: HashMap::new(),
        }
    }

    /// Returns the indexed guide.
    #[must_use]
    pub fn source(&self) -> &'a GuideSource {
        self.source
    }

    /// Returns the bytes of the value at `pointer`.
    ///
    /// A pointer to nothing gives the first byte of the nearest value above it.
    pub fn range(&mut self, pointer: &str) -> Option<Range<usize>> {
        let mut range = self.source.block.as_ref()?.object.clone();
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            match self.child(range.start, &step) {
                Some(child) => range = child,
                None => return Some(range.start..range.start + 1),
            }
        }
        Some(range)
    }

    fn child(&mut self, at: usize, step: &str) -> Option<Range<usize>> {
        let text = &self.source.text;
        self.children
            .entry(at)
            .or_insert_with(|| children(text, at))
            .get(step)
            .cloned()
    }
}

/// Returns the children of the object or list that begins at `at`; a scalar has none.
fn children(text: &str, at: usize) -> HashMap<String, Range<usize>> {
    let mut scanner = Scanner::new(text, at);
    match scanner.peek() {
        Some(b'{') => {
            let members = scanner.object().unwrap_or_default();
            members
                .into_iter()
                .map(|member| (member.key, member.value_span))
                .collect()
        }
        Some(b'[') => {
            let items = scanner.array().unwrap_or_default();
            let spans = items.into_iter().map(|item| item.span);
            spans
                .enumerate()
                .map(|(index, span)| (index.to_string(), span))
                .collect()
        }
        _ => HashMap::new(),
    }
}
