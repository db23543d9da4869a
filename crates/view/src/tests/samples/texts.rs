//! Made-up texts, differences and findings.

use annai_content::FieldRole;

use crate::Message;
use crate::diff::{BlockView, DiffView, FieldChangeView, MoveView, SegmentView, StretchView};
use crate::editor::{PartsView, RawView};
use crate::fields::{
    CounterView, FieldView, KnownGuide, KnownState, OtherKeysFaultView, OtherKeysView,
    SearchCardView, WidgetKind,
};
use crate::guide::{FindingView, FindingsView, FixView};

use super::{TITLE, by, choices};

fn segment(kind: &'static str, text: &str) -> SegmentView {
    SegmentView {
        kind,
        text: text.to_owned(),
    }
}

pub(crate) fn diff() -> DiffView {
    let block = |kind, segments| BlockView {
        kind,
        segments,
        ..BlockView::default()
    };
    DiffView {
        fields: field_changes(),
        stretches: vec![
            StretchView {
                heading: None,
                changed_blocks: 4,
                blocks: blocks(block),
            },
            StretchView {
                heading: Some("## 年収".to_owned()),
                changed_blocks: 1,
                blocks: vec![block("added", vec![segment("added", "| 東京 | 600 |")])],
            },
        ],
        changed_blocks: 5,
        is_silent: false,
    }
}

fn blocks(block: impl Fn(&'static str, Vec<SegmentView>) -> BlockView) -> Vec<BlockView> {
    vec![
        block(
            "same",
            vec![segment(
                "same",
                "## 🚀 序章：なぜ今、Platform Engineerが必要なのか？",
            )],
        ),
        block(
            "changed",
            vec![
                segment("same", "現代のソフトウェア開発は、かつてないスピードと"),
                segment("removed", "複雑"),
                segment("added", "多様"),
                segment(
                    "same",
                    "さで進化しています。マイクロサービス、クラウドネイティブ、そして継続的なデリバリー。",
                ),
            ],
        ),
        BlockView {
            kind: "folded",
            folded: vec!["段落".to_owned(), "段落".to_owned()],
            ..BlockView::default()
        },
        block(
            "removed",
            vec![segment("removed", "この段落はなくなりました。")],
        ),
        block("added", vec![segment("added", "この段落が加わりました。")]),
        BlockView {
            rows: vec![
                BlockView {
                    cells: vec![
                        vec![segment("same", "SRE")],
                        vec![segment("removed", "3"), segment("added", "4")],
                    ],
                    by: Some(by(4)),
                    ..block("changed", Vec::new())
                },
                BlockView {
                    cells: vec![vec![segment("same", "計")], vec![segment("same", "8")]],
                    ..block("same", Vec::new())
                },
            ],
            ..block("table", Vec::new())
        },
        BlockView {
            line: Some(10),
            moved: Some(way(2, None)),
            blocks: vec![block("same", vec![segment("same", "移った段落")])],
            ..block("moved", vec![segment("same", "## 進路")])
        },
        BlockView {
            line: Some(3),
            moved: Some(way(0, Some("年収"))),
            ..block("moved_away", vec![segment("same", "## 進路")])
        },
    ]
}

fn way(more: usize, after: Option<&str>) -> MoveView {
    MoveView {
        title: "進路".to_owned(),
        more,
        after: after.map(str::to_owned),
    }
}

fn field_changes() -> Vec<FieldChangeView> {
    vec![
        FieldChangeView {
            label: "説明".to_owned(),
            key: "meta_description".to_owned(),
            segments: vec![
                segment("same", "開発チームが効率的にアプリケーションを"),
                segment("removed", "構"),
                segment("added", "構"),
                segment(
                    "same",
                    "築・運用できるよう、基盤となるツールチェーンを設計します。",
                ),
            ],
            chips: Vec::new(),
        },
        FieldChangeView {
            label: "タグ".to_owned(),
            key: "tags".to_owned(),
            segments: Vec::new(),
            chips: vec![
                segment("same", "Kubernetes"),
                segment("removed", "Ansible"),
                segment("added", "Backstage"),
            ],
        },
    ]
}

pub(crate) fn findings() -> FindingsView {
    let finding = |level, code, message, field: Option<&str>, line: Option<u32>| FindingView {
        level,
        code,
        message,
        field: field.map(str::to_owned),
        label: field.map(str::to_owned),
        body_line: line,
        line: line.map(|line| line + 40),
        column: line.map(|_| 1),
        from: line.map(|_| 120),
        to: line.map(|_| 126),
        fix: None,
    };
    let mut mended = finding(
        "warn",
        "spelling_dictionary",
        Message::new("check.spelling_dictionary")
            .with("found", "Github")
            .with("expected", "GitHub"),
        None,
        Some(12),
    );
    mended.fix = Some(FixView::Body {
        edits: vec![(120, 126, "GitHub".to_owned())],
    });
    let mut tag = finding(
        "hint",
        "tag_near_miss",
        Message::new("check.tag_near_miss")
            .with("tag", "k8s")
            .with("usual", "K8s"),
        Some("tags"),
        None,
    );
    tag.fix = Some(FixView::Field {
        field: "tags".to_owned(),
        value: "K8s\nSRE".to_owned(),
    });
    FindingsView::of(vec![
        finding(
            "error",
            "field_missing",
            Message::new("check.field_missing").with("key", "category"),
            Some("category"),
            None,
        ),
        finding(
            "warn",
            "description_width",
            Message::new("check.description_width")
                .with("width", 68)
                .with("min", 80)
                .with("max", 125),
            Some("meta_description"),
            None,
        ),
        mended,
        tag,
    ])
}

pub(crate) fn parts() -> PartsView {
    let counter = Some(CounterView {
        min: Some(100.0),
        max: Some(125.0),
    });
    let mut slug = field("slug", "スラッグ", WidgetKind::Slug, "platform_engineer");
    slug.error = Some(Message::new("refused.slug_taken_here"));
    slug.help = Some("URLの一部になります。".to_owned());
    let mut odd = field("tags", "タグ", WidgetKind::Tokens, "");
    odd.odd_json = Some("{\"a\": 1}".to_owned());
    PartsView {
        fields: vec![
            FieldView { required: true, ..field("title", "タイトル", WidgetKind::Text, TITLE) },
            FieldView { role: Some(FieldRole::Slug), ..slug },
            FieldView { choices: choices(), ..field("category", "カテゴリー", WidgetKind::Select, "") },
            FieldView {
                role: Some(FieldRole::Summary),
                has_card: true,
                counter,
                help: Some("検索結果に表示される説明です。".to_owned()),
                ..field(
                    "meta_description",
                    "説明",
                    WidgetKind::TextArea,
                    "開発チームが効率的にアプリケーションを構築・運用できるよう、基盤となるインフラストラクチャを設計・構築する仕事です。",
                )
            },
            field("keywords", "キーワード", WidgetKind::Tokens, "DevOps\nSRE\nクラウドコンピューティング"),
            odd,
            FieldView {
                max_items: Some(64),
                ..field("related_jobs", "関連ガイド", WidgetKind::Guides, "sre_engineer\nno_such_guide")
            },
            field("thumbnail", "サムネイル", WidgetKind::Image, "/static/img/platform_engineer.png"),
            field("priority", "優先度", WidgetKind::Number, "3"),
            field("featured", "注目", WidgetKind::Checkbox, "true"),
        ],
        other_keys: OtherKeysView {
            json: "{\n  \"layout\": { \"name\": \"job\" }\n}".to_owned(),
            count: 1,
            fault: None,
        },
        card: SearchCardView {
            url_pattern: "https://www.example.jp/guides/{slug}/".to_owned(),
            url: "https://www.example.jp/guides/platform_engineer/".to_owned(),
            title: TITLE.to_owned(),
            title_room: Some(32.0),
            description_room: None,
            description: "開発チームが効率的に開発できるよう、基盤を設計する仕事です。".to_owned(),
        },
        site_assets: Some("https://www.example.jp".to_owned()),
        skeleton: Some("### 概要\n\n".to_owned()),
        known_guides: vec![KnownGuide {
            slug: "sre_engineer".to_owned(),
            title: "SREとは".to_owned(),
            state: KnownState::Public,
            is_own: false,
        }],
        known_is_complete: true,
        body: "# [完全ガイド] Platform Engineer: 開発効率を最大化する基盤構築の専門家\n\n---\n\n## 🚀 序章：なぜ今、Platform Engineerが必要なのか？\n\n### 1️⃣ Platform Engineerとは？\n\n現代のソフトウェア開発は、かつてないスピードと複雑さで進化しています。マイクロサービス、クラウドネイティブ、そして継続的なデリバリーが当たり前になりました。\n\nここで登場するのが、**Platform Engineer（プラットフォームエンジニア）**です。\n\n彼らの役割を最もよく表す比喩は、**「開発者体験（Developer Experience, DX）を最大化する高速道路の設計者」**です。\n".to_owned(),
    }
}

pub(crate) fn other_keys_fault() -> OtherKeysFaultView {
    OtherKeysFaultView {
        message: Message::new("fields.other_known").with("key", "title"),
        line: 2,
        column: 3,
    }
}

fn field(key: &str, label: &str, widget: WidgetKind, value: &str) -> FieldView {
    FieldView {
        key: key.to_owned(),
        role: None,
        has_card: false,
        label: label.to_owned(),
        help: None,
        widget,
        value: value.to_owned(),
        choices: Vec::new(),
        required: false,
        counter: None,
        max_items: None,
        is_frozen: false,
        odd_json: None,
        error: None,
    }
}

pub(crate) fn raw() -> RawView {
    RawView {
        source: "---json\n{\n  \"title\": \"題\",\n}\n---\n# 本文\n".to_owned(),
        error: Message::new("check.json_trailing_comma"),
        line: 4,
        column: 1,
    }
}
