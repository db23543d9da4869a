use super::{Finding, Level};
use crate::{GuideSource, Rendered};

pub(super) fn check(source: &GuideSource, rendered: &Rendered, findings: &mut Vec<Finding>) {
    let notes = &rendered.notes;
    match notes.top_headings.as_slice() {
        [_] => {}
        [] => {
            findings.push(Finding::new(Level::Warn, "top_heading_missing").at_body_line(source, 1));
        }
        [_, second, ..] => {
            let finding = Finding::new(Level::Warn, "top_heading_repeated")
                .with("count", notes.top_headings.len());
            findings.push(finding.at_body_line(source, *second));
        }
    }
    for line in &notes.literal_emphasis {
        findings.push(Finding::new(Level::Warn, "emphasis_literal").at_body_line(source, *line));
    }
    for (line, address) in &notes.unsafe_addresses {
        let finding =
            Finding::new(Level::Error, "address_unsafe").with("address", address.as_str());
        findings.push(finding.at_body_line(source, *line));
    }
}
