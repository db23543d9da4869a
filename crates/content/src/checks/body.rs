use super::{Finding, Level, MOST_OF_A_KIND};
use crate::{GuideSource, Rendered};

pub(super) fn check(source: &GuideSource, rendered: &Rendered, findings: &mut Vec<Finding>) {
    let notes = &rendered.notes;
    let first = source.body_line();
    let mut push = |level, code, body_line: u32, argument: Option<(&str, &str)>| {
        let mut finding = Finding::new(level, code).at_line(first + body_line.saturating_sub(1));
        if let Some((name, value)) = argument {
            finding = finding.with(name, value);
        }
        findings.push(finding);
    };
    match notes.top_headings.as_slice() {
        [_] => {}
        [] => push(Level::Warn, "top_heading_missing", 1, None),
        [_, second, ..] => push(Level::Warn, "top_heading_repeated", *second, None),
    }
    for line in notes.literal_emphasis.iter().take(MOST_OF_A_KIND) {
        push(Level::Warn, "emphasis_literal", *line, None);
    }
    for (line, address) in notes.unsafe_addresses.iter().take(MOST_OF_A_KIND) {
        push(
            Level::Error,
            "address_unsafe",
            *line,
            Some(("address", address)),
        );
    }
    for (line, address) in notes.insecure_addresses.iter().take(MOST_OF_A_KIND) {
        push(
            Level::Warn,
            "address_insecure",
            *line,
            Some(("address", address)),
        );
    }
    for (line, address) in notes.images_without_text.iter().take(MOST_OF_A_KIND) {
        push(
            Level::Warn,
            "image_without_text",
            *line,
            Some(("address", address)),
        );
    }
}
