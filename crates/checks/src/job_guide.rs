//! [`RuleSet::JobGuide`](annai_content::RuleSet::JobGuide): checks for guides to jobs only.

use std::collections::HashSet;
use std::ops::Range;

use annai_content::{FieldRole, GuideSource, Heading, PointerIndex, Reading, Schema};

use crate::finding::{Edit, Finding, Findings, Fix, Level};
use crate::neighbours::Surroundings;
use crate::pointer_of;
use crate::sections::{NAME, job_name, section_of};

/// The most related guides that a page can show.
const MAX_RELATED: usize = 6;

/// Checks the related guides in the front matter.
pub(crate) fn check_fields(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    findings: &mut Findings,
) {
    let count = schema
        .list_of(FieldRole::Relations, places.source())
        .count();
    let pointer = pointer_of(schema, FieldRole::Relations);
    if let Some(pointer) = pointer.filter(|_| count > MAX_RELATED) {
        let finding = Finding::new(Level::Warn, "related_too_many").with("max", MAX_RELATED);
        findings.push(finding.at_pointer(places, pointer));
    }
}

/// Checks the headings: numbered chapters, the usual sections.
pub(crate) fn check_body(
    source: &GuideSource,
    schema: &Schema,
    reading: &Reading,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    keycaps(source, &reading.headings, findings);
    nesting(source, &reading.headings, findings);
    missing(source, schema, reading, surroundings, findings);
}

/// Returns the chapters as a body to fill in.
pub(crate) fn skeleton() -> String {
    let chapters = KEYCAPS.iter().zip(CHAPTERS);
    let chapters = chapters.map(|(keycap, chapter)| format!("### {keycap} {chapter}\n\n"));
    chapters.collect::<Vec<_>>().join("\n")
}

/// The usual chapters, in the language of the guides.
const CHAPTERS: [&str; 10] = [
    "職種の概要",
    "主な業務",
    "必要なスキルとツール",
    "協業スタイル",
    "キャリアパスと成長の方向性",
    "将来展望と重要性",
    "学習方法",
    "就職可能な企業",
    "面接でよくある質問とその対策",
    "まとめ",
];

const KEYCAPS: [&str; 10] = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣", "🔟"];

/// Returns the number of a heading that begins like `7️⃣`, and the keycap as spelt. The selector in
/// its middle may be missing.
fn keycap(heading: &Heading) -> Option<(usize, &str)> {
    let text = heading.text.as_str();
    if text.starts_with('🔟') {
        return Some((10, &text[..'🔟'.len_utf8()]));
    }
    let digit = text.chars().next()?.to_digit(10)?;
    let behind = text[1..].trim_start_matches('\u{fe0f}');
    let length = text.len() - behind.strip_prefix('\u{20e3}')?.len();
    (digit > 0).then_some((digit as usize, &text[..length]))
}

/// Checks that `1️⃣` to `🔟` count up by one.
fn keycaps(source: &GuideSource, headings: &[Heading], findings: &mut Findings) {
    let mut last = 0;
    for heading in headings {
        let Some((number, spelt)) = keycap(heading) else {
            continue;
        };
        if number != last + 1
            && let Some(right) = KEYCAPS.get(last)
        {
            let at = source.as_str()[heading.range.clone()].find(spelt);
            let start = heading.range.start + at.unwrap_or_default();
            let edit = at.map(|_| Edit::new(start..start + spelt.len(), *right));
            let finding = Finding::new(Level::Warn, "heading_keycap").at(heading.range.clone());
            let finding = finding.with("found", spelt).with("expected", *right);
            findings.push(finding.fixed_by(edit));
        }
        last = number;
    }
}

/// Checks that `### 1.` under `### 7️⃣` is not at the level of its chapter. There is one finding a
/// chapter; its fix moves the whole chapter one level down.
fn nesting(source: &GuideSource, headings: &[Heading], findings: &mut Findings) {
    for (index, chapter) in headings.iter().enumerate() {
        if keycap(chapter).is_none() {
            continue;
        }
        let inside = headings[index + 1..]
            .iter()
            .take_while(|heading| heading.level >= chapter.level && keycap(heading).is_none());
        let inside: Vec<&Heading> = inside.collect();
        let beside = |heading: &&&Heading| heading.level == chapter.level && is_numbered(heading);
        let Some(first) = inside.iter().find(beside) else {
            continue;
        };
        let finding = Finding::new(Level::Warn, "heading_not_nested").at(first.range.clone());
        let finding = finding
            .with("heading", first.text.as_str())
            .with("chapter", chapter.text.as_str())
            .with("count", inside.iter().filter(beside).count());
        let marks = inside.iter().map(|heading| hashes(source, heading));
        let marks: Option<Vec<Range<usize>>> = marks.collect();
        let fix = marks.map(|marks| Fix {
            edits: marks
                .into_iter()
                .map(|mark| Edit::new(mark.end..mark.end, "#"))
                .collect(),
        });
        findings.push(finding.fixed_by(fix));
    }
}

fn is_numbered(heading: &Heading) -> bool {
    let behind = heading
        .text
        .trim_start_matches(|c: char| c.is_ascii_digit());
    behind.len() < heading.text.len() && behind.starts_with(['.', '．', ')'])
}

/// Returns the `###` of a heading that can go one level down.
fn hashes(source: &GuideSource, heading: &Heading) -> Option<Range<usize>> {
    let text = &source.as_str()[heading.range.clone()];
    let length = text.bytes().take_while(|byte| *byte == b'#').count();
    let start = heading.range.start;
    (1..6).contains(&length).then(|| start..start + length)
}

/// Checks for missing sections that nearly all public guides of the category have.
fn missing(
    source: &GuideSource,
    schema: &Schema,
    reading: &Reading,
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let top = reading.headings.iter().find(|heading| heading.level == 1);
    let name = top.map_or("", |top| job_name(&top.text));
    let headings = reading.headings.iter();
    let sections = headings
        .filter(|heading| matches!(heading.level, 2 | 3))
        .map(|heading| section_of(&heading.text, name));
    let own: HashSet<String> = sections.collect();
    let category = schema.text_of(FieldRole::Category, source);
    let place = top.map_or(source.body_start()..source.body_start(), |top| {
        top.range.clone()
    });
    for section in surroundings.usual_sections(category.unwrap_or_default()) {
        if !own.contains(&section) {
            let finding = Finding::new(Level::Hint, "section_missing").at(place.clone());
            findings.push(finding.with("section", section.replace(NAME, name)));
        }
    }
}
