//! The files that pages load: styles, scripts and icons, at `/assets/{hash}/…`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use annai_content::compress;
use annai_domain::Encoding;
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
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

/// The files of a release in each encoding.
static PACKED: LazyLock<Packed> = LazyLock::new(Packed::of_our_files);

/// Files in each encoding, compressed at their first request. The paths are a closed set, so
/// strangers cannot make it grow.
#[derive(Debug)]
struct Packed(BTreeMap<String, [OnceLock<Bytes>; Encoding::ALL.len()]>);

impl Packed {
    fn of_our_files() -> Self {
        let files = Files::iter().map(Cow::into_owned);
        let paths = files.chain(scripts::paths());
        Self(paths.map(|path| (path, Default::default())).collect())
    }

    /// Returns `plain`, the file at `path`, in `encoding`.
    fn get(&self, path: &str, encoding: Encoding, plain: &Bytes) -> Bytes {
        let pack = || compress(encoding, plain).into();
        match self.0.get(path) {
            Some(packed) => packed[encoding as usize].get_or_init(pack).clone(),
            None => pack(),
        }
    }
}

/// Returns the response with one file, for `GET /assets/{hash}/{*path}`, in `encoding` where that
/// makes it smaller.
///
/// During an upgrade, a page of one version may ask a node of the other version. It gets that
/// node's file, and must not cache it.
#[must_use]
pub fn asset(hash: &str, path: &str, encoding: Encoding) -> Response {
    let plain: Bytes = match scripts::script(path) {
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
    let content_type = content_type(path);
    let encoding = if content_type == BYTES {
        Encoding::Identity
    } else {
        encoding
    };
    let body = match encoding {
        Encoding::Identity => plain,
        _ if cfg!(debug_assertions) => compress(encoding, &plain).into(),
        _ => PACKED.get(path, encoding, &plain),
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "Accept-Encoding"),
    ];
    let mut response = (headers, body).into_response();
    if encoding != Encoding::Identity {
        let coding = HeaderValue::from_static(encoding.as_str());
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, coding);
    }
    response
}

/// The media type of files that are no text, and are compressed already.
const BYTES: &str = "application/octet-stream";

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => BYTES,
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
    use annai_content::decompress;

    use super::*;

    #[test]
    fn an_asset_is_kept_for_ever_under_its_own_hash_only() {
        let current = assets_path().rsplit('/').next().unwrap().to_owned();
        let kept = asset(&current, "style.css", Encoding::Identity);
        assert_eq!(kept.status(), StatusCode::OK);
        assert_eq!(
            kept.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
        assert_eq!(
            kept.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        let other = asset("0", "style.css", Encoding::Identity);
        assert_eq!(other.headers()[header::CACHE_CONTROL], "no-store");
        let missing = asset("0", "../Cargo.toml", Encoding::Identity);
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
    #[test]
    fn a_file_is_compressed_as_the_client_accepts_it() {
        for encoding in Encoding::ALL {
            let response = asset("0", "style.css", encoding);
            let coding = response.headers().get(header::CONTENT_ENCODING);
            let named = (encoding != Encoding::Identity).then(|| encoding.as_str());
            assert_eq!(coding.map(|coding| coding.to_str().unwrap()), named);
            assert_eq!(response.headers()[header::VARY], "Accept-Encoding");
        }
    }

    #[test]
    fn a_release_compresses_each_file_once() {
        let packed = Packed::of_our_files();
        let plain = Bytes::from(Files::get("style.css").unwrap().data.into_owned());
        for path in ["style.css", "pages/editor.js"] {
            let first = packed.get(path, Encoding::Brotli, &plain);
            assert_eq!(decompress(Encoding::Brotli, &first).unwrap(), plain);
            let second = packed.get(path, Encoding::Brotli, &Bytes::new());
            assert_eq!(first.as_ptr(), second.as_ptr(), "{path}");
        }
        let gzip = packed.get("style.css", Encoding::Gzip, &plain);
        assert_eq!(decompress(Encoding::Gzip, &gzip).unwrap(), plain);
    }
}
