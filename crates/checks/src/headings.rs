use std::collections::HashSet;

use annai_content::{FieldRole, GuideSource, Heading, Reading, Schema, TopHeading};

use crate::finding::{Finding, Findings, Level};
use crate::words::folded;

/// Checks the tree of headings: the top heading that the schema wants, no level skipped, no name twice.
pub(crate) fn check(
    source: &GuideSource,
    schema: &Schema,
    reading: &Reading,
    findings: &mut Findings,
) {
    let headings = &reading.headings;
    let tops = headings.iter().filter(|heading| heading.level == 1);
    let tops: Vec<&Heading> = tops.collect();
    match schema.top_heading() {
        TopHeading::InBody => is_one(source, &tops, findings),
        TopHeading::HoldsTitle => {
            is_one(source, &tops, findings);
            holds_title(source, schema, &tops, findings);
        }
        TopHeading::IsTitle => are_none(&tops, findings),
    }
    let mut above: Vec<(u8, HashSet<&str>)> = vec![(0, HashSet::new())];
    for (index, heading) in headings.iter().enumerate() {
        let previous = index
            .checked_sub(1)
            .map_or(heading.level, |before| headings[before].level);
        if heading.level > previous + 1 {
            let finding = Finding::new(Level::Warn, "heading_skips_level");
            let finding = finding
                .with("found", heading.level)
                .with("expected", previous + 1);
            findings.push(finding.at(heading.range.clone()));
        }
        above.truncate(above.partition_point(|(level, _)| *level < heading.level));
        let is_new = above
            .last_mut()
            .is_none_or(|(_, names)| names.insert(heading.text.as_str()));
        // Another check reports a second top heading.
        if !is_new && heading.level > 1 {
            let finding = Finding::new(Level::Warn, "heading_repeated");
            let finding = finding.with("heading", heading.text.as_str());
            findings.push(finding.at(heading.range.clone()));
        }
        above.push((heading.level, HashSet::new()));
    }
}

fn is_one(source: &GuideSource, tops: &[&Heading], findings: &mut Findings) {
    match tops {
        [] => {
            let start = source.body_start();
            findings.push(Finding::new(Level::Warn, "top_heading_missing").at(start..start));
        }
        [_] => {}
        [_, second, ..] => {
            let finding = Finding::new(Level::Warn, "top_heading_repeated");
            findings.push(finding.with("count", tops.len()).at(second.range.clone()));
        }
    }
}

fn holds_title(source: &GuideSource, schema: &Schema, tops: &[&Heading], findings: &mut Findings) {
    let title = schema.text_of(FieldRole::Title, source).unwrap_or_default();
    if let Some(top) = tops.first()
        && !folded(&top.text).contains(&folded(title))
    {
        let finding = Finding::new(Level::Warn, "top_heading_without_title");
        findings.push(finding.with("title", title).at(top.range.clone()));
    }
}

fn are_none(tops: &[&Heading], findings: &mut Findings) {
    if let Some(top) = tops.first() {
        let finding = Finding::new(Level::Warn, "top_heading_beside_title");
        let finding = finding.with("heading", top.text.as_str());
        findings.push(finding.at(top.range.clone()));
    }
}
