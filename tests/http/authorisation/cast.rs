use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use annai_domain::token::{Token, TokenKind};
use annai_domain::{
    Actor, ApiKeyId, GuideId, PreviewLinkId, Ref, Role, Slug, ThreadAction, ThreadId, UserId,
    WebhookDeliveryId, WebhookEndpointId, WebhookEventType, WebhookKind, WebhookReach,
};
use annai_editorial::{self as editorial, WebhookForm};
use annai_identity::issue_reset;
use annai_storage::keys::KeyScope;
use annai_storage::preview_links::{self, NewPreviewLink};
use annai_storage::threads::{self, NewThread};
use annai_storage::webhook_deliveries::{self, LogPage};
use annai_storage::{Database, delivery, slugs, users, working_copies};
use annai_test_support::{BuiltGuide, Client, GuideState, Person, TestApp, guide_source};
use tokio::sync::OnceCell;

/// The owner of a row's guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Author,
    Editor,
    Admin,
    /// A person who sends no request in this test.
    Stranger,
}

impl Owner {
    /// Returns the owner that the row means by `own` or `other`.
    pub(super) fn of(role: &str, own: &str) -> Self {
        match (role, own) {
            ("author", "own") => Self::Author,
            ("editor", "own") => Self::Editor,
            ("admin", "own") => Self::Admin,
            (_, "other") => Self::Stranger,
            other => panic!("nobody plays {other:?}"),
        }
    }
}

/// All clients of the matrix.
pub(super) struct Cast {
    author: (Person, Client),
    editor: (Person, Client),
    reviewer: (Person, Client),
    publisher: (Person, Client),
    admin: (Person, Client),
    anonymous: Client,
    reader_key: Client,
    stranger: Person,
    /// The person who judges and publishes while a guide is brought into its state.
    pub(super) judge: Person,
    /// The person with the administered account.
    pub(super) victim: Person,
    /// The person who left their text unsaved.
    leaver: Person,
    doubles: Vec<(String, Person)>,
    app: TestApp,
    database: Database,
    sequence: AtomicI64,
    lasting_guide: OnceCell<BuiltGuide>,
}

impl Cast {
    pub(super) async fn new(app: &TestApp) -> Self {
        let mut doubles = Vec::new();
        for role in Role::ALL {
            let name = format!("double_of_{}", role.as_str());
            let double = app.add_person(&name, &[role]).await;
            doubles.push((role.as_str().to_owned(), double));
        }
        Self {
            author: app.author().await,
            editor: app.editor().await,
            reviewer: app.reviewer().await,
            publisher: app.publisher().await,
            admin: app.admin().await,
            anonymous: app.anonymous(),
            reader_key: app.reader_key().await,
            stranger: app.add_person("stranger", &[Role::Author]).await,
            judge: app.add_person("judge", &[Role::Admin]).await,
            victim: app.add_person("victim", &[Role::Author]).await,
            leaver: app.add_person("leaver", &[Role::Editor]).await,
            doubles,
            app: app.clone(),
            database: app.database.clone(),
            sequence: AtomicI64::new(1),
            lasting_guide: OnceCell::new(),
        }
    }

    pub(super) fn client(&self, role: &str) -> &Client {
        match role {
            "anon" => &self.anonymous,
            "reader_key" => &self.reader_key,
            _ => &self.of(role).1,
        }
    }

    /// Signs in somebody else with that role, so that their sessions may end.
    pub(super) async fn double(&self, role: &str) -> Client {
        match role {
            "anon" => self.app.anonymous(),
            "reader_key" => {
                let key = self.reader_key.bearer().unwrap();
                self.app.anonymous().with_bearer(key)
            }
            _ => {
                let double = self.doubles.iter().find(|(name, _)| name == role);
                self.app.sign_in(&double.unwrap().1).await
            }
        }
    }

    pub(super) fn owner(&self, owner: Owner) -> &Person {
        match owner {
            Owner::Author => &self.author.0,
            Owner::Editor => &self.editor.0,
            Owner::Admin => &self.admin.0,
            Owner::Stranger => &self.stranger,
        }
    }

    /// Returns the person for whom changing their own role is tried.
    pub(super) fn themselves(&self, role: &str) -> &Person {
        match role {
            "anon" | "reader_key" => &self.victim,
            _ => &self.of(role).0,
        }
    }

    /// Creates a thread as the judge, even on an archived guide.
    pub(super) async fn thread(&self, guide_id: GuideId, is_blocking: bool) -> ThreadId {
        let thread = NewThread {
            thread_id: ThreadId::new(),
            guide_id,
            review_id: None,
            anchor: None,
            is_blocking,
        };
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        threads::insert(&mut tx, thread).await.unwrap();
        tx.commit().await.unwrap();
        thread.thread_id
    }

    /// Resolves a thread as the judge.
    pub(super) async fn resolve(&self, thread_id: ThreadId) {
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        threads::insert_event(&mut tx, thread_id, ThreadAction::Resolve)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Stores a working copy of the guide for the person with that role.
    pub(super) async fn working_copy(&self, role: &str, guide: &BuiltGuide) {
        if matches!(role, "anon" | "reader_key") {
            return;
        }
        let mut tx = self.database.begin(self.of(role).0.actor()).await.unwrap();
        let (base, sequence) = (guide.latest, self.next());
        working_copies::store(
            &mut tx,
            guide.guide_id,
            base,
            sequence,
            "書きかけ".as_bytes(),
            None,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Stores a working copy of the guide that a disabled person left.
    pub(super) async fn left_copy(&self, guide: &BuiltGuide) -> UserId {
        let text = format!("残した文 {}。", self.next());
        let source = guide_source(&guide.slug, "記事", &text);
        let (user_id, base) = (self.leaver.user_id, guide.latest);
        let mut tx = self.database.begin(self.leaver.actor()).await.unwrap();
        let stored = working_copies::store(
            &mut tx,
            guide.guide_id,
            base,
            self.next(),
            source.as_bytes(),
            None,
        );
        stored.await.unwrap();
        users::set_disabled(&mut tx, user_id, true).await.unwrap();
        tx.commit().await.unwrap();
        user_id
    }

    /// Creates a preview link as the judge, even to an archived guide.
    pub(super) async fn preview_link(&self, guide_id: GuideId) -> PreviewLinkId {
        let token = Token::generate(TokenKind::PreviewLink);
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        let link = NewPreviewLink {
            preview_link_id: PreviewLinkId::new(),
            guide_id,
            revision_id: None,
            token_hash: &token.hash(),
            hint: token.hint(),
            expires_at: tx.now() + Duration::from_hours(1),
        };
        preview_links::insert(&mut tx, link).await.unwrap();
        tx.commit().await.unwrap();
        link.preview_link_id
    }

    /// Lets the guide claim a slug, as saving it would.
    pub(super) async fn claimed_slug(&self, guide_id: GuideId) -> Slug {
        let slug: Slug = format!("claimed_{}", self.next()).parse().unwrap();
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        assert!(slugs::claim(&mut tx, guide_id, &slug).await.unwrap());
        tx.commit().await.unwrap();
        slug
    }

    /// Returns a guide that stays public.
    pub(super) async fn lasting_guide(&self) -> GuideId {
        let make = || {
            self.app
                .guide_in(GuideState::PublishedClean, &self.stranger, &self.judge)
        };
        self.lasting_guide.get_or_init(make).await.guide_id
    }

    /// Creates a consumer's key.
    pub(super) async fn key(&self) -> ApiKeyId {
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        let key = editorial::create_key(&mut tx, "古い鍵", KeyScope::Reader, None);
        let key = key.await.unwrap();
        tx.commit().await.unwrap();
        key.api_key_id
    }

    /// Creates a webhook endpoint with one delivery.
    pub(super) async fn endpoint(&self) -> (WebhookEndpointId, WebhookDeliveryId) {
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        let form = WebhookForm {
            name: "古いサイト",
            url: "https://example.jp/hooks/annai",
            event_types: &[WebhookEventType::GuidePublished],
            kind: WebhookKind::Message,
            window_seconds: None,
        };
        let made = editorial::create_webhook(&mut tx, form, WebhookReach::Public);
        let id = made.await.unwrap().webhook_endpoint_id;
        editorial::test_webhook(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        let page = LogPage {
            before: None,
            limit: 1,
        };
        let reader = self.database.reader();
        let log = webhook_deliveries::list(&reader, id, page).await.unwrap();
        (id, log[0].webhook_delivery_id)
    }

    /// Returns the name of a ledger entry; its number if there is none yet.
    pub(super) async fn ref_name(&self, number: Ref) -> String {
        let entry = delivery::find_entry(&self.database.delivery(), number).await;
        let name = entry.unwrap().map(|entry| entry.position.name.to_string());
        name.unwrap_or_else(|| number.to_string())
    }

    /// Issues a link to a new password for the stranger.
    pub(super) async fn link(&self) -> Token {
        let mut tx = self.database.begin(self.as_judge()).await.unwrap();
        let link = issue_reset(&mut tx, self.stranger.user_id).await.unwrap();
        tx.commit().await.unwrap();
        link.token
    }

    fn as_judge(&self) -> Actor {
        Actor::new(self.judge.user_id, self.judge.roles.clone())
    }

    /// Returns a number that was not used before.
    pub(super) fn next(&self) -> i64 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }

    fn of(&self, role: &str) -> &(Person, Client) {
        match role {
            "author" => &self.author,
            "editor" => &self.editor,
            "reviewer" => &self.reviewer,
            "publisher" => &self.publisher,
            "admin" => &self.admin,
            _ => panic!("nobody plays {role}"),
        }
    }
}
