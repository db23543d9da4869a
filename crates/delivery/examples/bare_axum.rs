//! The yardstick of `cargo xtask bench delivery`: `bare_axum ADDRESS FILE`.
//!
//! An axum server that returns the bytes of one file, or 304 to a client that holds them.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("an address is missing")?;
    let file = arguments.next().ok_or("a file is missing")?;
    let bytes = Bytes::from(std::fs::read(file)?);
    let answer = move |headers: HeaderMap| async move { answer(&headers, bytes) };
    let router = Router::new().route("/{*path}", get(answer));
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

fn answer(headers: &HeaderMap, bytes: Bytes) -> Response {
    let tag = [(header::ETAG, "\"bare\"")];
    match headers.get(header::IF_NONE_MATCH) {
        Some(held) if held == "\"bare\"" => (StatusCode::NOT_MODIFIED, tag).into_response(),
        _ => (tag, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
    }
}
