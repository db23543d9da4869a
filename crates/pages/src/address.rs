//! Strict extractors for addresses. A wrong address gets an error page.

use annai_web::{Path as WebPath, Query as WebQuery};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::PageError;

/// Query parameters. An unknown one is refused.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

/// Parts of the path. A malformed one gets a 404 page.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Query<T>
where
    WebQuery<T>: FromRequestParts<S>,
{
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let query = WebQuery::<T>::from_request_parts(parts, state).await;
        query
            .map(|WebQuery(query)| Self(query))
            .map_err(|_| PageError::new(StatusCode::BAD_REQUEST))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T>
where
    WebPath<T>: FromRequestParts<S>,
{
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let path = WebPath::<T>::from_request_parts(parts, state).await;
        path.map(|WebPath(path)| Self(path))
            .map_err(|_| PageError::not_found())
    }
}
