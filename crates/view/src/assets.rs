//! The files that pages load: styles, scripts and icons, at `/assets/{hash}/…`.

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::files::Files;
use super::scripts;

static HASH: LazyLock<String> = LazyLock::new(hash);

/// Returns the folder of the assets in URLs, `/assets/{hash}`. The hash covers all their bytes, so
/// that an address never stands for other content.
pub(crate) fn assets_path() -> String {
    if cfg!(debug_assertions) {
        format!("/assets/{}", hash())
    } else {
        format!("/assets/{}", *HASH)
    }
}

/// Returns the response with one file, for `GET /assets/{hash}/{*path}`.
///
/// During an upgrade, a page of one version may ask a node of the other version. It gets that
/// node's file, and must not cache it.
#[must_use]
pub fn asset(hash: &str, path: &str) -> Response {
    let data = match scripts::script(path) {
        Ok(Some(script)) => script,
        Ok(None) => match Files::get(path) {
            Some(file) => file.data.into_owned().into(),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
        Err(error) => {
            tracing::warn!(path, error = %error, "a script could not be joined");
            return StatusCode::NOT_FOUND.into_response();
        }
    };
    let is_current = assets_path().ends_with(&format!("/{hash}"));
    let cache = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, cache),
    ];
    (headers, data).into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

fn hash() -> String {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_unstable();
    let mut digest = Sha256::new();
    for name in names {
        if let Some(file) = Files::get(&name) {
            digest.update(name.as_bytes());
            digest.update(file.metadata.sha256_hash());
        }
    }
    hex::encode(&digest.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_kept_for_ever_under_its_own_hash_only() {
        let current = assets_path().rsplit('/').next().unwrap().to_owned();
        let kept = asset(&current, "style.css");
        assert_eq!(kept.status(), StatusCode::OK);
        assert_eq!(
            kept.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
        assert_eq!(
            kept.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        let other = asset("0", "style.css");
        assert_eq!(other.headers()[header::CACHE_CONTROL], "no-store");
        let missing = asset("0", "../Cargo.toml");
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
}
