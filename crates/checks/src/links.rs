//! Links to guides and to headings.

use std::collections::HashSet;
use std::hash::BuildHasher;

use annai_content::{
    Address, Anchors, FieldRole, GuideLink, GuideSource, LinkSpelling, Reading, Schema,
    guide_reference, has_too_many_references,
};
use annai_domain::{GuideUrls, limits};

use crate::finding::{Edit, Finding, Findings, Level};
use crate::neighbours::{Known, Surroundings};

/// The code of a link to a guide that does not exist.
const UNKNOWN: &str = "link_guide_unknown";

/// Checks for more references than are kept. Links beyond them would not follow their guides.
pub(crate) fn count(
    source: &GuideSource,
    schema: &Schema,
    reading: &Reading,
    findings: &mut Findings,
) {
    if has_too_many_references(source, schema, reading) {
        let finding = Finding::new(Level::Error, "references_too_many");
        findings.push(finding.with("most", limits::REFERENCES));
    }
}

/// Checks for links to guides and headings that are not there.
pub(crate) fn check(
    source: &GuideSource,
    schema: &Schema,
    (reading, anchors): (&Reading, &Anchors),
    surroundings: &Surroundings<'_>,
    findings: &mut Findings,
) {
    let own = schema.text_of(FieldRole::Slug, source);
    for address in links(reading) {
        let found = |level, code| {
            Finding::new(level, code)
                .at(address.range.clone())
                .with("address", address.target.as_str())
        };
        let target = address.target.trim();
        if target.is_empty() {
            findings.push(found(Level::Warn, "link_empty"));
        } else if let Some(anchor) = target.strip_prefix('#') {
            if !anchors.have(anchor) {
                findings.push(found(Level::Warn, "link_anchor_missing"));
            }
        } else if let Some(link) = GuideLink::of(target, &surroundings.urls) {
            if own == Some(link.slug) {
                if link.anchor.is_some_and(|anchor| !anchors.have(anchor)) {
                    findings.push(found(Level::Warn, "link_anchor_missing"));
                }
            } else if let Some(finding) = of_guide(source, address, &link, surroundings) {
                findings.push(finding);
            }
        }
    }
}

/// Returns the finding for a link to another guide.
fn of_guide(
    source: &GuideSource,
    address: &Address,
    link: &GuideLink<'_>,
    surroundings: &Surroundings<'_>,
) -> Option<Finding> {
    let found = |level, code| {
        Finding::new(level, code)
            .at(address.range.clone())
            .with("address", address.target.as_str())
            .with("slug", link.slug)
    };
    match surroundings.find(link.slug)? {
        Known::Nothing if is_certain(link) => Some(unknown(address, link)),
        // Another page of the site may be there.
        Known::Nothing => Some(found(Level::Warn, UNKNOWN)),
        Known::Unpublished => Some(found(Level::Warn, "link_guide_not_public")),
        Known::Moved(to) => {
            let renamed = slug_in(source, address, link.slug);
            let fix = renamed.map(|range| Edit::new(range, to));
            Some(
                found(Level::Warn, "link_guide_moved")
                    .with("to", to)
                    .fixed_by(fix),
            )
        }
        Known::Guide(_) if surroundings.lacks_anchor(link) => {
            Some(found(Level::Warn, "link_anchor_missing"))
        }
        Known::Guide(_) if link.spelling == LinkSpelling::File => {
            let anchor = link.anchor.map(|anchor| format!("#{anchor}"));
            let reference = guide_reference(link.slug) + anchor.as_deref().unwrap_or_default();
            let whole = spelt(source, address, &address.target);
            let fix = whole.map(|range| Edit::new(range, reference));
            Some(found(Level::Hint, "link_to_file").fixed_by(fix))
        }
        Known::Guide(_) => None,
    }
}

/// Returns whether an address can mean a guide only.
fn is_certain(link: &GuideLink<'_>) -> bool {
    match link.spelling {
        LinkSpelling::Reference | LinkSpelling::Api => true,
        LinkSpelling::Site | LinkSpelling::File => false,
    }
}

fn unknown(address: &Address, link: &GuideLink<'_>) -> Finding {
    Finding::new(Level::Error, UNKNOWN)
        .at(address.range.clone())
        .with("address", address.target.as_str())
        .with("slug", link.slug)
}

/// Lists the slugs in links that can mean a guide only, each once.
#[must_use]
pub fn certain_links(source: &GuideSource) -> Vec<String> {
    let reading = Reading::of(source);
    let urls = GuideUrls::default();
    let named = links(&reading).filter_map(|address| GuideLink::of(address.target.trim(), &urls));
    let slugs: HashSet<&str> = named.filter(is_certain).map(|link| link.slug).collect();
    slugs.into_iter().map(str::to_owned).collect()
}

/// Returns the errors for the links of [`certain_links`] to the guides `missing`.
#[must_use]
pub fn broken_links<S: BuildHasher>(
    source: &GuideSource,
    missing: &HashSet<String, S>,
) -> Vec<Finding> {
    let reading = Reading::of(source);
    let urls = GuideUrls::default();
    let mut findings = Findings::default();
    for address in links(&reading) {
        let link = GuideLink::of(address.target.trim(), &urls).filter(is_certain);
        let is_missing = |link: &GuideLink<'_>| missing.contains(link.slug);
        if let Some(link) = link.filter(is_missing) {
            findings.push(unknown(address, &link));
        }
        if findings.is_full(UNKNOWN) {
            break;
        }
    }
    findings.finish(source)
}

pub(crate) fn links(reading: &Reading) -> impl Iterator<Item = &Address> {
    let addresses = reading.addresses.iter();
    addresses.filter(|address| address.alternative.is_none())
}

/// Returns the bytes of `slug` within an address that the file spells literally.
pub(crate) fn slug_in(
    source: &GuideSource,
    address: &Address,
    slug: &str,
) -> Option<std::ops::Range<usize>> {
    let page = address.target.split('#').next().unwrap_or_default();
    let whole = spelt(source, address, &address.target)?;
    let start = whole.start + page.rfind(slug)?;
    Some(start..start + slug.len())
}

/// Returns the bytes of `target` within a link, if the file spells it literally.
fn spelt(source: &GuideSource, address: &Address, target: &str) -> Option<std::ops::Range<usize>> {
    let text = &source.as_str()[address.range.clone()];
    let start = address.range.start + text.rfind(target)?;
    Some(start..start + target.len())
}
