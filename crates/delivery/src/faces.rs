use annai_web::metrics::Meter;
use annai_web::{Answers, GuideFile};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::Method;

use crate::answer::Asked;
use crate::router::{guard, router};
use crate::state::DeliveryState;
use crate::{changes, guide, list};

/// Where previews are: among delivery's addresses, but drafts, so that the editors' side answers.
const PREVIEWS: &str = "/v1/preview/";

/// What consumers read. The layers of [`annai_web::Layers`] belong around the whole.
#[derive(Debug, Clone)]
pub struct Delivery {
    state: DeliveryState,
    router: Router,
    meter: Option<Meter>,
}

/// Both faces behind one door: what is not delivery's goes to the editors.
#[derive(Debug, Clone)]
pub struct Faces {
    delivery: Delivery,
    editors: Router,
}

/// The addresses that are asked for all day. They are read here, and answered by the functions
/// that stand in the router too: finding them there costs as much as answering.
#[derive(Debug)]
enum Busy {
    Changes,
    List,
    Guide(GuideFile),
}

impl Delivery {
    /// Everything under `/v1`, the feeds and the sitemap; counted by `meter`, where there is one.
    #[must_use]
    pub fn new(state: DeliveryState, meter: Option<Meter>) -> Self {
        let router = router(state.clone());
        let router = meter
            .iter()
            .fold(router, |router, meter| meter.around(router));
        Self {
            state,
            router,
            meter,
        }
    }

    /// The same with what is not delivery's answered by `editors`.
    #[must_use]
    pub fn beside(self, editors: Router) -> Faces {
        let router = self.router.fallback_service(editors.clone());
        Faces {
            delivery: Self { router, ..self },
            editors,
        }
    }
}

impl Answers for Delivery {
    async fn answer(&self, request: Request) -> Response {
        let Some(busy) = Busy::of(&request) else {
            return self.router.answer(request).await;
        };
        let pattern = busy.pattern();
        let timing = self.meter.as_ref().map(|meter| meter.begin(pattern));
        let answer = |request| busy.answer(&self.state, request);
        let response = guard(&self.state, request, answer).await;
        match timing {
            Some(timing) => timing.end(response),
            None => response,
        }
    }
}

impl Answers for Faces {
    async fn answer(&self, request: Request) -> Response {
        if request.uri().path().starts_with(PREVIEWS) {
            self.editors.answer(request).await
        } else {
            self.delivery.answer(request).await
        }
    }
}

impl Busy {
    /// `None` for everything that needs a closer look: escaped letters, names that cannot be.
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

    /// The pattern under which the router has it.
    fn pattern(&self) -> &'static str {
        match self {
            Self::Changes => "/v1/changes",
            Self::List => "/v1/guides",
            Self::Guide(_) => "/v1/guides/{slug}",
        }
    }

    async fn answer(self, state: &DeliveryState, request: Request) -> Response {
        let asked = Asked::from_headers(request.headers());
        let query = request.uri().query().unwrap_or_default();
        let answer = match self {
            Self::Changes => changes::get(state, query, request.headers()).await,
            Self::List => list::get(state, None, query, &asked).await,
            Self::Guide(file) => guide::get(state, None, &file, query, &asked).await,
        };
        answer.into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How large the future of an answer may be, in bytes. It is moved for every request, and as
    /// large as its rarest branch: what most requests need not wait for belongs on the heap.
    const LIMIT: usize = 6 * 1024;

    fn size<'a, A: 'a, F: Future>(_: impl FnOnce(&'a A, Request) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_answer_is_small_enough_to_be_moved_for_every_request() {
        let size = size(|faces: &annai_web::Layers<Faces>, request| faces.answer(request));
        assert!(size <= LIMIT, "{size} bytes");
    }
}
