//! Made-up threads.

use annai_domain::{ThreadAction, ThreadId};
use uuid::Uuid;

use crate::home::MentionView;
use crate::threads::{
    CommentPiece, CommentView, FieldChoice, PlaceView, ThreadEventView, ThreadView, ThreadsView,
};

use super::{TITLE, at, guide_id, revision_id};

fn thread_id(number: u128) -> ThreadId {
    ThreadId(Uuid::from_u128(0x200 + number))
}

fn comment(author: &str, call: &str, text: &str) -> CommentView {
    let piece = |text: &str, is_mention| CommentPiece {
        text: text.to_owned(),
        is_mention,
    };
    CommentView {
        author: author.to_owned(),
        at: at(3),
        pieces: vec![piece(call, true), piece(text, false)],
    }
}

fn thread(number: u128) -> ThreadView {
    ThreadView {
        thread_id: thread_id(number),
        field: None,
        quote: None,
        place: None,
        is_blocking: false,
        is_open: true,
        may_resolve: true,
        may_reopen: false,
        comments: vec![comment("佐藤健", "", "直しました。")],
        events: Vec::new(),
    }
}

fn quoted(number: u128, state: &'static str, body: Option<(usize, usize)>) -> ThreadView {
    ThreadView {
        quote: Some("Platform Engineerの平均年収は、\n1,200万円です。".to_owned()),
        place: Some(PlaceView { state, body }),
        ..thread(number)
    }
}

/// Returns threads of every kind.
pub(crate) fn threads(page: &'static str) -> ThreadsView {
    let source = "さん、「年収」の節の出典を確認してください。\n統計の年が古いようです。";
    let events = [
        ThreadAction::Resolve,
        ThreadAction::Reopen,
        ThreadAction::Resolve,
    ];
    let events = events.map(|action| ThreadEventView {
        action,
        by: "鈴木一郎".to_owned(),
        at: at(4),
    });
    let field = FieldChoice {
        key: "category".to_owned(),
        label: "カテゴリー".to_owned(),
    };
    ThreadsView {
        guide_id: guide_id(),
        revision_id: revision_id(4),
        page,
        open: vec![
            thread(1),
            ThreadView {
                field: Some(field.clone()),
                place: Some(PlaceView {
                    state: "found",
                    body: None,
                }),
                ..thread(2)
            },
            ThreadView {
                is_blocking: true,
                may_resolve: false,
                comments: vec![
                    comment("鈴木一郎", "@佐藤健", source),
                    comment("佐藤健", "", "直しました。"),
                ],
                ..quoted(3, "found", Some((10, 40)))
            },
            quoted(4, "ambiguous", Some((10, 40))),
            quoted(5, "gone", None),
        ],
        resolved: vec![ThreadView {
            is_open: false,
            may_resolve: false,
            may_reopen: true,
            events: events.to_vec(),
            ..quoted(6, "found", Some((10, 40)))
        }],
        may_comment: true,
        fields: vec![field],
        people: vec!["佐藤健".to_owned(), "鈴木一郎".to_owned()],
    }
}

/// Returns a view without threads for a person who may not begin one.
pub(crate) fn no_threads() -> ThreadsView {
    ThreadsView {
        open: Vec::new(),
        resolved: Vec::new(),
        may_comment: false,
        ..threads("editor")
    }
}

pub(crate) fn mentions() -> Vec<MentionView> {
    vec![MentionView {
        guide_id: guide_id(),
        thread_id: thread_id(3),
        title: TITLE.to_owned(),
        body: "@山田花子さん、出典を確認してください。".to_owned(),
        by: "鈴木一郎".to_owned(),
        at: at(3),
    }]
}
