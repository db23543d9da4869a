use annai_web::metrics::Meter;
use annai_web::{Answers, GuideFile};
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::Method;

use crate::answer::Asked;
use crate::router::{guard, router};
use crate::state::DeliveryState;
use crate::{guide, list};

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
        let answer = guard(&self.state, request, |request| {
            busy.answer(&self.state, request)
        });
        match &self.meter {
            Some(meter) => meter.measure(pattern, answer).await,
            None => answer.await,
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
        match request.uri().path().strip_prefix("/v1/guides")? {
            "" => Some(Self::List),
            rest => {
                let file = rest.strip_prefix('/')?.to_owned();
                GuideFile::try_from(file).ok().map(Self::Guide)
            }
        }
    }

    /// The pattern under which the router has it.
    fn pattern(&self) -> &'static str {
        match self {
            Self::List => "/v1/guides",
            Self::Guide(_) => "/v1/guides/{slug}",
        }
    }

    async fn answer(self, state: &DeliveryState, request: Request) -> Response {
        let asked = Asked::from_headers(request.headers());
        let query = request.uri().query().unwrap_or_default();
        let answer = match self {
            Self::List => list::get(state, None, query, &asked).await,
            Self::Guide(file) => guide::get(state, None, &file, query, &asked).await,
        };
        answer.into_response()
    }
}
