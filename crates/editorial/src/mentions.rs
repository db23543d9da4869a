use annai_domain::{Actor, GuideFacts, decide, mentions};
use annai_storage::threads::Mention;
use annai_storage::users::{self, User};
use annai_storage::{Reads, StorageError};

/// Filters `users` down to those who may read the guide, and so may be mentioned on it.
pub fn who_may_read(users: Vec<User>, facts: &GuideFacts) -> impl Iterator<Item = User> {
    users.into_iter().filter(|user| {
        let actor = Actor::new(user.user_id, user.roles.clone());
        user.disabled_at.is_none() && decide::read(facts, &actor).is_ok()
    })
}

/// Finds the people whom `body` mentions. If two people have the same name, both are mentioned.
pub(crate) async fn mentioned(
    db: &dyn Reads,
    facts: &GuideFacts,
    body: &str,
) -> Result<Vec<Mention>, StorageError> {
    let people: Vec<User> = who_may_read(users::list(db).await?, facts).collect();
    let found = mentions(body, people.iter().map(|user| user.display_name.as_str()));
    let is_named = |user: &User| {
        found
            .iter()
            .any(|mention| mention.name == user.display_name)
    };
    let mentioned = people.into_iter().filter(is_named);
    Ok(mentioned
        .map(|user| Mention {
            user_id: user.user_id,
            name: user.display_name,
        })
        .collect())
}
