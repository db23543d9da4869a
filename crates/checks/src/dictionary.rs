//! The dictionary of this site's spellings: a file in prh's YAML format.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::{Regex, RegexSet, RegexSetBuilder};
use serde::Deserialize;

use crate::grounds::Study;
use crate::letters::around;

/// A dictionary of spellings, from a file such as `content/dictionary.yml`.
///
/// The format is that of [prh](https://github.com/prh/prh), version 1: rules with `expected`,
/// `pattern` or `patterns` (a text, or a `/regular expression/`), `regexpMustEmpty`,
/// `options.wordBoundary` and `specs`. A rule without pattern finds every other spelling of
/// `expected` in upper, lower and full-width letters. Expressions run in time linear in the text,
/// so they know no look-around; `regexpMustEmpty` stands in for it. `imports` are refused.
///
/// Words end where the script changes, so `wordBoundary` also works for Japanese.
///
/// Two keys are ours. A rule offers its fix only if its `study` names one of the file's `studies`:
/// a record that somebody looked at 50 real places and saw no damage.
#[derive(Debug)]
pub struct Dictionary {
    patterns: Vec<Pattern>,
    /// The same patterns in one set: one pass tells which of them need to run.
    set: RegexSet,
}

#[derive(Debug)]
struct Pattern {
    regex: Regex,
    /// The right spelling, with `${1}` for the text of a group.
    expected: String,
    /// A group that must be empty.
    must_be_empty: Option<usize>,
    /// Whether the word must end where the script changes.
    is_bounded: bool,
    /// Whether a study allows the fix.
    is_fixable: bool,
}

/// A spelling that the dictionary corrects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misspelling {
    pub(crate) range: Range<usize>,
    pub(crate) expected: String,
    /// Whether a study allows the fix.
    pub(crate) is_fixable: bool,
}

/// The reason why a text is not a usable dictionary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DictionaryError {
    /// The text is not YAML in prh's form.
    #[error("the dictionary is not in prh's format: {0}")]
    NotPrh(String),
    /// Another version of the format.
    #[error("the dictionary has version {0}: only 1 is known")]
    Version(u32),
    /// A rule cannot be used.
    #[error("the dictionary's rule for {expected:?}: {reason}")]
    BadRule {
        /// The right spelling of the rule.
        expected: String,
        /// The fault of the rule.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    studies: BTreeMap<String, Study>,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Rule {
    expected: String,
    #[serde(default, alias = "patterns")]
    pattern: Option<OneOrMany>,
    #[serde(default)]
    regexp_must_empty: Option<String>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    study: Option<String>,
    #[serde(default)]
    specs: Vec<Spec>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Options {
    #[serde(default)]
    word_boundary: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    from: String,
    to: String,
}

impl Dictionary {
    /// Parses a dictionary and tests every rule against its own `specs`.
    ///
    /// # Errors
    ///
    /// [`DictionaryError`] names the rule that cannot be used or fails its `specs`.
    pub fn parse(text: &str) -> Result<Self, DictionaryError> {
        let file: File = serde_yaml_ng::from_str(text)
            .map_err(|error| DictionaryError::NotPrh(error.to_string()))?;
        if file.version != 1 {
            return Err(DictionaryError::Version(file.version));
        }
        if let Some((name, _)) = file.studies.iter().find(|(_, study)| !study.is_complete()) {
            let reason = format!("the study {name:?} is not complete");
            return Err(DictionaryError::NotPrh(reason));
        }
        let mut patterns = Vec::new();
        for rule in &file.rules {
            let bad = |reason: String| DictionaryError::BadRule {
                expected: rule.expected.clone(),
                reason,
            };
            let of_rule = rule.patterns(&file.studies).map_err(bad)?;
            for spec in &rule.specs {
                let got = respell(&of_rule, &spec.from);
                if got != spec.to {
                    let reason = format!("{:?} becomes {got:?}, not {:?}", spec.from, spec.to);
                    return Err(bad(reason));
                }
            }
            patterns.extend(of_rule);
        }
        let set = RegexSetBuilder::new(patterns.iter().map(|pattern| pattern.regex.as_str()))
            .size_limit(64 << 20)
            .dfa_size_limit(16 << 20)
            .build()
            .map_err(|error| DictionaryError::NotPrh(error.to_string()))?;
        Ok(Self { patterns, set })
    }

    /// Counts the patterns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Returns whether the dictionary is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Finds the wrong spellings in `text`, in order. If two overlap, the earlier one counts, then
    /// the longer one.
    pub(crate) fn find(&self, text: &str) -> Vec<Misspelling> {
        let worth_running = self.set.matches(text).into_iter();
        let patterns = worth_running.map(|index| &self.patterns[index]);
        in_order(patterns.flat_map(|pattern| pattern.find(text)).collect())
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self {
            patterns: Vec::new(),
            set: RegexSet::empty(),
        }
    }
}

impl Rule {
    fn patterns(&self, studies: &BTreeMap<String, Study>) -> Result<Vec<Pattern>, String> {
        let study = self.study.as_ref().map(|name| {
            let study = studies.get(name);
            study.ok_or_else(|| format!("there is no study {name:?}"))
        });
        let is_fixable = study.transpose()?.is_some_and(Study::allows_fix);
        let spelt = match &self.pattern {
            None => vec![any_width(&self.expected)],
            Some(OneOrMany::One(pattern)) => vec![translated(pattern)?],
            Some(OneOrMany::Many(patterns)) => patterns
                .iter()
                .map(|pattern| translated(pattern))
                .collect::<Result<_, _>>()?,
        };
        let must_be_empty = self.regexp_must_empty.as_deref().map(|group| {
            let number = group
                .strip_prefix('$')
                .and_then(|number| number.parse().ok());
            number.ok_or_else(|| format!("regexpMustEmpty is {group:?}, not $1 or the like"))
        });
        let must_be_empty = must_be_empty.transpose()?;
        let pattern = |spelt: String| {
            Ok(Pattern {
                regex: Regex::new(&spelt).map_err(|error| error.to_string())?,
                expected: groups(&self.expected),
                must_be_empty,
                is_bounded: self.options.word_boundary,
                is_fixable,
            })
        };
        spelt.into_iter().map(pattern).collect()
    }
}

impl Pattern {
    fn find(&self, text: &str) -> Vec<Misspelling> {
        let matches = self.regex.captures_iter(text).filter_map(|captures| {
            let found = captures.get(0)?;
            let group = self.must_be_empty.and_then(|group| captures.get(group));
            let mut expected = String::new();
            captures.expand(&self.expected, &mut expected);
            let is_wrong = expected != found.as_str()
                && group.is_none_or(|group| group.is_empty())
                && (!self.is_bounded || is_word(text, &found.range()));
            is_wrong.then(|| Misspelling {
                range: found.range(),
                expected,
                is_fixable: self.is_fixable,
            })
        });
        matches.collect()
    }
}

/// Returns whether the script changes at both ends of `range`.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    let is_end = |at: usize| {
        let (before, behind) = around(text, at);
        before.is_none() || before != behind
    };
    is_end(range.start) && is_end(range.end)
}

fn in_order(mut found: Vec<Misspelling>) -> Vec<Misspelling> {
    found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end)));
    let mut end = 0;
    found.retain(|one| {
        let is_apart = one.range.start >= end;
        end = if is_apart { one.range.end } else { end };
        is_apart
    });
    found
}

fn respell(patterns: &[Pattern], text: &str) -> String {
    let found = patterns.iter().flat_map(|pattern| pattern.find(text));
    let mut respelt = text.to_owned();
    for one in in_order(found.collect()).into_iter().rev() {
        respelt.replace_range(one.range, &one.expected);
    }
    respelt
}

/// Writes a pattern for every spelling of a word in upper, lower and full-width letters.
fn any_width(word: &str) -> String {
    let one = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => {
            let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c);
            let (upper, lower) = (
                character.to_ascii_uppercase(),
                character.to_ascii_lowercase(),
            );
            format!("[{lower}{upper}{}{}]", wide(lower), wide(upper))
        }
        other => regex::escape(other.encode_utf8(&mut [0; 4])),
    };
    word.chars().map(one).collect()
}

/// Translates a pattern of prh, a JavaScript expression between slashes or a plain text, to our
/// engine.
fn translated(pattern: &str) -> Result<String, String> {
    let Some((expression, flags)) = pattern
        .strip_prefix('/')
        .and_then(|rest| rest.rsplit_once('/'))
    else {
        return Ok(regex::escape(pattern));
    };
    if let Some(unknown) = flags.chars().find(|flag| !"gimsu".contains(*flag)) {
        return Err(format!("the flag {unknown:?} is not known"));
    }
    let flags: String = flags.chars().filter(|flag| "ims".contains(*flag)).collect();
    let mut ours = if flags.is_empty() {
        String::new()
    } else {
        format!("(?{flags})")
    };
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' {
            characters.next()
        } else {
            None
        };
        match escaped {
            // Boundaries are those of ASCII words, as in JavaScript.
            Some('b') => ours.push_str(BOUNDARY),
            Some('/') => ours.push('/'),
            Some(escaped) => ours.extend(['\\', escaped]),
            None => ours.push(character),
        }
    }
    Ok(ours)
}

const BOUNDARY: &str = r"(?-u:\b)";

/// Rewrites `$1` to `${1}`, so that any text may follow.
fn groups(expected: &str) -> String {
    let mut parts = expected.split('$');
    let mut ours = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        if number.is_empty() {
            ours.push_str("$$");
        } else {
            ours.extend(["${", number, "}"]);
        }
        ours.push_str(rest);
    }
    ours
}
