//! The developers' page and the references of both APIs.

use std::sync::{Arc, OnceLock};

use annai_content::Schema;
use annai_domain::{GuideStatus, Permission, decide};
use annai_storage::guide_list::{self, GuideListFilter, GuideListOrder, GuideListStretch};
use annai_view::developers::DevelopersView;
use annai_view::reference::{Reference, ReferenceView};
use axum::Extension;
use axum::response::Response;
use serde_json::Value;

use super::error::PageError;
use super::page::Page;

/// Describes an API as OpenAPI, for guides of a schema.
pub type DescribeApi = fn(&Schema) -> Result<Value, serde_json::Error>;

/// The references of both APIs. The first request makes one; clones share it.
#[derive(Debug, Clone)]
pub struct References {
    describe: [DescribeApi; 2],
    kept: Arc<[OnceLock<Reference>; 2]>,
}

/// An API with a reference.
#[derive(Debug, Clone, Copy)]
enum Api {
    Delivery,
    Editors,
}

impl References {
    /// Creates the references of what `delivery` and `editors` describe.
    #[must_use]
    pub fn new(delivery: DescribeApi, editors: DescribeApi) -> Self {
        Self {
            describe: [delivery, editors],
            kept: Arc::default(),
        }
    }

    fn of(&self, api: Api, schema: &Schema) -> Result<&Reference, serde_json::Error> {
        let kept = &self.kept[api as usize];
        if let Some(reference) = kept.get() {
            return Ok(reference);
        }
        let openapi = self.describe[api as usize](schema)?;
        Ok(kept.get_or_init(|| Reference::of(&openapi)))
    }
}

/// `GET /admin/developers`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    page.show(&DevelopersView {
        base_url: page.state.settings.base_url.clone(),
        slug: public_slug(&page).await?,
        needs_key: !page.state.settings.anonymous_reading,
        administers: page.actor().may_somewhere(Permission::Administer),
    })
}

/// Returns the slug of a public guide that the person may see.
async fn public_slug(page: &Page) -> Result<Option<String>, PageError> {
    let Ok(scope) = decide::list_guides(page.actor()) else {
        return Ok(None);
    };
    let filter = GuideListFilter {
        status: Some(GuideStatus::Published),
        ..GuideListFilter::default()
    };
    let first = GuideListStretch::first(GuideListOrder::Updated, 1);
    let found = guide_list::list(&page.reader(), scope, &filter, first).await?;
    Ok(found.items.into_iter().next().map(|item| item.slug))
}

/// `GET /admin/developers/delivery`
pub(super) async fn get_delivery(
    page: Page,
    Extension(references): Extension<References>,
) -> Result<Response, PageError> {
    show(
        &page,
        &references,
        Api::Delivery,
        "delivery",
        "/v1/openapi.json",
    )
}

/// `GET /admin/developers/editors`
pub(super) async fn get_editors(
    page: Page,
    Extension(references): Extension<References>,
) -> Result<Response, PageError> {
    show(
        &page,
        &references,
        Api::Editors,
        "editors",
        "/api/v1/openapi.json",
    )
}

fn show(
    page: &Page,
    references: &References,
    api: Api,
    name: &'static str,
    source: &'static str,
) -> Result<Response, PageError> {
    let found = references.of(api, &page.state.schema);
    let reference = found.map_err(|error| PageError::internal(&error))?;
    page.show(&ReferenceView {
        api: name,
        source,
        reference,
    })
}
