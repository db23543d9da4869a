use rstest::rstest;

use super::Permission as P;
use super::Reach::{Every, Nothing, Own};
use super::*;

/// The table of roles in the security parameters, and the matrix where it says more. The columns
/// are the roles in the order of [`Role::ALL`].
#[rstest]
#[case(P::ReadGuide, [Own, Every, Every, Every, Every])]
#[case(P::CreateGuide, [Every, Every, Nothing, Nothing, Every])]
#[case(P::WriteGuide, [Own, Every, Nothing, Nothing, Every])]
#[case(P::CommentGuide, [Own, Every, Every, Every, Every])]
#[case(P::SharePreview, [Own, Every, Every, Every, Every])]
#[case(P::JudgeGuide, [Nothing, Nothing, Every, Nothing, Every])]
#[case(P::PublishGuide, [Nothing, Nothing, Nothing, Every, Every])]
#[case(P::BreakGlass, [Nothing, Nothing, Nothing, Nothing, Every])]
#[case(P::ImportFiles, [Nothing, Every, Nothing, Nothing, Every])]
#[case(P::ChangeOwner, [Nothing, Every, Nothing, Nothing, Every])]
#[case(P::Administer, [Nothing, Nothing, Nothing, Nothing, Every])]
fn every_role_reaches_as_far_as_the_table_says(
    #[case] permission: Permission,
    #[case] expected: [Reach; 5],
) {
    assert_eq!(Role::ALL.map(|role| reach(role, permission)), expected);
    assert_eq!(RoleSet::default().reach(permission), Nothing);
}

#[test]
fn somebody_with_several_roles_reaches_as_far_as_the_widest() {
    let roles = RoleSet::new([Role::Reviewer, Role::Author, Role::Author]);
    assert_eq!(
        roles.iter().collect::<Vec<_>>(),
        [Role::Author, Role::Reviewer]
    );
    assert_eq!(roles.reach(P::ReadGuide), Every);
    assert_eq!(roles.reach(P::WriteGuide), Own);
    assert_eq!(roles.reach(P::PublishGuide), Nothing);
}

#[test]
fn own_means_owned_by_this_very_person() {
    let (mine, theirs) = (UserId::new(), UserId::new());
    let author = Actor::new(mine, RoleSet::new([Role::Author]));
    assert!(author.may(P::WriteGuide, mine));
    assert!(!author.may(P::WriteGuide, theirs));
    assert!(author.may_somewhere(P::WriteGuide));
    assert!(!author.may_somewhere(P::JudgeGuide));
}

#[test]
fn the_program_itself_may_do_nothing_by_role() {
    let system = Actor::system();
    assert!(!system.may(P::ReadGuide, system.user_id));
    assert!(Actor::operator().may(P::Administer, UserId::new()));
}

#[test]
fn a_role_reads_back_from_its_word() {
    for role in Role::ALL {
        assert_eq!(role.as_str().parse(), Ok(role));
        assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
    }
    assert!("Admin".parse::<Role>().is_err());
}
