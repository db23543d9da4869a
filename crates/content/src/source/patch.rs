//! Changes one field without touching the bytes of any other.

use std::ops::Range;

use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::json::{Item, Scanner};
use super::layout::{Layout, same, spell_scalar};
use super::{Block, GuideSource, Place, SourceError, is_javascript_blank};

impl GuideSource {
    /// Sets `key` to `value`.
    ///
    /// Only the bytes of that value change, and in a list only the elements that differ; an equal
    /// value changes nothing. A new key gets a line of its own above the last field, so that no
    /// other line changes. A file without front matter gets a block.
    ///
    /// # Errors
    ///
    /// Returns [`SourceError`] when the result would not be a guide: too large, too deep, `\u0000`.
    pub fn with_field(&self, key: &str, value: &Value) -> Result<Self, SourceError> {
        if self
            .front_matter
            .get(key)
            .is_some_and(|old| same(old, value))
        {
            return Ok(self.clone());
        }
        let Some(block) = &self.block else {
            let mut fields = Map::new();
            fields.insert(key.to_owned(), value.clone());
            return self.with_new_block(&fields);
        };
        let layout = self.layout(block);
        match block.members.iter().position(|place| place.key == key) {
            Some(index) => {
                let span = block.members[index].value_span.clone();
                let indent = self.indent_of(block.members[index].key_span.start);
                let spelt = patch_value(&self.text[span.clone()], value, &indent, &layout);
                self.replace(span, &spelt)
            }
            None => self.with_added_field(block, key, value, &layout),
        }
    }

    /// Writes a guide of `fields` and `body`, with the line end of `body` in the block.
    pub(crate) fn compose(fields: &Map<String, Value>, body: &str) -> Result<Self, SourceError> {
        let end = line_end_of(body);
        let object = Layout::canonical(end).spell(&Value::Object(fields.clone()), "");
        Self::parse(format!("---json{end}{object}{end}---{end}{body}"))
    }

    /// Replaces the body, byte for byte.
    pub(crate) fn with_body(&self, body: &str) -> Result<Self, SourceError> {
        let head = &self.text[..self.body_start];
        // After `---` without a line end the body needs one, or the fence would grow.
        let first_line = body.split(['\n', '\r']).next().unwrap_or_default();
        let needs_line_end = self.block.is_some()
            && !head.ends_with('\n')
            && !first_line.chars().all(is_javascript_blank);
        let line_end = if needs_line_end {
            line_end_of(head)
        } else {
            ""
        };
        Self::parse(format!("{head}{line_end}{body}"))
    }

    /// Removes `key`; changes nothing when it is absent.
    ///
    /// # Errors
    ///
    /// As for [`with_field`](Self::with_field); in practice removing a field cannot fail.
    pub fn without_field(&self, key: &str) -> Result<Self, SourceError> {
        let Some(block) = &self.block else {
            return Ok(self.clone());
        };
        let Some(index) = block.members.iter().position(|place| place.key == key) else {
            return Ok(self.clone());
        };
        let member = &block.members[index];
        let span = if let Some(next) = block.members.get(index + 1) {
            member.key_span.start..next.key_span.start
        } else if index > 0 {
            block.members[index - 1].value_span.end..member.value_span.end
        } else {
            block.object.start + 1..member.value_span.end
        };
        self.replace(span, "")
    }

    /// Creates a guide in the canonical layout: two spaces, a line per field and list element, LF.
    ///
    /// # Errors
    ///
    /// Returns [`SourceError`] when the fields or the body cannot be a guide.
    pub fn new_guide(fields: &Map<String, Value>, body: &str) -> Result<Self, SourceError> {
        let object = Layout::canonical("\n").spell(&Value::Object(fields.clone()), "");
        Self::parse(format!("---json\n{object}\n---\n{body}"))
    }

    fn with_new_block(&self, fields: &Map<String, Value>) -> Result<Self, SourceError> {
        let end = line_end_of(&self.text);
        let object = Layout::canonical(end).spell(&Value::Object(fields.clone()), "");
        let block = format!("---json{end}{object}{end}---{end}");
        self.replace(self.body_start..self.body_start, &block)
    }

    fn with_added_field(
        &self,
        block: &Block,
        key: &str,
        value: &Value,
        layout: &Layout,
    ) -> Result<Self, SourceError> {
        let key = spell_scalar(&Value::from(key));
        let Some(last) = block.members.last() else {
            let end = layout.line_end;
            let outer = self.indent_of(block.object.start);
            let inner = layout.deeper(&outer);
            let value = layout.spell(value, &inner);
            return self.replace(
                block.object.clone(),
                &format!("{{{end}{inner}{key}: {value}{end}{outer}}}"),
            );
        };
        let start = last.key_span.start;
        let value = layout.spell(value, &self.indent_of(start));
        let colon = self.colon_of(last);
        self.replace(
            start..start,
            &format!("{key}{colon}{value},{}", self.gap_before(block, start)),
        )
    }

    /// Returns the blanks before the member at `start`, which a new neighbour repeats.
    fn gap_before(&self, block: &Block, start: usize) -> &str {
        let before = &self.text[block.object.start..start];
        let gap = &before[before.trim_end_matches([' ', '\t', '\r', '\n']).len()..];
        if gap.is_empty() || (block.members.len() == 1 && !gap.contains('\n')) {
            " "
        } else {
            gap
        }
    }

    /// Returns the text between the key and the value of `place`, usually `: `.
    fn colon_of(&self, place: &Place) -> &str {
        let colon = &self.text[place.key_span.end..place.value_span.start];
        if colon.contains('\n') { ": " } else { colon }
    }

    fn replace(&self, span: Range<usize>, with: &str) -> Result<Self, SourceError> {
        let mut text = self.text.clone();
        text.replace_range(span, with);
        Self::parse(text)
    }

    /// Returns the indentation of the line that contains byte `offset`.
    fn indent_of(&self, offset: usize) -> String {
        let line_start = self.text[..offset].rfind('\n').map_or(0, |index| index + 1);
        let line = &self.text[line_start..offset];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// Detects the layout of this block: line ends, indentation, and one line or many.
    fn layout(&self, block: &Block) -> Layout {
        let line_end = line_end_of(&self.text[..block.object.end]);
        let Some(first) = block.members.first() else {
            return Layout::canonical(line_end);
        };
        let opening = &self.text[block.object.start..first.key_span.start];
        if !opening.contains('\n') {
            return Layout {
                line_end,
                unit: String::new(),
                multi_line: false,
            };
        }
        let outer = self.indent_of(block.object.start);
        let inner = self.indent_of(first.key_span.start);
        let unit = inner
            .strip_prefix(&outer)
            .filter(|unit| !unit.is_empty())
            .unwrap_or("  ")
            .to_owned();
        let first_list = block
            .members
            .iter()
            .map(|place| &self.text[place.value_span.clone()])
            .find(|raw| {
                raw.starts_with('[')
                    && !raw
                        .trim_matches(['[', ']', ' ', '\t', '\r', '\n'])
                        .is_empty()
            });
        Layout {
            line_end,
            unit,
            multi_line: first_list.is_none_or(|raw| raw.contains('\n')),
        }
    }
}

fn line_end_of(text: &str) -> &'static str {
    match text.find('\n') {
        Some(index) if text[..index].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Spells `value` in place of `raw`, keeping unchanged parts as they are.
fn patch_value(raw: &str, value: &Value, indent: &str, layout: &Layout) -> String {
    match (raw.as_bytes().first(), value) {
        (Some(b'['), Value::Array(new)) => match Scanner::new(raw, 0).array() {
            Ok(items) if !items.is_empty() && !new.is_empty() => {
                patch_list(raw, &items, new, indent, layout)
            }
            _ => layout.spell(value, indent),
        },
        (Some(b'{'), Value::Object(new)) => patch_object(raw, new, indent, layout),
        _ => layout.spell(value, indent),
    }
}

fn layout_like(raw: &str, layout: &Layout) -> Layout {
    let multi_line = raw.contains('\n');
    let unit = if multi_line && layout.unit.is_empty() {
        "  ".to_owned()
    } else {
        layout.unit.clone()
    };
    Layout {
        line_end: layout.line_end,
        unit,
        multi_line,
    }
}

fn patch_object(raw: &str, new: &Map<String, Value>, indent: &str, layout: &Layout) -> String {
    let layout = layout_like(raw, layout);
    let whole = || layout.spell(&Value::Object(new.clone()), indent);
    let Ok(members) = Scanner::new(raw, 0).object() else {
        return whole();
    };
    let same_keys =
        members.len() == new.len() && members.iter().all(|member| new.contains_key(&member.key));
    if members.is_empty() || !same_keys {
        return whole();
    }
    let inner = layout.deeper(indent);
    let mut patched = raw.to_owned();
    for member in members.iter().rev() {
        if let Some(value) = new
            .get(&member.key)
            .filter(|value| !same(&member.value, value))
        {
            let spelt = patch_value(&raw[member.value_span.clone()], value, &inner, &layout);
            patched.replace_range(member.value_span.clone(), &spelt);
        }
    }
    patched
}

/// Spells a list in place of another.
///
/// Remaining elements keep their spelling, and remaining neighbours keep the gap between them.
fn patch_list(raw: &str, old: &[Item], new: &[Value], indent: &str, layout: &Layout) -> String {
    let layout = layout_like(raw, layout);
    let opening = &raw[1..old[0].span.start];
    let inner = opening
        .rsplit_once('\n')
        .map_or_else(|| layout.deeper(indent), |(_, indent)| indent.to_owned());
    let gap = |index: usize| &raw[old[index].span.end..old[index + 1].span.start];
    let usual_gap = if old.len() > 1 {
        gap(0).to_owned()
    } else if opening.contains('\n') {
        format!(",{opening}")
    } else {
        ", ".to_owned()
    };
    let kept = kept_elements(old, new);
    let mut text = format!("[{opening}");
    let mut previous = None;
    for (index, (value, kept)) in new.iter().zip(kept).enumerate() {
        if index > 0 {
            let neighbours =
                matches!((previous, kept), (Some(left), Some(right)) if left + 1 == right);
            text.push_str(match previous {
                Some(left) if neighbours => gap(left),
                _ => &usual_gap,
            });
        }
        match kept {
            Some(old_index) => text.push_str(&raw[old[old_index].span.clone()]),
            None => text.push_str(&layout.spell(value, &inner)),
        }
        previous = kept;
    }
    text.push_str(&raw[old[old.len() - 1].span.end..]);
    text
}

/// Returns for each new element the old one whose spelling it keeps.
fn kept_elements(old: &[Item], new: &[Value]) -> Vec<Option<usize>> {
    let old: Vec<String> = old.iter().map(|item| item.value.to_string()).collect();
    let new: Vec<String> = new.iter().map(Value::to_string).collect();
    let mut kept = vec![None; new.len()];
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = operation
        {
            for step in 0..len {
                kept[new_index + step] = Some(old_index + step);
            }
        }
    }
    kept
}
