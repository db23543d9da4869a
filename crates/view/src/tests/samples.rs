//! Made-up data for samples.

mod texts;
mod threads;
mod webhooks;

use annai_domain::decide::ListedAct;
use annai_domain::{
    ApiKeyId, AuthorityKind, ContentHash, GuideId, GuideStatus, PreviewLinkId, Ref, RefName,
    ReviewState, RevisionId, RevisionKind, Role, UserId, Verdict,
};
use annai_storage::keys::KeyScope;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::Message;
use crate::account::SessionView;
use crate::audit::AuditEntryView;
use crate::diff::{ByView, PickView, SideView};
use crate::form::Choice;
use crate::guide::{Action, GuideHead};
use crate::guides::{GuideRow, ShorterView, SortColumn, SortColumns, StatusTab};
use crate::history::{RevisionView, SpanView};
use crate::keys::KeyView;
use crate::people::{RoleChoice, UserView};
use crate::preview_links::{PreviewLinkForm, PreviewLinkView, RevisionChoice};
use crate::publishing::PublicationView;
use crate::review::{DecisionView, EarlierView, QueuedView, ReviewedView};

pub(crate) use texts::{diff, findings, other_keys_fault, parts, raw};
pub(crate) use threads::{mentions, no_threads, threads};
pub(crate) use webhooks::{deliveries, endpoint_form, endpoints};

const TITLE: &str = "開発効率を最大化する基盤構築の専門家";

pub(crate) fn at(hour: i64) -> Timestamp {
    let midnight: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    midnight + SignedDuration::from_hours(hour)
}

pub(crate) fn guide_id() -> GuideId {
    GuideId(Uuid::from_u128(0x10))
}

pub(crate) fn revision_id(number: u128) -> RevisionId {
    RevisionId(Uuid::from_u128(0x100 + number))
}

pub(crate) fn hash() -> ContentHash {
    ContentHash::of(b"sample")
}

pub(crate) fn head() -> GuideHead {
    GuideHead {
        guide_id: guide_id(),
        title: TITLE.to_owned(),
        slug: "platform_engineer".to_owned(),
        status: GuideStatus::PublishedAhead,
        latest_revision_id: revision_id(4),
        latest_number: 4,
        public_number: Some(3),
        may_write: true,
        has_lapsed_approval: false,
        actions: vec![
            Action::Submit,
            Action::Withdraw,
            Action::Review,
            Action::Publish,
            Action::BreakGlass,
            Action::Rollback,
            Action::Unpublish,
            Action::Archive,
            Action::Unarchive,
        ],
    }
}

pub(crate) fn side(number: i32) -> SideView {
    SideView {
        revision_id: revision_id(u128::try_from(number).unwrap()),
        number,
        author: "佐藤健".to_owned(),
        at: at(i64::from(number)),
    }
}

pub(crate) fn by(number: i32) -> ByView {
    ByView {
        revision_id: revision_id(u128::try_from(number).unwrap()),
        number,
        author: "佐藤健".to_owned(),
        at: at(i64::from(number)),
    }
}

pub(crate) fn pick(number: i32) -> PickView {
    PickView {
        revision_id: revision_id(u128::try_from(number).unwrap()),
        number,
        author: "佐藤健".to_owned(),
        name: (number == 2).then(|| "秋の改訂".to_owned()),
        is_public: number == 3,
    }
}

pub(crate) fn revision(number: i32) -> RevisionView {
    RevisionView {
        revision_id: revision_id(u128::try_from(number).unwrap()),
        number,
        kind: if number == 1 {
            RevisionKind::Create
        } else {
            RevisionKind::Save
        },
        message: if number == 3 {
            "年収の節を更新"
        } else {
            ""
        }
        .to_owned(),
        title: TITLE.to_owned(),
        author: "佐藤健".to_owned(),
        at: at(i64::from(number)),
        is_public: number == 3,
        is_latest: number == 4,
        name: (number == 2).then(|| "秋の改訂".to_owned()),
        merged_number: (number == 4).then_some(2),
        restored_number: None,
        spans: if number == 3 {
            let span = |from_ref, to| SpanView {
                from_ref,
                from: at(3),
                to,
            };
            vec![span(12, Some(at(4))), span(15, None)]
        } else {
            Vec::new()
        },
    }
}

pub(crate) fn preview_links() -> Vec<PreviewLinkView> {
    let link = |number: u128, revision, state| PreviewLinkView {
        preview_link_id: PreviewLinkId(Uuid::from_u128(0x500 + number)),
        number: revision,
        hint: format!("annai_l_7Jk2Q{number}"),
        created_by: "佐藤健".to_owned(),
        created_at: at(1),
        expires_at: at(25),
        state,
    };
    vec![
        link(4, None, "living"),
        link(3, Some(3), "living"),
        link(2, Some(2), "revoked"),
        link(1, None, "expired"),
    ]
}

pub(crate) fn preview_link_form() -> PreviewLinkForm {
    let choice = |number| RevisionChoice {
        revision_id: revision_id(u128::try_from(number).unwrap()),
        number,
        at: at(i64::from(number)),
    };
    PreviewLinkForm {
        revisions: (1..=4).rev().map(choice).collect(),
        hours: [24, 1, 72, 168],
    }
}

pub(crate) fn queue() -> Vec<QueuedView> {
    let queued = |title: &str, is_stale, letters| QueuedView {
        guide_id: guide_id(),
        title: title.to_owned(),
        slug: "platform_engineer".to_owned(),
        number: 4,
        message: "年収の数字を今年の統計に合わせました。".to_owned(),
        submitted_by: "佐藤健".to_owned(),
        submitted_at: at(0),
        age: Message::new("age.days").with("count", 2),
        category: "データ".to_owned(),
        letters,
        is_stale,
        has_lapsed_approval: is_stale,
        href: "/admin/guides/00000000-0000-0000-0000-000000000001/review".to_owned(),
    };
    vec![
        queued(TITLE, false, Some((1_204, 34))),
        queued("SREとは", true, None),
    ]
}

pub(crate) fn decision(verdict: Verdict) -> DecisionView {
    DecisionView {
        verdict,
        comment: "出典を加えてください。".to_owned(),
        by: "鈴木一郎".to_owned(),
        at: at(5),
    }
}

pub(crate) fn reviewed() -> ReviewedView {
    ReviewedView {
        revision_id: revision_id(4),
        number: 4,
        content_hash: hash(),
        state: ReviewState::Open,
        message: "年収の数字を今年の統計に合わせました。".to_owned(),
        submitted_by: "佐藤健".to_owned(),
        submitted_at: at(2),
        decisions: Vec::new(),
        newer: None,
    }
}

pub(crate) fn earlier() -> EarlierView {
    EarlierView {
        number: 2,
        state: ReviewState::Superseded,
        submitted_by: "佐藤健".to_owned(),
        submitted_at: at(1),
        decisions: vec![decision(Verdict::RequestChanges)],
    }
}

pub(crate) fn publications() -> Vec<PublicationView> {
    let entry = |number, action, authority, is_current| PublicationView {
        publication_ref: RefName {
            number: Ref::new(number).unwrap(),
            suffix: [1, 2, 3, 4],
        },
        number,
        action,
        revision_id: (action != "unpublish").then(|| revision_id(3)),
        revision_number: (action != "unpublish").then_some(3),
        title: TITLE.to_owned(),
        authority,
        reason: (authority == AuthorityKind::BreakGlass)
            .then(|| "給与の数字の誤りを急いで直すため".to_owned()),
        by: "山田花子".to_owned(),
        at: at(number),
        is_current,
    };
    vec![
        entry(15, "publish", AuthorityKind::BreakGlass, true),
        entry(13, "unpublish", AuthorityKind::Role, false),
        entry(12, "publish", AuthorityKind::Review, false),
    ]
}

pub(crate) fn rows() -> Vec<GuideRow> {
    GuideStatus::ALL
        .into_iter()
        .enumerate()
        .map(|(index, status)| GuideRow {
            guide_id: GuideId(Uuid::from_u128(index as u128)),
            title: if index == 7 {
                String::new()
            } else {
                TITLE.to_owned()
            },
            slug: if index == 7 { "" } else { "platform_engineer" }.to_owned(),
            category: "クラウド・インフラ".to_owned(),
            status,
            number: 4,
            author: "佐藤健".to_owned(),
            updated_at: at(i64::try_from(index).unwrap()),
            published_at: (index > 3).then(|| at(0)),
            summary: if index == 7 {
                ""
            } else {
                "開発者が毎日使う基盤をつくり、使いやすくする仕事です。"
            }
            .to_owned(),
            acts: ListedAct::ALL.into(),
            has_working_copy: index == 1,
        })
        .collect()
}

pub(crate) fn shorter(query: &str) -> Vec<ShorterView> {
    let (found, rest) = query.split_once(' ').unwrap_or_default();
    let view = |without: &str, total| ShorterView {
        without: without.to_owned(),
        href: "/admin/guides?q=x".to_owned(),
        total,
    };
    let views = [view(rest, Some(3)), view(found, None)];
    views
        .into_iter()
        .filter(|view| !view.without.is_empty())
        .collect()
}

pub(crate) fn status_tabs() -> Vec<StatusTab> {
    let tab = |status, chosen| StatusTab {
        status,
        count: Some(1_250),
        href: "/admin/guides".to_owned(),
        chosen,
    };
    let statuses = GuideStatus::ALL
        .into_iter()
        .map(|status| tab(Some(status), false));
    std::iter::once(tab(None, true)).chain(statuses).collect()
}

pub(crate) fn sort_columns() -> SortColumns {
    let column = |sorted| SortColumn {
        href: "/admin/guides?sort=title".to_owned(),
        sorted,
    };
    SortColumns {
        title: column(None),
        updated: column(Some("descending")),
        published: column(None),
    }
}

pub(crate) fn choices() -> Vec<Choice> {
    [("cloud-infra", "クラウド・インフラ"), ("data", "データ")]
        .map(|(value, label)| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            chosen: value == "data",
        })
        .into()
}

pub(crate) fn roles(held: &[Role]) -> Vec<RoleChoice> {
    Role::ALL
        .map(|role| RoleChoice {
            role,
            chosen: held.contains(&role),
        })
        .into()
}

pub(crate) fn users() -> Vec<UserView> {
    let user = |number, name: &str, held: &[Role], is_disabled, is_invited| UserView {
        user_id: UserId(Uuid::from_u128(number)),
        email: format!("user{number}@example.jp"),
        display_name: name.to_owned(),
        roles: roles(held),
        created_at: at(0),
        is_disabled,
        is_invited,
        is_self: number == 20,
    };
    vec![
        user(
            20,
            "山田花子",
            &[Role::Admin, Role::Publisher],
            false,
            false,
        ),
        user(21, "佐藤健", &[Role::Editor], false, true),
        user(22, "鈴木一郎", &[], true, false),
    ]
}

pub(crate) fn keys() -> Vec<KeyView> {
    let key = |name: &str, scope, is_used: bool, is_revoked: bool| KeyView {
        api_key_id: ApiKeyId(Uuid::from_u128(30)),
        name: name.to_owned(),
        scope,
        hint: "annai_r_…7f3a".to_owned(),
        created_by: "山田花子".to_owned(),
        created_at: at(0),
        expires_at: is_used.then(|| at(900)),
        last_used_at: is_used.then(|| at(5)),
        revoked_at: is_revoked.then(|| at(6)),
    };
    vec![
        key("公式サイト", KeyScope::Reader, true, false),
        key("試作サイト", KeyScope::Preview, false, true),
    ]
}

pub(crate) fn audit() -> Vec<AuditEntryView> {
    let entry = |number, action: &str, guide| AuditEntryView {
        number,
        action: action.to_owned(),
        words: "公開".to_owned(),
        actor: "山田花子".to_owned(),
        guide_id: guide,
        guide_title: if guide.is_some() { TITLE } else { "" }.to_owned(),
        facts: vec!["リビジョン 3".to_owned()],
        details: vec![("content_hash".to_owned(), hash().to_string())],
        at: at(number),
    };
    vec![
        entry(40, "guide.publish", Some(guide_id())),
        entry(39, "key.create", None),
    ]
}

pub(crate) fn sessions() -> Vec<SessionView> {
    let session = |id: &str, is_current| SessionView {
        id: id.to_owned(),
        user_agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Safari/605.1.15".to_owned(),
        created_at: at(0),
        last_seen_at: at(2),
        is_current,
    };
    vec![session("a", true), session("b", false)]
}
