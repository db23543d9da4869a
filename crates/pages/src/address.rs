//! Parts of addresses: strict, and answered with a page where they are wrong.

use annai_web::{Path as WebPath, Query as WebQuery};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::PageError;

/// Query parameters; one that the page does not know is refused.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

/// Parts of the path; one that cannot be is a page that is not there.
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
