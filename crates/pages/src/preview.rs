//! The rendered page, for a frame without scripts.

use annai_content::{
    GuideAddresses, GuideSource, RenderError, RenderErrorKind, Schema, body_links, render_diff,
    render_linked, render_preview,
};
use annai_domain::{GuideId, RevisionId};
use annai_editorial::link_addresses;
use annai_storage::{StorageError, revisions, working_copies};
use axum::http::header;
use axum::response::Response;
use serde::Deserialize;
use tokio::task::JoinError;

use super::address::{Path, Query};
use super::error::PageError;
use super::error_pages::preview_policy;
use super::form::FormData;
use super::guide::{open, title_and_slug};
use super::page::Page;
use annai_desk::DeskState;
use annai_view::Message;
use annai_view::preview::PreviewView;

/// The text to preview.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewQuery {
    /// A saved revision; by default the text of the editor.
    revision: Option<RevisionId>,
}

/// `GET /admin/guides/{guide_id}/preview`
pub(super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<PreviewQuery>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    let db = page.reader();
    let source = if let Some(revision) = query.revision {
        let revision = revisions::find(&db, guide_id, revision).await?;
        revision.ok_or_else(PageError::not_found)?.source
    } else {
        let kept = working_copies::find(&db, guide_id, page.actor().user_id).await?;
        kept.map_or(guide.latest.source, |kept| kept.source)
    };
    show(&page, Text::Source(source)).await
}

/// `POST /admin/guides/{guide_id}/preview`: the text of the form, saved or not.
pub(super) async fn post(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    let text = match form.find("source") {
        Some(source) => Text::Source(source.as_bytes().to_vec()),
        None => Text::Body {
            body: form.text("body").replace("\r\n", "\n"),
            slug: guide.head.slug,
        },
    };
    show(&page, text).await
}

/// The source to render.
enum Text {
    /// A whole file, perhaps malformed.
    Source(Vec<u8>),
    /// The Markdown alone, and the slug of its guide.
    Body { body: String, slug: String },
    /// Two whole files: the second with its differences from the first.
    Compared(Vec<u8>, Vec<u8>),
}

impl Text {
    /// Lists the addresses of the links in it.
    fn links(&self) -> Vec<String> {
        let of_source = |source: &Vec<u8>| {
            let source = GuideSource::parse(source.as_slice());
            source.map_or_else(|_| Vec::new(), |source| body_links(source.body()))
        };
        match self {
            Self::Body { body, .. } => body_links(body),
            Self::Source(source) => of_source(source),
            Self::Compared(old, new) => [of_source(old), of_source(new)].concat(),
        }
    }

    /// Returns the slug of the guide; empty where the text has none.
    fn slug(&self, schema: &Schema) -> String {
        match self {
            Self::Body { slug, .. } => slug.clone(),
            Self::Source(source) | Self::Compared(_, source) => title_and_slug(source, schema).1,
        }
    }
}

/// The reason why a text could not be rendered.
#[derive(Debug)]
pub(crate) enum PreviewError {
    /// The guides that the text names could not be looked up.
    Storage(StorageError),
    /// The task that renders failed.
    Ended(JoinError),
}

/// Renders `new` with its differences from `old`.
pub(super) async fn show_compared(
    page: &Page,
    old: Vec<u8>,
    new: Vec<u8>,
) -> Result<Response, PageError> {
    show(page, Text::Compared(old, new)).await
}

async fn show(page: &Page, text: Text) -> Result<Response, PageError> {
    let view = render_text(&page.state, text, with_lines)
        .await
        .map_err(|error| match error {
            PreviewError::Storage(error) => error.into(),
            PreviewError::Ended(error) => PageError::internal(&error),
        })?;
    let mut response = page.show(&view)?;
    if let Some(policy) = preview_policy(page.state.settings.site_assets.as_deref()) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// Renders the body of a whole file, off the async threads.
pub(crate) async fn rendered_source(
    state: &DeskState,
    source: Vec<u8>,
) -> Result<PreviewView, PreviewError> {
    render_text(state, Text::Source(source), |body, addresses| {
        render_linked(body, addresses).map(|page| page.html)
    })
    .await
}

/// The way in which a body becomes HTML.
type Renderer = fn(&str, &GuideAddresses) -> Result<String, RenderError>;

/// Renders with the marks by which the editor scrolls text and page together.
fn with_lines(body: &str, addresses: &GuideAddresses) -> Result<String, RenderError> {
    render_preview(body, addresses).map(|page| page.html)
}

async fn render_text(
    state: &DeskState,
    text: Text,
    renderer: Renderer,
) -> Result<PreviewView, PreviewError> {
    let schema = state.schema.clone();
    let read = tokio::task::spawn_blocking(move || (text.links(), text.slug(&schema), text));
    let (links, slug, text) = read.await.map_err(PreviewError::Ended)?;
    let (db, urls) = (state.database.reader(), state.database.guide_urls());
    let addresses = link_addresses(&db, urls, &links).await;
    let mut addresses = addresses.map_err(PreviewError::Storage)?;
    addresses.insert_own(&slug, "");
    let done = tokio::task::spawn_blocking(move || rendered(text, renderer, &addresses)).await;
    let mut view = done.map_err(PreviewError::Ended)?;
    if let Some(site) = &state.settings.site_assets {
        view.html = with_site_pictures(&view.html, site);
    }
    Ok(view)
}

fn rendered(text: Text, renderer: Renderer, addresses: &GuideAddresses) -> PreviewView {
    let html = match text {
        Text::Body { body, .. } => renderer(&body, addresses),
        Text::Source(source) => match GuideSource::parse(source) {
            Ok(source) => renderer(source.body(), addresses),
            Err(_) => return refused("render.malformed", 0),
        },
        Text::Compared(old, new) => match (GuideSource::parse(old), GuideSource::parse(new)) {
            (Ok(old), Ok(new)) => render_diff(old.body(), new.body(), addresses),
            _ => return refused("render.malformed", 0),
        },
    };
    match html {
        Ok(html) => PreviewView {
            html,
            refusal: None,
        },
        Err(error) => match error.kind {
            RenderErrorKind::TooDeep => refused("render.body_too_deep", error.line),
            RenderErrorKind::TooLarge => refused("render.body_too_large", error.line),
        },
    }
}

fn refused(key: &str, line: u32) -> PreviewView {
    PreviewView {
        html: String::new(),
        refusal: Some((Message::new(key), line)),
    }
}

/// Points the site's own pictures (`/static/…`) at the site. The renderer escapes text, so that
/// `<img src="/` is always a picture of the page.
fn with_site_pictures(html: &str, site: &str) -> String {
    let escaped = site
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    html.replace("<img src=\"/", &format!("<img src=\"{escaped}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_the_site_come_from_the_site() {
        let text = "![図](/static/a.png) `<img src=\"/x`";
        let view = rendered(
            Text::Body {
                body: text.to_owned(),
                slug: String::new(),
            },
            with_lines,
            &GuideAddresses::default(),
        );
        let html = with_site_pictures(&view.html, "https://example.jp");
        assert!(
            html.contains("<img src=\"https://example.jp/static/a.png\""),
            "{html}"
        );
        assert_eq!(html.matches("https://example.jp").count(), 1, "{html}");
    }

    #[test]
    fn a_malformed_file_says_so_instead_of_a_page() {
        let view = rendered(
            Text::Source(b"---json\n{\n".to_vec()),
            with_lines,
            &GuideAddresses::default(),
        );
        assert!(view.refusal.is_some() && view.html.is_empty());
    }
}
