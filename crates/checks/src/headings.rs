use std::collections::HashSet;

use annai_content::{GuideSource, Heading, Reading};

use crate::finding::{Finding, Findings, Level};

/// Checks the tree of headings: one top heading, no level skipped, no name twice.
pub(crate) fn check(source: &GuideSource, reading: &Reading, findings: &mut Findings) {
    let headings = &reading.headings;
    top(source, headings, findings);
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

fn top(source: &GuideSource, headings: &[Heading], findings: &mut Findings) {
    let tops: Vec<&Heading> = headings
        .iter()
        .filter(|heading| heading.level == 1)
        .collect();
    match tops.as_slice() {
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
