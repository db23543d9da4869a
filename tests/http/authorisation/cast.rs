use std::sync::atomic::{AtomicI64, Ordering};

use annai_domain::{Actor, GuideId, Role, ThreadAction, ThreadId};
use annai_storage::Database;
use annai_storage::threads::{self, NewThread};
use annai_test_support::{Client, Person, TestApp};

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
    database: Database,
    sequence: AtomicI64,
}

impl Cast {
    pub(super) async fn new(app: &TestApp) -> Self {
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
            database: app.database.clone(),
            sequence: AtomicI64::new(1),
        }
    }

    pub(super) fn client(&self, role: &str) -> &Client {
        match role {
            "anon" => &self.anonymous,
            "reader_key" => &self.reader_key,
            _ => &self.of(role).1,
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
