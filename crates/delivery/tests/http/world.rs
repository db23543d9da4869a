use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;

use annai_content::{GuideSource, Profile, Schema, compress, render};
use annai_contract::{AnswerParts, Card, finish};
use annai_delivery::{
    Consumers, Delivery, DeliverySettings, DeliveryState, PublishedSearch, RateLimits, Site,
    SiteUrls,
};
use annai_domain::{Clock, ContentHash, Encoding, GuideId, RefName};
use annai_test_world::database;
use annai_web::{Answers as _, Layers};
use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{PgConnection, PgPool};
use tower::util::BoxCloneSyncService;
use tower::{ServiceExt as _, service_fn};
use uuid::Uuid;

pub(crate) const SCHEMA: &str = include_str!("../../../../content/schema.json");
const OPERATOR: Uuid = Uuid::from_u128(1);

/// The delivery API as a server runs it.
pub(crate) type Node = BoxCloneSyncService<Request<Body>, Response, Infallible>;

/// A database, the delivery API on it, and a connection that writes like publishing.
pub(crate) struct World {
    pub(crate) owner: PgPool,
    connect: PgConnectOptions,
    pub(crate) site: Site,
    router: Node,
    /// The name of every ref so far; the first is that of the empty site.
    pub(crate) names: Vec<RefName>,
}

/// The description of every guide.
const DESCRIPTION: &str = "説明";

/// The related slugs of every guide: one of a guide, one that does not resolve.
const RELATED: [&str; 2] = ["sre_engineer", "no_such_guide"];

/// A revision to publish.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) guide: u128,
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) category: &'static str,
    pub(crate) tags: &'static [&'static str],
    pub(crate) keywords: &'static [&'static str],
    /// The day of its publication in January 2026.
    pub(crate) day: u8,
}

pub(crate) const PLATFORM: Page = Page {
    guide: 0x10,
    slug: "platform_engineer",
    title: "Platform Engineerとは",
    category: "cloud-infra",
    tags: &["Kubernetes", "Terraform"],
    keywords: &["DevOps"],
    day: 1,
};
pub(crate) const SRE: Page = Page {
    guide: 0x11,
    slug: "sre_engineer",
    title: "SREとは",
    category: "cloud-infra",
    tags: &["Kubernetes"],
    keywords: &["SLO"],
    day: 2,
};
pub(crate) const DATA: Page = Page {
    guide: 0x12,
    slug: "data_engineer",
    title: "データエンジニアとは",
    category: "data",
    tags: &["SQL"],
    keywords: &["DWH", "DevOps"],
    day: 3,
};

/// A whole response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl World {
    pub(crate) async fn new(connect: PgConnectOptions) -> Self {
        let owner = PgPool::connect_with(connect.clone()).await.unwrap();
        let hash: Vec<u8> = sqlx::query_scalar("SELECT hash FROM delivery_genesis")
            .fetch_one(&owner)
            .await
            .unwrap();
        let (site, router) = api(&connect, true);
        Self {
            owner,
            site,
            router,
            connect,
            names: vec![name(0, &hash)],
        }
    }

    /// Publishes three guides in this order, as refs 1, 2 and 3.
    pub(crate) async fn with_three_guides(connect: PgConnectOptions) -> Self {
        let mut world = Self::new(connect).await;
        for page in [PLATFORM, SRE, DATA] {
            world.publish(&page).await;
        }
        world
    }

    /// Returns an API on the same database that requires a key.
    pub(crate) async fn closed(&self) -> Node {
        let (site, router) = api(&self.connect, false);
        site.catch_up().await.unwrap();
        router
    }

    /// Returns another node on the same database.
    pub(crate) fn another_node(&self) -> (Site, Node) {
        api(&self.connect, true)
    }

    /// Returns another node on the same database, which needs a key.
    pub(crate) fn another_closed_node(&self) -> (Site, Node) {
        api(&self.connect, false)
    }

    /// Returns a node that keeps at most `bytes`.
    pub(crate) fn node_with_memory(&self, bytes: usize) -> (Site, Node) {
        node(&self.connect, open(), bytes, RateLimits::default())
    }

    /// Returns an API on the same database that counts its consumers' requests.
    pub(crate) async fn limited(&self, limits: RateLimits) -> Node {
        let (site, router) = node(&self.connect, open(), 16 << 20, limits);
        site.catch_up().await.unwrap();
        router
    }

    /// Returns an API on the same database behind a cache that a webhook purges.
    pub(crate) async fn purged(&self, anonymous: bool) -> Node {
        let settings = DeliverySettings {
            anonymous,
            cdn_is_purged: true,
            ..open()
        };
        let (site, router) = node(&self.connect, settings, 16 << 20, RateLimits::default());
        site.catch_up().await.unwrap();
        router
    }

    pub(crate) fn newest(&self) -> RefName {
        *self.names.last().unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn get_with(&self, path: &str, header: &str, value: &str) -> Answer {
        let request = Request::get(path).header(header, value);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a request to a node that has caught up, as its follower soon would.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.site.catch_up().await.unwrap();
        send(self.router.clone(), request).await
    }

    /// Saves a revision without publishing it.
    pub(crate) async fn draft(&self, page: &Page) -> (Uuid, Uuid, Vec<u8>) {
        let guide = Uuid::from_u128(page.guide);
        let source = page.source();
        sqlx::query(
            "INSERT INTO guides (guide_id, owner_id, created_by, created_at)
             VALUES ($1, $2, $2, '2026-01-01Z') ON CONFLICT DO NOTHING",
        )
        .bind(guide)
        .bind(OPERATOR)
        .execute(&self.owner)
        .await
        .unwrap();
        let hash: Vec<u8> = sqlx::query_scalar(
            "WITH new AS (INSERT INTO contents (content_hash, source, front_matter, search_text, created_at)
                          VALUES (sha256($1), $1, '{}', '', '2026-01-01Z') ON CONFLICT DO NOTHING)
             SELECT sha256($1)",
        )
        .bind(source.as_bytes())
        .fetch_one(&self.owner)
        .await
        .unwrap();
        let revision: Uuid = sqlx::query_scalar(
            "INSERT INTO revisions (revision_id, guide_id, parent_revision_id, content_hash, kind,
                                    created_by, created_at)
             SELECT gen_random_uuid(), guide_id, latest_revision_id, $2, 'save', $3, '2026-01-01Z'
               FROM guides WHERE guide_id = $1 RETURNING revision_id",
        )
        .bind(guide)
        .bind(&hash)
        .bind(OPERATOR)
        .fetch_one(&self.owner)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO slugs (slug, guide_id, claimed_at) VALUES ($1, $2, '2026-01-01Z')
             ON CONFLICT DO NOTHING",
        )
        .bind(page.slug)
        .bind(guide)
        .execute(&self.owner)
        .await
        .unwrap();
        (guide, revision, hash)
    }

    /// Publishes a revision, and returns the stored document.
    pub(crate) async fn publish(&mut self, page: &Page) -> Vec<u8> {
        let (guide, revision, content_hash) = self.draft(page).await;
        let at = page.published_at();
        // One transaction, as in publishing, because nodes follow the ledger at the same time.
        let mut tx = self.owner.begin().await.unwrap();
        let number = self
            .append(&mut tx, guide, Some(revision), "publish", page)
            .await;
        let revision_number: i32 =
            sqlx::query_scalar("SELECT revision_number FROM revisions WHERE revision_id = $1")
                .bind(revision)
                .fetch_one(&mut *tx)
                .await
                .unwrap();
        let Written {
            answer: document,
            listing,
            plain_text,
        } = page.written(self.newest(), revision_number);
        end(&mut tx, guide, number).await;
        sqlx::query(
            "INSERT INTO published_versions
                    (guide_id, from_ref, publication_ref, revision_id, revision_number, content_hash,
                     slug, title, category, meta_description, thumbnail, keywords, tags, related_jobs,
                     first_published_at, published_at, updated_at, source, answer, plain_text,
                     answer_brotli, answer_zstd, answer_gzip, listing)
             VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, $11, $12,
                     COALESCE((SELECT min(first_published_at) FROM published_versions
                                WHERE guide_id = $1), $13::timestamptz),
                     $13::timestamptz, $13::timestamptz, $14, $15, $16,
                     $17, $18, $19, $20)",
        )
        .bind(guide)
        .bind(number)
        .bind(revision)
        .bind(revision_number)
        .bind(&content_hash)
        .bind(page.slug)
        .bind(page.title)
        .bind(page.category)
        .bind(DESCRIPTION)
        .bind(texts(page.keywords))
        .bind(texts(page.tags))
        .bind(texts(&RELATED))
        .bind(&at)
        .bind(page.source().as_bytes())
        .bind(&document)
        .bind(plain_text)
        .bind(compress(Encoding::Brotli, &document))
        .bind(compress(Encoding::Zstd, &document))
        .bind(compress(Encoding::Gzip, &document))
        .bind(listing)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        document
    }

    /// Unpublishes a guide.
    pub(crate) async fn unpublish(&mut self, page: &Page) {
        self.take_down(page, "unpublish").await;
    }

    /// Ends a publication by an `action` of the ledger.
    pub(crate) async fn take_down(&mut self, page: &Page, action: &str) {
        let guide = Uuid::from_u128(page.guide);
        let mut tx = self.owner.begin().await.unwrap();
        let number = self.append(&mut tx, guide, None, action, page).await;
        end(&mut tx, guide, number).await;
        tx.commit().await.unwrap();
    }

    /// Leads `slug` to the guide of `page`.
    pub(crate) async fn redirect(&mut self, slug: &'static str, page: &Page) {
        let guide = Uuid::from_u128(page.guide);
        let claim = "INSERT INTO slugs (slug, guide_id, claimed_at) VALUES ($1, $2, '2026-01-01Z')
                     ON CONFLICT DO NOTHING";
        let claimed = sqlx::query(claim).bind(slug).bind(guide);
        claimed.execute(&self.owner).await.unwrap();
        let mut tx = self.owner.begin().await.unwrap();
        let named = Page {
            slug,
            ..page.clone()
        };
        self.append(&mut tx, guide, None, "redirect", &named).await;
        tx.commit().await.unwrap();
    }

    /// Restores the state before the newest publication, like a backup.
    pub(crate) async fn forget_newest_publication(&mut self) {
        self.names.pop();
        let newest = self.newest();
        let statements = format!(
            "SET session_replication_role = replica;
             DELETE FROM published_versions WHERE from_ref > {number};
             UPDATE published_versions SET to_ref = NULL WHERE to_ref > {number};
             UPDATE guides SET latest_publication_ref = LEAST(latest_publication_ref, (
                 SELECT max(ref) FROM publications WHERE publications.guide_id = guides.guide_id AND ref <= {number}));
             DELETE FROM publications WHERE ref > {number};
             UPDATE ledger_head SET ref = {number}, hash = (SELECT hash FROM publications WHERE ref = {number});
             SET session_replication_role = origin;",
            number = newest.number,
        );
        let mut owner = self.owner.acquire().await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(&mut *owner)
            .await
            .unwrap();
    }

    async fn append(
        &mut self,
        tx: &mut PgConnection,
        guide: Uuid,
        revision: Option<Uuid>,
        action: &str,
        page: &Page,
    ) -> i64 {
        let authority = match action {
            "publish" => "import",
            "expire" => "system",
            _ => "role",
        };
        let (number, hash): (i64, Vec<u8>) = sqlx::query_as(
            "INSERT INTO publications (guide_id, revision_id, action, slug, authority, published_by,
                                       published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz) RETURNING ref, hash",
        )
        .bind(guide)
        .bind(revision)
        .bind(action)
        .bind(page.slug)
        .bind(authority)
        .bind(OPERATOR)
        .bind(page.published_at())
        .fetch_one(tx)
        .await
        .unwrap();
        self.names.push(name(number, &hash));
        number
    }

    /// Shows an answer for a snapshot: status, headers, body. Values that differ in every database
    /// have names instead.
    pub(crate) fn show(&self, answer: &Answer) -> String {
        let mut text = format!("{}\n", answer.status);
        let mut headers: Vec<_> = answer.headers.iter().collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
        text.push('\n');
        match serde_json::from_slice::<serde_json::Value>(&answer.body) {
            Ok(value) => text.push_str(&serde_json::to_string_pretty(&value).unwrap()),
            Err(_) => text.push_str(std::str::from_utf8(&answer.body).unwrap()),
        }
        for (number, name) in self.names.iter().enumerate() {
            text = text.replace(&name.to_string(), &format!("[ref {number}]"));
        }
        for name in ["x-request-id", "etag"] {
            if let Some(value) = answer.headers.get(name) {
                text = text.replace(
                    value.to_str().unwrap().trim_matches('"'),
                    &format!("[{name}]"),
                );
            }
        }
        text
    }
}

impl Page {
    pub(crate) fn published_at(&self) -> String {
        format!("2026-01-{:02}T09:00:00Z", self.day)
    }

    pub(crate) fn source(&self) -> String {
        let front_matter = json!({
            "title": self.title,
            "slug": self.slug,
            "category": self.category,
            "meta_description": DESCRIPTION,
            "keywords": self.keywords,
            "tags": self.tags,
            "related_jobs": RELATED,
            "b": 1.50,
            "a": 2,
        });
        let title = self.title;
        format!("---json\n{front_matter}\n---\n# {title}\n\n本文です。\n\n## A\n")
    }

    /// Renders and writes the revision as publishing does.
    fn written(&self, name: RefName, revision_number: i32) -> Written {
        let source = GuideSource::parse(self.source().into_bytes()).unwrap();
        let rendered = render(source.body(), Profile::Guide).unwrap();
        let related = if self.guide == SRE.guide {
            Vec::new() // a guide has no card of itself
        } else {
            vec![SRE.card()]
        };
        let finished = finish(&AnswerParts {
            guide_id: GuideId(Uuid::from_u128(self.guide)),
            slug: &self.slug.parse().unwrap(),
            source: &source,
            rendered: &rendered,
            schema: &Schema::parse(SCHEMA).unwrap(),
            revision_number,
            content_hash: ContentHash::of(source.as_bytes()),
            first_published_at: self.published_at().parse().unwrap(),
            published_at: self.published_at().parse().unwrap(),
            related: &related,
            related_unresolved: &["no_such_guide".to_owned()],
            name,
            is_preview: false,
        });
        Written {
            answer: finished.answer,
            listing: finished.listing,
            plain_text: rendered.plain_text,
        }
    }

    fn card(&self) -> Card {
        Card {
            slug: self.slug.to_owned(),
            title: self.title.to_owned(),
            category: self.category.to_owned(),
            thumbnail: None,
            meta_description: DESCRIPTION.to_owned(),
        }
    }
}

/// The stored bytes of a revision.
struct Written {
    answer: Vec<u8>,
    listing: Vec<u8>,
    plain_text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Returns the slugs of a list, in order.
    pub(crate) fn slugs(&self) -> Vec<String> {
        let document = self.json();
        let data = document["data"]
            .as_array()
            .unwrap_or_else(|| panic!("{document}"));
        data.iter()
            .map(|guide| guide["slug"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) async fn send(node: Node, request: Request<Body>) -> Answer {
    let is_head = request.method() == Method::HEAD;
    let (mut parts, body) = node.oneshot(request).await.unwrap().into_parts();
    // The server sets the length of a sent body in the same way.
    let is_sent = !is_head && parts.status != StatusCode::NOT_MODIFIED;
    if let (true, Some(length)) = (is_sent, body.size_hint().exact()) {
        let headers = &mut parts.headers;
        headers.entry("content-length").or_insert(length.into());
    }
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap()
        .to_vec();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// Sends a plain request to a node.
pub(crate) async fn get_from(node: Node, path: &str) -> Answer {
    send(node, Request::get(path).body(Body::empty()).unwrap()).await
}

/// Ends the public version of a guide.
async fn end(tx: &mut PgConnection, guide: Uuid, number: i64) {
    sqlx::query("UPDATE published_versions SET to_ref = $2 WHERE guide_id = $1 AND to_ref IS NULL")
        .bind(guide)
        .bind(number)
        .execute(tx)
        .await
        .unwrap();
}

/// Returns the default settings.
fn open() -> DeliverySettings {
    let guides = "https://www.example.jp/guides/{slug}/";
    DeliverySettings {
        anonymous: true,
        cdn_is_purged: false,
        name: "職種ガイド".into(),
        developers_page: "https://annai.example.jp/admin/developers".into(),
        urls: SiteUrls::of_site("https://annai.example.jp", guides).unwrap(),
    }
}

pub(crate) fn api(connect: &PgConnectOptions, anonymous: bool) -> (Site, Node) {
    let settings = DeliverySettings {
        anonymous,
        ..open()
    };
    node(connect, settings, 16 << 20, RateLimits::default())
}

fn node(
    connect: &PgConnectOptions,
    settings: DeliverySettings,
    memory: usize,
    limits: RateLimits,
) -> (Site, Node) {
    let database = database(connect, 4, Clock::System);
    let site = Site::new(database.delivery(), memory);
    let state = DeliveryState::new(
        database.delivery(),
        site.clone(),
        Arc::new(Schema::parse(SCHEMA).unwrap()),
        Consumers::new(database.delivery(), limits),
        PublishedSearch::new(Arc::new(Schema::parse(SCHEMA).unwrap())),
        settings,
    );
    let layers = Arc::new(Layers::new(Delivery::new(state, None)));
    let node = service_fn(move |request: Request<Body>| {
        let layers = Arc::clone(&layers);
        async move { Ok(Box::pin(layers.answer(request)).await) }
    });
    (site, Node::new(node))
}

fn name(number: i64, hash: &[u8]) -> RefName {
    format!("{number}-{}", hex::encode(&hash[..4]))
        .parse()
        .unwrap()
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
