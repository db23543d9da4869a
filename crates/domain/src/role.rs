use serde::{Deserialize, Serialize};

use crate::{UserId, closed_set};

closed_set! {
    /// A set of rights that a person has. One person may hold several roles.
    pub enum Role: "a role" {
        /// Writes guides of their own.
        Author = "author",
        /// Writes every guide.
        Editor = "editor",
        /// Judges changes they did not write.
        Reviewer = "reviewer",
        /// Makes approved revisions public, and takes guides down.
        Publisher = "publisher",
        /// Runs the installation; may do everything, but approve their own change.
        Admin = "admin",
    }
}

/// The roles of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleSet(Vec<Role>);

impl RoleSet {
    /// Makes the set of `roles`, each once, in the order that screens show.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Self {
        let mut roles: Vec<Role> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        Self(roles)
    }

    /// Returns whether the person holds `role`.
    #[must_use]
    pub fn contains(&self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Iterates over the roles in order.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }

    /// Returns how far the person's roles let them use `permission`: the widest reach of any.
    pub(crate) fn reach(&self, permission: Permission) -> Reach {
        self.iter()
            .map(|role| reach(role, permission))
            .max()
            .unwrap_or(Reach::Nothing)
    }
}

closed_set! {
    /// Something a person may or may not do.
    pub enum Permission: "a permission" {
        /// See a guide: its text, history and differences.
        ReadGuide = "read_guide",
        /// Start a guide.
        CreateGuide = "create_guide",
        /// Write a guide's text: autosave, save, restore, submit, withdraw.
        WriteGuide = "write_guide",
        /// Comment on a guide.
        CommentGuide = "comment_guide",
        /// Make and revoke links under which a guide can be read before it is public.
        SharePreview = "share_preview",
        /// Approve or send back a change.
        JudgeGuide = "judge_guide",
        /// Publish, unpublish, roll back, archive, unarchive.
        PublishGuide = "publish_guide",
        /// Publish without a review, with a reason.
        BreakGlass = "break_glass",
        /// Bring files in through the browser or the API.
        ImportFiles = "import_files",
        /// Give a guide to another owner.
        ChangeOwner = "change_owner",
        /// Users, keys, audit log, export, settings.
        Administer = "administer",
    }
}

/// The guides on which a role may use a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// No guide.
    Nothing,
    /// Guides the person owns.
    Own,
    /// Every guide.
    Every,
}

/// The table of `role` × `permission`, written out.
#[expect(
    clippy::match_same_arms,
    reason = "every line of the table is read by itself"
)]
fn reach(role: Role, permission: Permission) -> Reach {
    use Permission as P;
    use Reach::{Every, Nothing, Own};
    match (role, permission) {
        (Role::Author, P::ReadGuide) => Own,
        (Role::Author, P::CreateGuide) => Every,
        (Role::Author, P::WriteGuide) => Own,
        (Role::Author, P::CommentGuide) => Own,
        (Role::Author, P::SharePreview) => Own,
        (Role::Author, P::JudgeGuide) => Nothing,
        (Role::Author, P::PublishGuide) => Nothing,
        (Role::Author, P::BreakGlass) => Nothing,
        (Role::Author, P::ImportFiles) => Nothing,
        (Role::Author, P::ChangeOwner) => Nothing,
        (Role::Author, P::Administer) => Nothing,

        (Role::Editor, P::ReadGuide) => Every,
        (Role::Editor, P::CreateGuide) => Every,
        (Role::Editor, P::WriteGuide) => Every,
        (Role::Editor, P::CommentGuide) => Every,
        (Role::Editor, P::SharePreview) => Every,
        (Role::Editor, P::JudgeGuide) => Nothing,
        (Role::Editor, P::PublishGuide) => Nothing,
        (Role::Editor, P::BreakGlass) => Nothing,
        (Role::Editor, P::ImportFiles) => Every,
        (Role::Editor, P::ChangeOwner) => Every,
        (Role::Editor, P::Administer) => Nothing,

        (Role::Reviewer, P::ReadGuide) => Every,
        (Role::Reviewer, P::CreateGuide) => Nothing,
        (Role::Reviewer, P::WriteGuide) => Nothing,
        (Role::Reviewer, P::CommentGuide) => Every,
        (Role::Reviewer, P::SharePreview) => Every,
        (Role::Reviewer, P::JudgeGuide) => Every,
        (Role::Reviewer, P::PublishGuide) => Nothing,
        (Role::Reviewer, P::BreakGlass) => Nothing,
        (Role::Reviewer, P::ImportFiles) => Nothing,
        (Role::Reviewer, P::ChangeOwner) => Nothing,
        (Role::Reviewer, P::Administer) => Nothing,

        (Role::Publisher, P::ReadGuide) => Every,
        (Role::Publisher, P::CreateGuide) => Nothing,
        (Role::Publisher, P::WriteGuide) => Nothing,
        (Role::Publisher, P::CommentGuide) => Every,
        (Role::Publisher, P::SharePreview) => Every,
        (Role::Publisher, P::JudgeGuide) => Nothing,
        (Role::Publisher, P::PublishGuide) => Every,
        (Role::Publisher, P::BreakGlass) => Nothing,
        (Role::Publisher, P::ImportFiles) => Nothing,
        (Role::Publisher, P::ChangeOwner) => Nothing,
        (Role::Publisher, P::Administer) => Nothing,

        (Role::Admin, P::ReadGuide) => Every,
        (Role::Admin, P::CreateGuide) => Every,
        (Role::Admin, P::WriteGuide) => Every,
        (Role::Admin, P::CommentGuide) => Every,
        (Role::Admin, P::SharePreview) => Every,
        (Role::Admin, P::JudgeGuide) => Every,
        (Role::Admin, P::PublishGuide) => Every,
        (Role::Admin, P::BreakGlass) => Every,
        (Role::Admin, P::ImportFiles) => Every,
        (Role::Admin, P::ChangeOwner) => Every,
        (Role::Admin, P::Administer) => Every,
    }
}

/// An authenticated person or built-in actor, with their roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person, or a built-in actor.
    pub user_id: UserId,
    roles: RoleSet,
}

impl Actor {
    /// Makes the actor for a person with their current roles.
    #[must_use]
    pub fn new(user_id: UserId, roles: RoleSet) -> Self {
        Self { user_id, roles }
    }

    /// Returns the operator at the command line, who has access to the database anyway.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            user_id: UserId::OPERATOR,
            roles: RoleSet::new([Role::Admin]),
        }
    }

    /// Returns the program itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            user_id: UserId::SYSTEM,
            roles: RoleSet::default(),
        }
    }

    /// Returns whether the actor may use `permission` on a guide of `owner`.
    #[must_use]
    pub fn may(&self, permission: Permission, owner: UserId) -> bool {
        match self.roles.reach(permission) {
            Reach::Nothing => false,
            Reach::Own => self.user_id == owner,
            Reach::Every => true,
        }
    }

    /// Returns whether the actor may use `permission` on every guide.
    #[must_use]
    pub(crate) fn may_everywhere(&self, permission: Permission) -> bool {
        self.roles.reach(permission) == Reach::Every
    }

    /// Returns the roles for display or storage. Use [`may`](Self::may) to ask for a right.
    #[must_use]
    pub fn roles(&self) -> &RoleSet {
        &self.roles
    }

    /// Returns whether the actor may use `permission` on at least some guides.
    #[must_use]
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.roles.reach(permission) > Reach::Nothing
    }
}

#[cfg(test)]
mod tests;
