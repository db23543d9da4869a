use super::{Forbidden, Refusal};
use crate::{Actor, Permission, UserId};

/// The guides that a list may show to somebody.
///
/// Only this module makes one, and every list of `storage` takes one: a list cannot forget its
/// reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuideScope(Whose);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Everybodys,
    Of(UserId),
}

impl GuideScope {
    /// Returns the only owner whose guides are in the scope; `None` if every guide is.
    #[must_use]
    pub fn owner(self) -> Option<UserId> {
        match self.0 {
            Whose::Everybodys => None,
            Whose::Of(owner) => Some(owner),
        }
    }

    /// Returns whether every guide is in the scope.
    #[must_use]
    pub fn is_everything(self) -> bool {
        self.0 == Whose::Everybodys
    }
}

/// Decides which guides the lists may show to the actor.
///
/// # Errors
///
/// [`Refusal::Forbidden`] if none of their roles reads guides.
pub fn list_guides(actor: &Actor) -> Result<GuideScope, Refusal> {
    if actor.may_everywhere(Permission::ReadGuide) {
        Ok(GuideScope(Whose::Everybodys))
    } else if actor.may_somewhere(Permission::ReadGuide) {
        Ok(GuideScope(Whose::Of(actor.user_id)))
    } else {
        Err(Refusal::Forbidden(Forbidden::Role))
    }
}

/// Decides whether lists may show the reviews of all guides to the actor, or of none.
///
/// # Errors
///
/// [`Refusal::Forbidden`] if none of their roles reads or judges every guide.
pub fn list_reviews(actor: &Actor) -> Result<GuideScope, Refusal> {
    let may = |permission| actor.may_everywhere(permission);
    if may(Permission::ReadGuide) || may(Permission::JudgeGuide) {
        Ok(GuideScope(Whose::Everybodys))
    } else {
        Err(Refusal::Forbidden(Forbidden::Role))
    }
}

/// Decides which reviews may wait for the actor's judgement.
///
/// # Errors
///
/// [`Refusal::Forbidden`] if none of their roles judges every guide.
pub fn list_waiting(actor: &Actor) -> Result<GuideScope, Refusal> {
    super::require(actor, Permission::JudgeGuide)?;
    Ok(GuideScope(Whose::Everybodys))
}

/// Decides which approved reviews may wait for the actor's publication.
///
/// # Errors
///
/// [`Refusal::Forbidden`] if none of their roles publishes every guide.
pub fn list_publishable(actor: &Actor) -> Result<GuideScope, Refusal> {
    super::require(actor, Permission::PublishGuide)?;
    Ok(GuideScope(Whose::Everybodys))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{Role, RoleSet};

    const ME: UserId = UserId(uuid::Uuid::from_u128(7));

    fn actor(roles: &[Role]) -> Actor {
        Actor::new(ME, RoleSet::new(roles.iter().copied()))
    }

    #[rstest]
    #[case(&[Role::Author], Some(ME))]
    #[case(&[Role::Editor], None)]
    #[case(&[Role::Reviewer], None)]
    #[case(&[Role::Publisher], None)]
    #[case(&[Role::Admin], None)]
    #[case(&[Role::Author, Role::Reviewer], None)]
    fn a_list_tells_of_the_guides_that_one_may_read(
        #[case] roles: &[Role],
        #[case] owner: Option<UserId>,
    ) {
        let scope = list_guides(&actor(roles)).unwrap();
        assert_eq!(scope.owner(), owner);
        assert_eq!(scope.is_everything(), owner.is_none());
    }

    #[test]
    fn a_list_tells_nothing_to_somebody_without_a_role() {
        let refused = Err(Refusal::Forbidden(Forbidden::Role));
        assert_eq!(list_guides(&actor(&[])), refused);
        assert_eq!(list_reviews(&actor(&[])), refused);
    }

    #[rstest]
    #[case(Role::Author, false)]
    #[case(Role::Editor, false)]
    #[case(Role::Reviewer, false)]
    #[case(Role::Publisher, true)]
    #[case(Role::Admin, true)]
    fn approved_reviews_wait_for_those_who_publish(#[case] role: Role, #[case] waits: bool) {
        assert_eq!(list_publishable(&actor(&[role])).is_ok(), waits);
    }

    #[test]
    fn reviews_are_listed_for_those_who_read_or_judge_every_guide() {
        assert!(list_reviews(&actor(&[Role::Author])).is_err());
        for role in [Role::Editor, Role::Reviewer, Role::Publisher, Role::Admin] {
            assert!(list_reviews(&actor(&[role])).unwrap().is_everything());
        }
    }
}
