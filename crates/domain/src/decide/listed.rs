use crate::{Actor, GuideStatus, Permission, UserId, closed_set};

closed_set! {
    /// An act that a list offers for one guide. Its page decides again, with all facts.
    pub enum ListedAct: "an act of a list" {
        /// Writing the guide.
        Edit = "edit",
        /// Reading it, where the person may not write it.
        Read = "read",
        /// Judging its review.
        Judge = "judge",
        /// Publishing the approved text.
        Publish = "publish",
        /// Looking at its history.
        History = "history",
    }
}

/// Decides which acts a list offers to the actor for a guide that they may read.
#[must_use]
pub fn listed_acts(actor: &Actor, owner: UserId, status: GuideStatus) -> Vec<ListedAct> {
    let may = |permission| actor.may(permission, owner);
    let is_archived = status == GuideStatus::Archived;
    let edits = may(Permission::WriteGuide) && !is_archived;
    let mut acts = vec![if edits {
        ListedAct::Edit
    } else {
        ListedAct::Read
    }];
    if status == GuideStatus::InReview && may(Permission::JudgeGuide) {
        acts.push(ListedAct::Judge);
    }
    if status == GuideStatus::Approved && may(Permission::PublishGuide) {
        acts.push(ListedAct::Publish);
    }
    acts.push(ListedAct::History);
    acts
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{Role, RoleSet};

    const ME: UserId = UserId(uuid::Uuid::from_u128(7));
    const OTHER: UserId = UserId(uuid::Uuid::from_u128(8));

    #[rstest]
    #[case(Role::Author, ME, GuideStatus::Draft, "edit history")]
    #[case(Role::Author, OTHER, GuideStatus::Draft, "read history")]
    #[case(Role::Editor, OTHER, GuideStatus::InReview, "edit history")]
    #[case(Role::Editor, OTHER, GuideStatus::Archived, "read history")]
    #[case(Role::Reviewer, OTHER, GuideStatus::InReview, "read judge history")]
    #[case(Role::Reviewer, OTHER, GuideStatus::Approved, "read history")]
    #[case(Role::Publisher, OTHER, GuideStatus::Approved, "read publish history")]
    #[case(Role::Admin, OTHER, GuideStatus::Approved, "edit publish history")]
    fn a_list_offers_the_acts_of_the_role_and_the_state(
        #[case] role: Role,
        #[case] owner: UserId,
        #[case] status: GuideStatus,
        #[case] expected: &str,
    ) {
        let acts = listed_acts(&Actor::new(ME, RoleSet::new([role])), owner, status);
        let acts: Vec<_> = acts.iter().map(|act| act.as_str()).collect();
        assert_eq!(acts.join(" "), expected);
    }
}
