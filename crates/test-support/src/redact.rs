/// Replaces what differs from run to run: UUIDs become `id-1`, `id-2` … in the order in which
/// they appear, 32 hexadecimal digits `hex-1` …; longer hexadecimal runs (content hashes) stay.
pub(crate) fn redact(text: &str) -> String {
    let (mut ids, mut hexes) = (Vec::new(), Vec::new());
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let run = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(run);
        if is_uuid(word) {
            redacted += &format!("id-{}", position(&mut ids, word));
        } else if word.len() == 32 && word.chars().all(|c| c.is_ascii_hexdigit()) {
            redacted += &format!("hex-{}", position(&mut hexes, word));
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

fn position<'a>(known: &mut Vec<&'a str>, word: &'a str) -> usize {
    match known.iter().position(|other| *other == word) {
        Some(index) => index + 1,
        None => {
            known.push(word);
            known.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn ids_become_names_and_hashes_stay() {
        let (a, b) = ("018f0000-0000-7000-8000-00000000000a", "018f0000-0000-7000-8000-00000000000b");
        let hash = "0".repeat(64);
        assert_eq!(redact(&format!("{a} {b} {a} {hash} 日本")), format!("id-1 id-2 id-1 {hash} 日本"));
        assert_eq!(redact(&"ab".repeat(16)), "hex-1");
    }
}
