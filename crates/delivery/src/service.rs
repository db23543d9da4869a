use annai_web::metrics::Meter;
use annai_web::{Answers, GuideFile};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::Method;

use crate::answer::Negotiation;
use crate::description::openapi_bytes;
use crate::documents::Documents;
use crate::router::{guard, router};
use crate::state::DeliveryState;
use crate::{changes, guide, list};

/// The prefix of previews. They are drafts, so the editors' side answers them.
const PREVIEWS: &str = "/v1/preview/";

/// The delivery API as a service. [`annai_web::Layers`] belong around it.
#[derive(Debug, Clone)]
pub struct Delivery {
    state: DeliveryState,
    router: Router,
    meter: Option<Meter>,
}

/// Delivery together with the editors' side, which answers every other address.
#[derive(Debug, Clone)]
pub struct Service {
    delivery: Delivery,
    editors: Router,
}

/// The most frequent addresses. They are matched here and answered by the same functions as in the
/// router. Routing would cost as much as answering.
#[derive(Debug)]
enum FastPath {
    Changes,
    List,
    Guide(GuideFile),
}

impl Delivery {
    /// Creates the service for `/v1`, the feeds and the sitemap. `meter` counts its requests.
    #[must_use]
    pub fn new(state: DeliveryState, meter: Option<Meter>) -> Self {
        let documents = Documents::new(openapi_bytes);
        let router = router(state.clone(), documents);
        let router = meter
            .iter()
            .fold(router, |router, meter| meter.around(router));
        Self {
            state,
            router,
            meter,
        }
    }

    /// Passes every other address on to `editors`.
    #[must_use]
    pub fn beside(self, editors: Router) -> Service {
        let router = self.router.fallback_service(editors.clone());
        Service {
            delivery: Self { router, ..self },
            editors,
        }
    }
}

impl Answers for Delivery {
    async fn answer(&self, request: Request) -> Response {
        let Some(fast) = FastPath::of(&request) else {
            return self.router.answer(request).await;
        };
        let pattern = fast.pattern();
        let timing = self.meter.as_ref().map(|meter| meter.begin(pattern));
        let answer = |request| fast.answer(&self.state, request);
        let response = guard(&self.state, request, answer).await;
        match timing {
            Some(timing) => timing.end(response),
            None => response,
        }
    }
}

impl Answers for Service {
    async fn answer(&self, request: Request) -> Response {
        if request.uri().path().starts_with(PREVIEWS) {
            self.editors.answer(request).await
        } else {
            self.delivery.answer(request).await
        }
    }
}

impl FastPath {
    /// Matches a request. Returns `None` for one that needs a closer look, such as an escaped slug.
    fn of(request: &Request) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        match request.uri().path().strip_prefix("/v1/")? {
            "changes" => Some(Self::Changes),
            "guides" => Some(Self::List),
            rest => {
                let file = rest.strip_prefix("guides/")?.to_owned();
                GuideFile::try_from(file).ok().map(Self::Guide)
            }
        }
    }

    /// Returns the route pattern, for metrics.
    fn pattern(&self) -> &'static str {
        match self {
            Self::Changes => "/v1/changes",
            Self::List => "/v1/guides",
            Self::Guide(_) => "/v1/guides/{slug}",
        }
    }

    async fn answer(self, state: &DeliveryState, request: Request) -> Response {
        let negotiation = Negotiation::from_headers(request.headers());
        let query = request.uri().query().unwrap_or_default();
        let answer = match self {
            Self::Changes => {
                let client = request.extensions().get().copied();
                changes::get(state, query, client, request.headers()).await
            }
            Self::List => list::get(state, None, query, &negotiation).await,
            Self::Guide(file) => guide::get(state, None, &file, query, &negotiation).await,
        };
        answer.into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest size of an answer's future, in bytes. Every request moves it, and it is as large
    /// as its rarest branch: a rare branch belongs on the heap.
    const LIMIT: usize = 6 * 1024;

    fn size<'a, A: 'a, F: Future>(_: impl FnOnce(&'a A, Request) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_answer_is_small_enough_to_be_moved_for_every_request() {
        let size = size(|service: &annai_web::Layers<Service>, request| service.answer(request));
        assert!(size <= LIMIT, "{size} bytes");
    }
}
