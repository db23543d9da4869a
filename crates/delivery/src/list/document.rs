use std::collections::HashSet;
use std::sync::Arc;

use annai_domain::RefName;
use annai_web::with_parameter;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

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

/// One page as it is sent.
#[derive(Debug, Serialize)]
struct ListDocument {
    data: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    included: Option<Beside>,
    meta: Value,
    links: Value,
}

/// The cards of all guides of a page, and the slugs that lead nowhere, each once.
#[derive(Debug, Default, Serialize)]
struct Beside {
    related: Vec<Value>,
    related_unresolved: Vec<Value>,
    /// The slugs that are in one of the two.
    #[serde(skip)]
    seen: HashSet<String>,
}

impl Beside {
    fn add(&mut self, included: &RawValue) -> Result<(), Broken> {
        let included: Value = serde_json::from_str(included.get())?;
        for card in included["related"].as_array().into_iter().flatten() {
            if self.seen.insert(card["slug"].to_string()) {
                self.related.push(card.clone());
            }
        }
        let unresolved = included["related_unresolved"].as_array();
        for slug in unresolved.into_iter().flatten() {
            if self.seen.insert(slug.to_string()) {
                self.related_unresolved.push(slug.clone());
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
    let mut beside = Beside::default();
    for guide in page.guides {
        if request.shape == Shape::LISTED {
            // Publishing wrote the default entry of every list.
            data.push(serde_json::from_slice(&guide.version.listing)?);
            continue;
        }
        let parts = Parts::load(state.site.bodies(), guide, request.shape.body).await?;
        let stored = parts.stored()?;
        let document = Document::read(stored.answer)?;
        if request.shape.related {
            let included = document.included();
            beside.add(included.ok_or(Broken::Missing("answer.included"))?)?;
        }
        let cut = document.cut(&request.shape, &stored)?;
        data.push(serde_json::value::to_raw_value(&cut)?);
    }
    let next = page.next.as_ref().map(Cursor::write).transpose()?;
    let meta = json!({
        "ref": page.name,
        "count": page.guides.len(),
        "limit": request.limit,
        "next_cursor": next,
    });
    let answer = ListDocument {
        data,
        included: request.shape.related.then_some(beside),
        meta,
        links: links(page.name, query, next.as_deref()),
    };
    Ok(serde_json::to_vec(&answer)?)
}

/// Returns the addresses of this page and of the next one, which is pinned to the same snapshot.
fn links(name: RefName, query: &str, next: Option<&str>) -> Value {
    let with = |prefix: String, query: &str| {
        if query.is_empty() {
            prefix
        } else {
            format!("{prefix}?{query}")
        }
    };
    let next = next.map(|cursor| {
        let query = with_parameter(query, "cursor", cursor);
        format!("/v1/@{name}/guides?{query}")
    });
    json!({
        "self": with("/v1/guides".to_owned(), query),
        "pinned": with(format!("/v1/@{name}/guides"), query),
        "next": next,
    })
}
