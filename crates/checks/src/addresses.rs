use annai_content::{Address, GuideSource, Reading};

use crate::finding::{Edit, Finding, Findings, Level};

/// Checks for links, images and emphasis that do not work as intended.
pub(crate) fn check(source: &GuideSource, reading: &Reading, findings: &mut Findings) {
    for range in &reading.literal_emphasis {
        findings.push(Finding::new(Level::Warn, "emphasis_literal").at(range.clone()));
    }
    for address in &reading.addresses {
        let found = |level, code| {
            Finding::new(level, code)
                .at(address.range.clone())
                .with("address", address.target.as_str())
        };
        if !address.is_safe() {
            findings.push(found(Level::Error, "address_unsafe"));
        } else if address.is_insecure() {
            let encrypted = encrypted(source, address);
            findings.push(found(Level::Warn, "address_insecure").fixed_by(encrypted));
        }
        let alternative = address.alternative.as_deref();
        if alternative.is_some_and(|text| text.trim().is_empty()) {
            findings.push(found(Level::Warn, "image_without_text"));
        }
    }
}

/// Changes `http:` to `https:`, if the file spells the address literally.
fn encrypted(source: &GuideSource, address: &Address) -> Option<Edit> {
    let text = &source.as_str()[address.range.clone()];
    let start = address.range.start + text.rfind(&address.target)?;
    let scheme = address.target.find(':')?;
    Some(Edit::new(start..start + scheme, "https"))
}
