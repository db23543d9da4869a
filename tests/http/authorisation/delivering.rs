//! The requests of the delivery API.

use annai_test_support::{BuiltGuide, Call, Client};

use super::cast::Cast;

/// Prepares the request of an operation whose name begins with `delivery.`.
pub(super) async fn call(
    cast: &Cast,
    client: &Client,
    operation: &str,
    guide: &BuiltGuide,
) -> Call {
    let (slug, first) = (&guide.slug, cast.ref_name(guide.first_ref).await);
    let at_ref = |end: &str| format!("/v1/@{first}/guides{end}");
    let path = match operation {
        "delivery.read" => format!("/v1/guides/{slug}"),
        "delivery.html" => format!("/v1/guides/{slug}.html"),
        "delivery.source" => format!("/v1/guides/{slug}.md"),
        "delivery.text" => format!("/v1/guides/{slug}.txt"),
        "delivery.related" => format!("/v1/guides/{slug}/related"),
        "delivery.guide_at_ref" => at_ref(&format!("/{slug}")),
        "delivery.html_at_ref" => at_ref(&format!("/{slug}.html")),
        "delivery.source_at_ref" => at_ref(&format!("/{slug}.md")),
        "delivery.text_at_ref" => at_ref(&format!("/{slug}.txt")),
        "delivery.related_at_ref" => at_ref(&format!("/{slug}/related")),
        "delivery.list_at_ref" => at_ref(""),
        "delivery.ref" => format!("/v1/refs/{first}"),
        "delivery.preview" => format!("/v1/preview/guides/{slug}"),
        "delivery.preview_html" => format!("/v1/preview/guides/{slug}.html"),
        "delivery.preview_source" => format!("/v1/preview/guides/{slug}.md"),
        "delivery.atom_feed" => "/feed.atom".into(),
        "delivery.json_feed" => "/feed.json".into(),
        "delivery.sitemap" => "/sitemap.xml".into(),
        "delivery.changes" => "/v1/changes".into(),
        "delivery.export" => "/v1/export.ndjson".into(),
        "delivery.index" => "/v1".into(),
        "delivery.list" => "/v1/guides".into(),
        "delivery.openapi" => "/v1/openapi.json".into(),
        "delivery.redirects" => "/v1/redirects".into(),
        "delivery.refs" => "/v1/refs".into(),
        "delivery.current_ref" => "/v1/refs/current".into(),
        "delivery.schema" => "/v1/schemas/guide.json".into(),
        "delivery.stylesheet" => "/v1/guide.css".into(),
        "delivery.search" => "/v1/search?q=記事".into(),
        "delivery.taxonomy" => "/v1/taxonomy".into(),
        other => panic!("the matrix has an operation that nobody knows: {other}"),
    };
    client.get(path.replace("記事", "%E8%A8%98%E4%BA%8B"))
}
