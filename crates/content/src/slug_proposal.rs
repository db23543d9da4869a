use annai_domain::Slug;

/// Proposes a slug from the first run of Latin words of a heading or title.
///
/// `[完全ガイド] Platform Engineer: …` gives `platform_engineer`. Returns `None` when no run has at
/// least two letters or digits and begins with a letter; then a person must choose.
#[must_use]
pub fn propose_slug(text: &str) -> Option<Slug> {
    let folded: String = unicode_normalization::UnicodeNormalization::nfkc(text).collect();
    folded
        .split(ends_run)
        .map(words)
        .find(|slug| is_usable(slug))
        .and_then(|slug| slug.parse().ok())
}

/// Returns whether `character` ends a run: it is neither Latin nor a digit nor a separator.
fn ends_run(character: char) -> bool {
    !(character.is_ascii_alphanumeric()
        || matches!(character, ' ' | '-' | '_' | '/' | '.' | '&' | '+' | '#'))
}

fn words(run: &str) -> String {
    let mut slug = String::new();
    for word in run.split(|character: char| !character.is_ascii_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        let separator = usize::from(!slug.is_empty());
        if slug.len() + separator + word.len() > Slug::MAX_LENGTH {
            break;
        }
        if separator == 1 {
            slug.push('_');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    slug
}

fn is_usable(slug: &str) -> bool {
    slug.len() > 1 && slug.starts_with(|character: char| character.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The browser's script runs on the same texts.
    #[test]
    fn the_latin_run_becomes_the_slug_as_in_the_browser() {
        let text = include_str!("../../../tests/fixtures/slug_proposals.json");
        let proposals: Vec<(String, Option<String>)> = serde_json::from_str(text).unwrap();
        for (title, slug) in proposals {
            assert_eq!(
                propose_slug(&title).as_ref().map(Slug::as_str),
                slug.as_deref(),
                "{title}"
            );
        }
    }

    #[test]
    fn a_long_run_ends_at_a_whole_word() {
        let slug = propose_slug(&"engineer ".repeat(40)).unwrap();
        assert_eq!(slug.as_str(), ["engineer"; 9].join("_"));
    }
}
