use super::{Forbidden, NewPublication, Refusal, StateConflict, not_archived, permit};
use crate::{
    Actor, GuideFacts, GuideId, Permission, PublicationAction, Review, ReviewState, Visibility,
};

/// The use of a slug, read under its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlugUse {
    /// Nobody holds it.
    Free,
    /// The draft of this guide claims it; it was never public.
    Claimed(GuideId),
    /// It was public, and leads to this guide.
    Led {
        /// The guide to which it leads.
        to: GuideId,
        /// Whether readers see that guide.
        is_public: bool,
        /// Whether readers see that guide under this slug.
        is_address: bool,
    },
}

/// Decides whether the actor may lead a slug to the guide: one that is free, or one that leads
/// elsewhere now.
///
/// Readers must not lose anything by it. So the guide must be public, unless the slug was public
/// and leads nowhere now: that slug waits for the guide to be published.
///
/// # Errors
///
/// See [`Refusal`].
pub fn redirect_slug(
    facts: &GuideFacts,
    actor: &Actor,
    slug: SlugUse,
) -> Result<NewPublication, Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    let refused = |why| Err(Refusal::State(why));
    let leads_nowhere = match slug {
        SlugUse::Led {
            is_address: true, ..
        } => return refused(StateConflict::SlugPublic),
        SlugUse::Led { to, .. } if to == facts.guide_id => {
            return refused(StateConflict::SlugLeadsHere);
        }
        SlugUse::Claimed(by) if by != facts.guide_id => {
            return refused(StateConflict::SlugClaimed);
        }
        SlugUse::Led { is_public, .. } => !is_public,
        SlugUse::Free | SlugUse::Claimed(_) => false,
    };
    if facts.visibility.public().is_none() && !leads_nowhere {
        return refused(StateConflict::NotPublic);
    }
    Ok(NewPublication::by_role(PublicationAction::Redirect))
}

/// Decides whether the actor may give up a slug of the guide.
///
/// Readers never saw it, and the guide is archived. The next save of another guide's text would
/// claim its slug again, so there the text has to change.
///
/// # Errors
///
/// See [`Refusal`].
pub fn give_up_slug(facts: &GuideFacts, actor: &Actor, slug: SlugUse) -> Result<(), Refusal> {
    permit(facts, actor, Permission::WriteGuide)?;
    if !facts.archived {
        return Err(Refusal::State(StateConflict::NotArchived));
    }
    if slug == SlugUse::Claimed(facts.guide_id) {
        Ok(())
    } else {
        Err(Refusal::State(StateConflict::SlugNotUnused))
    }
}

/// The ledger entries that end a guide in favour of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// The tombstone, if the guide is public.
    pub tombstone: Option<NewPublication>,
    /// The entry that leads one of its slugs to the other guide.
    pub redirect: NewPublication,
}

/// Decides whether the actor may end the guide in favour of some other one.
///
/// # Errors
///
/// See [`Refusal`].
pub fn may_be_joined(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    if facts.visibility == Visibility::NeverPublished {
        return Err(Refusal::State(StateConflict::NeverPublic));
    }
    Ok(())
}

/// Decides whether the actor may end a guide in favour of the guide `into`.
///
/// # Errors
///
/// See [`Refusal`].
pub fn join_guide(
    facts: &GuideFacts,
    into: &GuideFacts,
    actor: &Actor,
) -> Result<Joining, Refusal> {
    may_be_joined(facts, actor)?;
    permit(into, actor, Permission::PublishGuide)?;
    if facts.guide_id == into.guide_id {
        return Err(Refusal::State(StateConflict::SameGuide));
    }
    not_archived(into)?;
    if into.visibility.public().is_none() {
        return Err(Refusal::State(StateConflict::NotPublic));
    }
    let public = facts.visibility.public();
    Ok(Joining {
        tombstone: public.map(|_| NewPublication::by_role(PublicationAction::Archive)),
        redirect: NewPublication::by_role(PublicationAction::Redirect),
    })
}

/// Decides whether the actor may make any guide name another by its new slug.
///
/// # Errors
///
/// [`Forbidden::Role`] for people who write nothing.
pub fn repoint(actor: &Actor) -> Result<(), Refusal> {
    if actor.may_somewhere(Permission::WriteGuide) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(Forbidden::Role))
    }
}

/// Decides whether the actor may make the guide name another guide by its new slug.
///
/// A text under review or approved stays as it is: its reviewers judge exactly that text.
///
/// # Errors
///
/// See [`Refusal`].
pub fn repoint_guide(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::WriteGuide)?;
    not_archived(facts)?;
    let is_judged = |review: &Review| {
        review.content_hash == facts.latest.content_hash
            && matches!(review.state, ReviewState::Open | ReviewState::Approved)
    };
    if facts.review.as_ref().is_some_and(is_judged) {
        return Err(Refusal::State(StateConflict::AlreadyInReview));
    }
    Ok(())
}
