use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use annai_content::Schema;
use annai_delivery::{
    Consumers, Delivery, DeliverySettings, DeliveryState, PublishedSearch, RateLimits, Site,
    SiteUrls,
};
use annai_desk::{DeskSettings, DeskState, LatestSearch, Presence, PublicGuides};
use annai_domain::{Actor, Clock, WebhookReach};
use annai_identity::{Identity, Passwords, PreviewLimit, SignInThrottle};
use annai_pages::References;
use annai_storage::Database;
use annai_web::{Answers as _, ClientAddress, Layers};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use jiff::tz::TimeZone;
use sqlx::postgres::PgConnectOptions;

use crate::Client;

/// The instant of most tests.
pub(crate) const NOW: &str = "2026-11-22T00:00:00Z";

/// The sample schema, which most tests use.
const SCHEMA: &str = include_str!("../../../content/schema.json");

/// The whole program behind one router, on a database of its own, without a socket.
#[derive(Debug, Clone)]
pub struct TestApp {
    /// The fresh, migrated database of this test.
    pub database: Database,
    /// The front matter's rules.
    pub schema: Arc<Schema>,
    /// The password hasher.
    pub passwords: Passwords,
    /// The people who have a guide open. It beats twenty times a second, and hears of other nodes
    /// while its `follow` is awaited.
    pub presence: Presence,
    router: Router,
}

impl TestApp {
    /// Creates an app on 2026-11-22, reached by http on a loopback host.
    #[must_use]
    pub fn new(connect: PgConnectOptions) -> Self {
        Self::at(connect, NOW)
    }

    /// Creates an app with its clock at `instant`. Two apps on one database show it at two times.
    #[must_use]
    pub fn at(connect: PgConnectOptions, instant: &str) -> Self {
        let clock = Clock::Fixed(instant.parse().unwrap());
        Self::build(connect, SCHEMA, clock, "http://127.0.0.1:8080", 4, None)
    }

    /// Creates an app for guides with the fields of another schema.
    #[must_use]
    pub fn with_schema(connect: PgConnectOptions, schema: &str) -> Self {
        let clock = Clock::Fixed(NOW.parse().unwrap());
        Self::build(connect, schema, clock, "http://127.0.0.1:8080", 4, None)
    }

    /// Creates an app reached by https, where the session cookie's name has a prefix.
    #[must_use]
    pub fn behind_https(connect: PgConnectOptions) -> Self {
        let clock = Clock::Fixed(NOW.parse().unwrap());
        Self::build(connect, SCHEMA, clock, "https://annai.example.jp", 4, None)
    }

    /// Creates an app with a limit of preview tokens per minute and network. Its requests come from
    /// `192.0.2.1`.
    #[must_use]
    pub fn with_preview_limit(connect: PgConnectOptions, per_minute: u32) -> Self {
        let clock = Clock::Fixed(NOW.parse().unwrap());
        let limit = NonZeroU32::new(per_minute);
        let app = Self::build(connect, SCHEMA, clock, "http://127.0.0.1:8080", 4, limit);
        let client: ClientAddress = "192.0.2.1".parse().unwrap();
        Self {
            router: app.router.layer(axum::Extension(client)),
            ..app
        }
    }

    /// Creates an app for many concurrent requests.
    #[must_use]
    pub fn crowded(connect: PgConnectOptions) -> Self {
        Self::build(
            connect,
            SCHEMA,
            Clock::System,
            "http://127.0.0.1:8080",
            24,
            None,
        )
    }

    fn build(
        connect: PgConnectOptions,
        schema: &str,
        clock: Clock,
        base_url: &str,
        max_connections: u32,
        previews: Option<NonZeroU32>,
    ) -> Self {
        let database = annai_test_world::database(connect, max_connections, clock);
        let schema = Arc::new(Schema::parse(schema).unwrap());
        let passwords = Passwords::new();
        let presence = Presence::with_beat(&database, Duration::from_millis(50));
        let state = DeskState {
            database: database.clone(),
            schema: schema.clone(),
            dictionary: Arc::default(),
            public_guides: PublicGuides::new(schema.clone()),
            settings: Arc::new(DeskSettings {
                anonymous_reading: true,
                base_url: base_url.to_owned(),
                site_assets: None,
                time_zone: TimeZone::get("Asia/Tokyo").unwrap(),
                guide_url: format!("{base_url}/v1/guides/{{slug}}.html"),
                webhook_reach: WebhookReach::Public,
            }),
            identity: Identity {
                database: database.clone(),
                passwords: passwords.clone(),
                throttle: SignInThrottle::new(database.clone()),
                is_https: base_url.starts_with("https:"),
            },
            search: LatestSearch::new(schema.clone()),
            preview_limit: PreviewLimit::new(previews),
            presence: presence.clone(),
        };
        let (site, delivery) = delivery(&database, &schema, base_url);
        let references = References::new(annai_delivery::openapi, |_| annai_api::openapi());
        let editors = annai_desk::router(
            state.clone(),
            annai_pages::router(&state, references).merge(annai_api::router()),
            annai_pages::preview_router().merge(annai_api::preview_router()),
        )
        .fallback(move |request: Request| annai_pages::no_such_path(state.clone(), request));
        let service = Delivery::new(delivery, None).beside(editors);
        let layers = Arc::new(Layers::new(service));
        let answer = move |request: Request| {
            let layers = Arc::clone(&layers);
            async move { Box::pin(layers.answer(request)).await }
        };
        let router = Router::new().fallback(answer);
        Self {
            router: router.layer(from_fn_with_state(site, caught_up)),
            database,
            schema,
            passwords,
            presence,
        }
    }

    /// Returns a client without a session or a key.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Creates a reader key, and returns a client that sends it.
    pub async fn reader_key(&self) -> Client {
        let mut tx = self.database.begin(Actor::operator()).await.unwrap();
        let scope = annai_storage::keys::KeyScope::Reader;
        let key = annai_editorial::create_key(&mut tx, "site", scope, None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.anonymous().with_bearer(key.secret.expose())
    }
}

/// Lets delivery see every publication so far, as its follower soon would.
async fn caught_up(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if ["/v1/", "/feed.", "/sitemap."]
        .iter()
        .any(|begin| path.starts_with(begin))
    {
        // Without a database the handler reports the outage.
        let _ = site.catch_up().await;
    }
    next.run(request).await
}

/// Returns delivery of the database's publications.
fn delivery(database: &Database, schema: &Arc<Schema>, base_url: &str) -> (Site, DeliveryState) {
    let site = Site::new(database.delivery(), 16 << 20);
    let delivery = DeliveryState::new(
        database.delivery(),
        site.clone(),
        schema.clone(),
        Consumers::new(database.delivery(), RateLimits::default()),
        PublishedSearch::new(schema.clone()),
        DeliverySettings {
            anonymous: true,
            name: "職種ガイド".into(),
            developers_page: format!("{base_url}/admin/developers").into(),
            urls: SiteUrls::of_api(base_url),
            cdn_is_purged: false,
        },
    );
    (site, delivery)
}
