/// Replaces values that differ from run to run.
///
/// UUIDs become `id-1`, `id-2` … in the order in which they appear, and 32 hexadecimal digits
/// become `hex-1` …. The hash part of a ref such as `1-5b1f0c9a` becomes dots. Longer hexadecimal
/// runs, which are content hashes, stay.
pub(crate) fn redact(text: &str) -> String {
    let (mut ids, mut hexes) = (Vec::new(), Vec::new());
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(run);
        if is_uuid(word) {
            redacted.push_str(&name("id", &mut ids, word));
        } else if word.len() == 32 && word.chars().all(|c| c.is_ascii_hexdigit()) {
            redacted.push_str(&name("hex", &mut hexes, word));
        } else if let Some(number) = ref_number(word) {
            redacted.push_str(number);
            redacted.push_str("-……");
        } else {
            redacted += word;
        }
        let other = after.chars().next().map_or(0, char::len_utf8);
        redacted += &after[..other];
        rest = &after[other..];
    }
    redacted
}

fn is_part(c: char) -> bool {
    c.is_ascii_hexdigit() || c == '-'
}

fn is_uuid(word: &str) -> bool {
    let lengths: Vec<_> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12]
}

/// Returns the number of a ref's name; its other half depends on the database.
fn ref_number(word: &str) -> Option<&str> {
    let (number, hash) = word.split_once('-')?;
    let is_ref = number.chars().all(|c| c.is_ascii_digit())
        && hash.len() == 8
        && hash.chars().all(|c| c.is_ascii_hexdigit());
    (is_ref && !number.is_empty()).then_some(number)
}

/// Returns the name of `word` among those of its kind.
fn name<'a>(kind: &str, known: &mut Vec<&'a str>, word: &'a str) -> String {
    let index = known.iter().position(|other| *other == word);
    let index = index.unwrap_or_else(|| {
        known.push(word);
        known.len() - 1
    });
    format!("{kind}-{}", index + 1)
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn ids_become_names_and_hashes_stay() {
        let (a, b) = (
            "018f0000-0000-7000-8000-00000000000a",
            "018f0000-0000-7000-8000-00000000000b",
        );
        let hash = "0".repeat(64);
        assert_eq!(
            redact(&format!("{a} {b} {a} {hash} 日本")),
            format!("id-1 id-2 id-1 {hash} 日本")
        );
        assert_eq!(redact(&"ab".repeat(16)), "hex-1");
        assert_eq!(redact("12-5b1f0c9a 2026-11-22"), "12-…… 2026-11-22");
    }
}
