//! The sections of a guide, with names that can be compared between guides.

use std::collections::BTreeSet;

/// The placeholder for a guide's own job in the name of a section: `〇〇の協業スタイル`.
pub(crate) const NAME: char = '\u{fffc}';

/// Returns the names of the sections of a body.
pub(crate) fn sections(body: &str) -> BTreeSet<String> {
    let mut is_code = false;
    let lines = body.lines().filter(|line| {
        let is_fence = line.starts_with("```") || line.starts_with("~~~");
        is_code ^= is_fence;
        !is_code
    });
    let mut name = String::new();
    let mut sections = BTreeSet::new();
    for line in lines {
        let text = line.trim_start_matches('#');
        match line.len() - text.len() {
            1 if name.is_empty() => job_name(text).clone_into(&mut name),
            2 | 3 => {
                sections.insert(section_of(text, &name));
            }
            _ => {}
        }
    }
    sections
}

/// Returns the job in a top heading: `[完全ガイド] SRE Engineer: …` is about `SRE Engineer`.
pub(crate) fn job_name(heading: &str) -> &str {
    let heading = heading.trim();
    let text = heading
        .strip_prefix('[')
        .and_then(|text| text.split_once(']'));
    let text = text.map_or(heading, |(_, text)| text);
    text.split_once([':', '：'])
        .map_or("", |(name, _)| name.trim())
}

/// Returns the topic of a section without its number, its emoji and the job of its guide.
pub(crate) fn section_of(heading: &str, name: &str) -> String {
    let is_ornament = |c: char| !c.is_alphanumeric() || c.is_ascii_digit();
    let text = heading.trim_start_matches(is_ornament);
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric() && !"）)」".contains(c));
    if name.is_empty() {
        text.to_owned()
    } else {
        text.replace(name, NAME.encode_utf8(&mut [0; 4]))
    }
}
