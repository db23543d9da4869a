//! A JSON reader that records the position of each value.
//!
//! It accepts nothing beyond RFC 8259: no duplicate keys, no lone surrogates, no `\u0000`, no
//! number outside 64-bit floats.

use std::ops::Range;

use serde_json::{Map, Number, Value};

use super::{GuideSource, SourceErrorKind};

/// One `"key": value` of an object; positions are byte offsets into the scanned text.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Value,
    pub(crate) value_span: Range<usize>,
}

/// One element of a list.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) value: Value,
    pub(crate) span: Range<usize>,
}

/// An error and its byte offset.
pub(crate) type LocatedError = (SourceErrorKind, usize);

/// A scanner of JSON values; all offsets refer to its text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at byte `at` of `text`.
    pub(crate) fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, depth: 0 }
    }

    /// Returns the offset of the next byte.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Skips JSON whitespace.
    pub(crate) fn skip_blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Returns the next byte without consuming it.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads an object.
    pub(crate) fn object(&mut self) -> Result<Vec<Member>, LocatedError> {
        self.enter()?;
        let mut members: Vec<Member> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        self.skip_blank();
        if self.peek() == Some(b'}') {
            self.leave();
            return Ok(members);
        }
        loop {
            self.skip_blank();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = self.string()?;
            let key_span = start..self.at;
            if !seen.insert(key.clone()) {
                return Err((SourceErrorKind::DuplicateKey { key }, start));
            }
            self.skip_blank();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:` after the key"));
            }
            self.at += 1;
            self.skip_blank();
            let start = self.at;
            let value = self.value()?;
            let value_span = start..self.at;
            members.push(Member {
                key,
                key_span,
                value,
                value_span,
            });
            if self.end_of_element(b'}', "`,` or `}` after the value")? {
                return Ok(members);
            }
        }
    }

    /// Reads a list.
    pub(crate) fn array(&mut self) -> Result<Vec<Item>, LocatedError> {
        self.enter()?;
        let mut items = Vec::new();
        self.skip_blank();
        if self.peek() == Some(b']') {
            self.leave();
            return Ok(items);
        }
        loop {
            self.skip_blank();
            let start = self.at;
            let value = self.value()?;
            items.push(Item {
                value,
                span: start..self.at,
            });
            if self.end_of_element(b']', "`,` or `]` after the value")? {
                return Ok(items);
            }
        }
    }

    /// Reads any value.
    pub(crate) fn value(&mut self) -> Result<Value, LocatedError> {
        match self.peek() {
            Some(b'{') => {
                let members = self.object()?;
                let map: Map<_, _> = members
                    .into_iter()
                    .map(|member| (member.key, member.value))
                    .collect();
                Ok(Value::Object(map))
            }
            Some(b'[') => {
                let items = self.array()?;
                Ok(Value::Array(
                    items.into_iter().map(|item| item.value).collect(),
                ))
            }
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.unexpected("a JSON value")),
        }
    }

    fn enter(&mut self) -> Result<(), LocatedError> {
        if self.depth == GuideSource::MAX_DEPTH {
            return Err((SourceErrorKind::TooDeep, self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// Reads `,` (returns false) or the closing bracket (returns true).
    fn end_of_element(&mut self, close: u8, expected: &'static str) -> Result<bool, LocatedError> {
        self.skip_blank();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_blank();
                if self.peek() == Some(close) {
                    return Err((SourceErrorKind::TrailingComma, self.at));
                }
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.leave();
                Ok(true)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn unexpected(&self, expected: &'static str) -> LocatedError {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let kind = if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
            SourceErrorKind::Comment
        } else {
            SourceErrorKind::Unexpected {
                expected,
                found: rest.chars().next(),
            }
        };
        (kind, self.at)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, LocatedError> {
        let rest = &self.text[self.at..];
        let follows = rest.as_bytes().get(word.len());
        if rest.starts_with(word) && !follows.is_some_and(u8::is_ascii_alphanumeric) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.unexpected("a JSON value"))
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Number, LocatedError> {
        let start = self.at;
        let bad = (SourceErrorKind::BadNumber, start);
        let mut integer = true;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || (leading_zero && digits > 1) {
            return Err(bad);
        }
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(bad);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(bad);
            }
        }
        let spelling = &self.text[start..self.at];
        number_from(spelling, integer).ok_or((SourceErrorKind::NumberOutOfRange, start))
    }

    fn string(&mut self) -> Result<String, LocatedError> {
        let open = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest
                .bytes()
                .position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20)
                .ok_or((SourceErrorKind::UnclosedString, open))?;
            text.push_str(&rest[..plain]);
            self.at += plain;
            match rest.as_bytes()[plain] {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => text.push(self.escape()?),
                b'\n' | b'\r' => return Err((SourceErrorKind::UnclosedString, open)),
                control => {
                    let code_point = u32::from(control);
                    return Err((SourceErrorKind::ControlCharacter { code_point }, self.at));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, LocatedError> {
        let start = self.at;
        let letter = self.text.as_bytes().get(start + 1).copied();
        self.at += 2;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => return Err((SourceErrorKind::BadEscape, start)),
        })
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, LocatedError> {
        let lone = (SourceErrorKind::LoneSurrogate, start);
        let first = self.four_digits(start)?;
        let code_point = match first {
            0 => return Err((SourceErrorKind::EscapedNul, start)),
            0xd800..=0xdbff => {
                if !self.text[self.at..].starts_with("\\u") {
                    return Err(lone);
                }
                let second_start = self.at;
                self.at += 2;
                let second = self.four_digits(second_start)?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(lone);
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            other => other,
        };
        char::from_u32(code_point).ok_or(lone)
    }

    fn four_digits(&mut self, start: usize) -> Result<u32, LocatedError> {
        let bad = (SourceErrorKind::BadEscape, start);
        let digits = self
            .text
            .as_bytes()
            .get(self.at..self.at + 4)
            .ok_or(bad.clone())?;
        let mut value = 0;
        for digit in digits {
            let digit = char::from(*digit).to_digit(16).ok_or(bad.clone())?;
            value = value * 16 + digit;
        }
        self.at += 4;
        Ok(value)
    }
}

/// Parses a number, correctly rounded; returns `None` outside 64-bit floats.
fn number_from(spelling: &str, integer: bool) -> Option<Number> {
    if integer && spelling != "-0" {
        if let Ok(number) = spelling.parse::<u64>() {
            return Some(number.into());
        }
        if let Ok(number) = spelling.parse::<i64>() {
            return Some(number.into());
        }
    }
    // `from_f64` refuses infinity, the result of an overflow.
    spelling.parse::<f64>().ok().and_then(Number::from_f64)
}
