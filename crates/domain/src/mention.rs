use std::ops::Range;

/// A mention in a text, such as `@山田 太郎`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The bytes of the sign and the name.
    pub range: Range<usize>,
    /// The name as `names` has it, without the sign.
    pub name: String,
}

/// Finds the mentions of `names` in `text`: `@`, or the full-width `＠`, followed by the exact name.
///
/// If several names begin alike, the longest one counts. A sign within a Latin word, as in an
/// e-mail address, mentions nobody, and a Latin name does not end within a word.
pub fn mentions<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<Mention> {
    let mut names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let is_sign = |character: char| matches!(character, '@' | '＠');
    let mut mentions: Vec<Mention> = Vec::new();
    for (start, sign) in text.match_indices(is_sign) {
        let behind = &text[start + sign.len()..];
        let is_in_word = text[..start].ends_with(|before: char| before.is_ascii_alphanumeric());
        let is_in_mention = mentions.last().is_some_and(|last| start < last.range.end);
        let mentioned = names.iter().find(|name| {
            let rest = behind.strip_prefix(**name);
            rest.is_some_and(|rest| !(ends_latin(name) && begins_latin(rest)))
        });
        if let (Some(name), false, false) = (mentioned, is_in_word, is_in_mention) {
            mentions.push(Mention {
                range: start..start + sign.len() + name.len(),
                name: (*name).to_owned(),
            });
        }
    }
    mentions
}

fn ends_latin(text: &str) -> bool {
    text.ends_with(|last: char| last.is_ascii_alphanumeric())
}

fn begins_latin(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("@山田 ご確認ください。", &["山田"])]
    #[case("＠山田さん、@佐藤 花子さん", &["山田", "佐藤 花子"])]
    #[case("@山田太郎さん", &["山田太郎"])]
    #[case("@Kenさん", &["Ken"])]
    #[case("@Kenji", &[])]
    #[case("ken@Ken", &[])]
    #[case("@知らない人 @", &[])]
    #[case("山田", &[])]
    #[case("@@山田", &["山田"])]
    #[case("@a@b", &["a@b"])]
    fn a_name_behind_the_sign_mentions_somebody(#[case] text: &str, #[case] expected: &[&str]) {
        let names = ["山田", "佐藤 花子", "山田太郎", "Ken", "", "a@b", "b"];
        let found = mentions(text, names);
        let mentioned: Vec<_> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(mentioned, expected);
        for mention in found {
            let spelt = &text[mention.range];
            assert_eq!(spelt.trim_start_matches(['@', '＠']), mention.name);
        }
    }
}
