//! The requests that are measured.

use anyhow::Context;
use serde_json::Value;
use xtask::http::Client;

use crate::guides;

/// A kind of request, and what its rate over the bare server's should be.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) encoding: &'static str,
    /// The requests: one path per line, followed by the tag that the client holds, if any.
    pub(super) list: Vec<String>,
    pub(super) connections: &'static [u32],
    pub(super) target: f64,
}

/// Returns the requests of sites.
pub(super) fn kinds(client: &mut Client, count: usize) -> anyhow::Result<Vec<Kind>> {
    let paths: Vec<_> = (0..count)
        .map(|number| format!("/v1/guides/{}", guides::slug(number)))
        .collect();
    let mut held = Vec::new();
    for path in paths.iter().take(500) {
        held.push(format!("{path} {}", client.tag(path, "br")?));
    }
    let list = vec!["/v1/guides?category=cloud-infra&tag=Kubernetes".to_owned()];
    let current: Value = serde_json::from_slice(&client.get("/v1/refs/current")?)?;
    let newest = current["data"]["ref"].as_str().context("no current ref")?;
    let caught_up = vec![format!("/v1/changes?since={newest}")];
    let words = [
        "%E5%9F%BA",
        "%E4%BF%A1%E9%A0%BC",
        "kubernetes",
        "123%E7%95%AA%E7%9B%AE",
    ];
    let searches = words.map(|word| format!("/v1/search?q={word}")).to_vec();
    let kind = |name, encoding, list, target| Kind {
        name,
        encoding,
        list,
        connections: &[64],
        target,
    };
    let at_both = |kind| Kind {
        connections: &[64, 16],
        ..kind
    };
    Ok(vec![
        at_both(kind("one guide, br", "br", paths.clone(), 1.0)),
        kind("one guide, gzip", "gzip", paths.clone(), 1.0),
        at_both(kind("one guide, identity", "identity", paths, 0.8)),
        at_both(kind("304", "br", held, 1.6)),
        at_both(kind("list of 20, category and tag", "br", list, 0.8)),
        kind("feed.json", "br", vec!["/feed.json".to_owned()], 0.0),
        kind("caught-up change feed", "br", caught_up, 1.0),
        kind(
            "one guide at an older ref, from Postgres",
            "br",
            older(client)?,
            0.0,
        ),
        Kind {
            connections: &[1, 4],
            ..kind("search for four words in turn", "br", searches, 0.0)
        },
    ])
}

/// Guides at refs that are not the newest: read from Postgres.
fn older(client: &mut Client) -> anyhow::Result<Vec<String>> {
    let list: Value = serde_json::from_slice(&client.get("/v1/guides?limit=100")?)?;
    let slugs = list["data"].as_array().into_iter().flatten().skip(50);
    let slugs = slugs.filter_map(|guide| guide["slug"].as_str());
    slugs
        .map(|slug| {
            let guide: Value = serde_json::from_slice(&client.get(&format!("/v1/guides/{slug}"))?)?;
            let pinned = guide["links"]["pinned"]
                .as_str()
                .context("no pinned address")?;
            Ok(pinned.to_owned())
        })
        .collect()
}
