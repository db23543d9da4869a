use std::collections::HashSet;
use std::sync::Arc;

use annai_contract::{GuideList, Included, ListLinks, ListMeta};
use annai_domain::RefName;
use annai_storage::delivery::DeliveredVersion;
use annai_web::with_parameter;
use serde_json::value::RawValue;

use super::request::ListRequest;
use crate::cursor::{Cursor, list_name};
use crate::error::Broken;
use crate::representation::{Document, Parts, Shape};
use crate::site::Guide;
use crate::state::DeliveryState;

/// One page of a list.
#[derive(Debug)]
pub(super) struct ListPage<'a> {
    /// The ref since which the list has not changed.
    pub(super) name: RefName,
    pub(super) guides: &'a [Arc<Guide>],
    pub(super) next: Option<Cursor>,
}

impl<'a> ListPage<'a> {
    /// Takes the page from `guides`, which hold one more than the limit if another page follows.
    pub(super) fn of(guides: &'a [Arc<Guide>], name: RefName, request: &ListRequest) -> Self {
        let limit = request.limit as usize;
        let page = &guides[..guides.len().min(limit)];
        let end = page.last().filter(|_| guides.len() > limit);
        Self {
            name,
            guides: page,
            next: end.map(|guide| {
                let list = list_name(&request.filters, request.sort);
                Cursor::new(name, list, request.sort.place_of(&guide.version))
            }),
        }
    }
}

/// The related guides of all guides of a page, each once.
#[derive(Default)]
struct IncludedOnce {
    included: Included,
    /// The slugs that are included already, resolved or not.
    seen: HashSet<String>,
}

impl IncludedOnce {
    fn add(&mut self, included: &RawValue) -> Result<(), Broken> {
        let included: Included = serde_json::from_str(included.get())?;
        for card in included.related {
            if self.seen.insert(card.slug.clone()) {
                self.included.related.push(card);
            }
        }
        for slug in included.related_unresolved {
            if self.seen.insert(slug.clone()) {
                self.included.related_unresolved.push(slug);
            }
        }
        Ok(())
    }
}

/// Writes the page as JSON.
pub(super) async fn write(
    state: &DeliveryState,
    page: &ListPage<'_>,
    request: &ListRequest,
    query: &str,
) -> Result<Vec<u8>, Broken> {
    let mut data: Vec<Box<RawValue>> = Vec::with_capacity(page.guides.len());
    let mut included = IncludedOnce::default();
    for guide in page.guides {
        if request.shape == Shape::LISTED {
            data.push(listed(&guide.version)?);
            continue;
        }
        let parts = Parts::load(state.site.bodies(), guide, request.shape.body).await?;
        let stored = parts.stored()?;
        let document = Document::read(stored.answer)?;
        if request.shape.related {
            let stored = document.included();
            included.add(stored.ok_or(Broken::Missing("answer.included"))?)?;
        }
        let cut = document.cut(&request.shape, &stored, Some(guide.version.updated_at))?;
        data.push(serde_json::value::to_raw_value(&cut)?);
    }
    let next = page.next.as_ref().map(Cursor::write).transpose()?;
    let answer = GuideList {
        included: request.shape.related.then_some(included.included),
        meta: ListMeta {
            name: page.name,
            count: data.len(),
            limit: request.limit,
            next_cursor: next.clone(),
        },
        links: links(page.name, query, next.as_deref()),
        data,
    };
    Ok(serde_json::to_vec(&answer)?)
}

/// Returns the usual entry of a list: the one that publishing wrote, and the time of the version.
fn listed(version: &DeliveredVersion) -> Result<Box<RawValue>, Broken> {
    let entry = std::str::from_utf8(&version.listing)
        .ok()
        .and_then(|entry| entry.strip_suffix('}'))
        .ok_or(Broken::Missing("listing"))?;
    let entry = format!(r#"{entry},"updated_at":"{}"}}"#, version.updated_at);
    Ok(RawValue::from_string(entry)?)
}

/// Returns the addresses of this page and of the next one, which is pinned to the same snapshot.
fn links(name: RefName, query: &str, next: Option<&str>) -> ListLinks {
    let with = |prefix: String, query: &str| {
        if query.is_empty() {
            prefix
        } else {
            format!("{prefix}?{query}")
        }
    };
    ListLinks {
        own: with("/v1/guides".to_owned(), query),
        pinned: with(format!("/v1/@{name}/guides"), query),
        next: next.map(|cursor| {
            let query = with_parameter(query, "cursor", cursor);
            format!("/v1/@{name}/guides?{query}")
        }),
    }
}
