//! Comments that read as translations.
//!
//! A summary is the first line of a doc comment. It begins with a verb or a noun, never with a relative
//! clause. Some words have an English that everybody reads at once; they are not used anywhere.

/// The comments that are still to be rewritten. Lower the number with them, never raise it.
pub(super) const LEFT: usize = 533;

/// First words of a summary that is a relative clause.
const CLAUSES: [&str; 7] = ["What", "Where", "Who", "Whose", "How", "Which", "Whatever"];

/// Prepositions that make a clause when `which`, `what` or `whom` follows.
const PREPOSITIONS: [&str; 9] = ["At", "By", "From", "In", "Of", "On", "To", "Under", "With"];

/// Words that are avoided in every comment.
const AVOIDED: [&str; 7] = [
    "whoever",
    "asker",
    "askers",
    "of whose",
    "of which",
    "not any more",
    "is no",
];

/// A comment to rewrite.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) line: usize,
    pub(super) reason: String,
}

/// Finds comments to rewrite in one file.
pub(super) fn find(text: &str) -> Vec<Wording> {
    let mut found = Vec::new();
    let mut in_comment = None;
    for (index, line) in text.lines().enumerate() {
        let (kind, words) = comment(line.trim_start());
        let is_summary = kind == Some(Kind::Doc) && in_comment != kind;
        in_comment = kind;
        let reason = match kind {
            None => continue,
            Some(_) if is_summary => clause(words).or_else(|| avoided(words)),
            Some(_) => avoided(words),
        };
        found.extend(reason.map(|reason| Wording {
            line: index + 1,
            reason,
        }));
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Doc,
    Plain,
}

fn comment(line: &str) -> (Option<Kind>, &str) {
    for mark in ["///", "//!"] {
        if let Some(words) = line.strip_prefix(mark) {
            return (Some(Kind::Doc), words.trim());
        }
    }
    match line.split_once("// ") {
        Some((code, words)) if !code.contains('"') => (Some(Kind::Plain), words),
        _ => (None, ""),
    }
}

fn clause(summary: &str) -> Option<String> {
    let mut words = summary.split(|letter: char| !letter.is_alphanumeric());
    let first = words.next()?;
    let second = words.next().unwrap_or_default();
    let is_clause = CLAUSES.contains(&first)
        || PREPOSITIONS.contains(&first) && ["which", "what", "whom", "whose"].contains(&second);
    is_clause.then(|| format!("a summary begins with `{first}`"))
}

fn avoided(words: &str) -> Option<String> {
    let spaced: String = words
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let spaced = format!(" {} ", spaced.to_lowercase());
    let spaced = spaced.replace(" is no longer ", " ");
    let avoided = AVOIDED
        .iter()
        .find(|word| spaced.contains(&format!(" {word} ")))?;
    Some(format!("it says `{avoided}`"))
}

#[cfg(test)]
mod tests {
    use super::find;

    fn reasons(text: &str) -> Vec<String> {
        let found = find(text).into_iter();
        found
            .map(|wording| format!("{}: {}", wording.line, wording.reason))
            .collect()
    }

    #[test]
    fn a_summary_that_is_a_clause_is_found_and_a_later_line_is_not() {
        let text = [
            "/// What a site reads.",
            "///",
            "/// What follows is fine.",
            "fn f() {}",
            "/// In which encoding it comes.",
            "/// Returns the length.",
        ];

        assert_eq!(
            reasons(&text.join("\n")),
            [
                "1: a summary begins with `What`",
                "5: a summary begins with `In`"
            ]
        );
    }

    #[test]
    fn an_avoided_word_is_found_in_every_comment_and_not_in_code() {
        let text = [
            "/// Returns the key.",
            "/// The asker may keep it.",
            "let a = \"whoever // is no key\";",
            "let b = 1; // this is no key",
            "// It is no longer there.",
        ];

        assert_eq!(
            reasons(&text.join("\n")),
            ["2: it says `asker`", "4: it says `is no`"]
        );
    }
}
