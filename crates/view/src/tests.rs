//! Every view in every look and both languages; every message key that templates and scripts use.

pub(crate) mod samples;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annai_domain::{Actor, Encoding, FieldFault, Locale, Ref, Role, RoleSet, UserId};
use jiff::tz::TimeZone;

use super::catalogue::catalogue;
use super::{
    FlashKind, FlashView, Frame, JudgedView, Message, Person, View, files, render, templates,
};

fn frame(locale: Locale, is_signed_in: bool) -> Frame {
    let roles = RoleSet::new([Role::Admin, Role::Editor]);
    let actor = Actor::new(UserId::new(), roles);
    Frame {
        person: is_signed_in.then(|| Person::new("山田花子", &actor)),
        flash: is_signed_in.then(|| FlashView {
            kind: FlashKind::Done,
            message: Message::new("flash.guide_saved"),
            judged: (locale == Locale::Ja).then(|| JudgedView {
                guide_id: samples::guide_id(),
                undo: Ref::new(12),
            }),
        }),
        ..Frame::anonymous(locale, &TimeZone::UTC, "/admin/guides")
    }
}

/// Renders every look of every view and hands the pages on: template, number, language, HTML.
fn each_page(mut visit: impl FnMut(&str, usize, Locale, &str)) {
    macro_rules! pages {
        ($($view:ty),+ $(,)?) => {$(
            for (number, view) in <$view>::samples().iter().enumerate() {
                for locale in Locale::ALL {
                    let is_signed_in = !matches!(
                        <$view>::TEMPLATE,
                        "sign_in.html" | "accept.html" | "shared_preview.html"
                    );
                    let html = render(view, &frame(locale, is_signed_in))
                        .unwrap_or_else(|error| panic!("{} {number}: {error:?}", <$view>::TEMPLATE));
                    visit(<$view>::TEMPLATE, number, locale, &html);
                }
            }
        )+};
    }
    pages!(
        super::account::AccountView,
        super::audit::AuditView,
        super::conflict::ConflictView,
        super::developers::DevelopersView,
        super::diff::AuthorsView,
        super::diff::DiffPageView,
        super::editor::AroundTextView,
        super::editor::ChecksView,
        super::editor::EditorView,
        super::error::ErrorView,
        super::error::FrameErrorView,
        super::guides::GuidesView,
        super::guides::NewGuideView,
        super::history::HistoryView,
        super::home::HomeView,
        super::keys::KeysView,
        super::people::UsersView,
        super::preview::PreviewView,
        super::preview_links::PreviewLinksView,
        super::publishing::PublishView,
        super::publishing::RollbackView,
        super::publishing::TakeDownView,
        super::reference::ReferenceView,
        super::review::ReviewQueueView,
        super::review::ReviewView,
        super::shared_preview::SharedPreviewView,
        super::sign_in::AcceptView,
        super::sign_in::ConfirmView,
        super::sign_in::SignInView,
        super::slugs::SlugsView,
        super::webhooks::WebhookView,
        super::webhooks::WebhooksView,
    );
}

#[test]
fn every_view_renders_in_every_look_and_both_languages() {
    let mut seen = BTreeSet::new();
    each_page(|template, _, _, html| {
        assert!(!html.is_empty());
        seen.insert(template.to_owned());
    });
    let pages: BTreeSet<_> = templates::all()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name != "base.html" && !name.starts_with("parts/"))
        .collect();
    assert_eq!(seen, pages, "a template has no view with samples");
}

#[test]
fn every_fault_of_a_field_has_words_in_both_languages() {
    for fault in FieldFault::ALL {
        let key = format!("field.{fault}");
        for locale in Locale::ALL {
            assert!(catalogue(locale).contains_key(&key), "{locale:?}: {key}");
        }
    }
}

#[test]
fn no_page_carries_inline_script_or_style() {
    each_page(|template, number, _, html| {
        let page = format!("{template} {number}");
        assert!(
            !html.contains(" style=") && !html.contains("<style"),
            "{page}"
        );
        assert!(!html.contains("javascript:"), "{page}");
        let handlers = [" onclick=", " onload=", " onsubmit=", " onchange="];
        assert!(
            handlers.iter().all(|handler| !html.contains(handler)),
            "{page}"
        );
        let scripts = html.matches("<script").count();
        let known = html
            .matches("<script type=\"module\" src=\"/assets/")
            .count()
            + html.matches("<script type=\"application/json\"").count();
        assert_eq!(scripts, known, "{page}");
    });
}

#[test]
fn a_page_loads_the_script_that_its_elements_need() {
    let needs: [(&str, &[&str]); 6] = [
        (" data-editor", &["editor.js"]),
        (" data-queue", &["review.js"]),
        (" data-threads", &["editor.js", "review.js"]),
        (" data-tabs>", &["editor.js", "diff.js", "review.js"]),
        (" data-conflicts", &["conflict.js"]),
        (" data-timeline", &["history.js"]),
    ];
    let folder = format!("{}/pages/", super::assets_path());
    let mut loaded = BTreeSet::new();
    each_page(|template, number, _, html| {
        let page = format!("{template} {number}");
        let sources = attribute(html, "<script type=\"module\" src=\"");
        // A fragment and the page for readers of a preview have no script at all.
        assert!(sources.len() <= 1, "{page}: {sources:?}");
        let script = sources.first().map(|at| at.strip_prefix(&folder).unwrap());
        for (mark, any_of) in needs {
            let is_loaded = script.is_some_and(|name| any_of.contains(&name));
            assert!(is_loaded || !html.contains(mark), "{page}: {mark}");
        }
        loaded.extend(script.map(str::to_owned));
    });
    let expected = [
        "conflict.js",
        "diff.js",
        "editor.js",
        "history.js",
        "main.js",
        "review.js",
    ];
    assert!(loaded.iter().eq(expected), "{loaded:?}");
}

#[test]
fn a_form_that_people_type_into_is_kept_on_the_device() {
    each_page(|template, number, _, html| {
        // Nobody is signed in at the door, and passwords are never kept.
        if matches!(template, "sign_in.html" | "accept.html") {
            return;
        }
        for rest in html.split("<form").skip(1) {
            let (form, _) = rest.split_once("</form>").unwrap();
            let (tag, inside) = form.split_once('>').unwrap();
            let is_kept = tag.contains(" data-kept") || !tag.contains("method=\"post\"");
            let inputs = inside.split("<input").skip(1);
            let not_typed = ["hidden", "checkbox", "radio", "password"];
            let typed = inputs.filter(|input| {
                let (tag, _) = input.split_once('>').unwrap();
                !not_typed
                    .iter()
                    .any(|kind| tag.contains(&format!("type=\"{kind}\"")))
            });
            let is_typed = inside.contains("<textarea") || typed.count() > 0;
            assert!(is_kept || !is_typed, "{template} {number}: <form{tag}>");
        }
    });
}

#[test]
fn an_id_names_one_element_of_a_page_and_labels_name_fields() {
    each_page(|template, number, _, html| {
        let page = format!("{template} {number}");
        let ids: Vec<_> = attribute(html, " id=\"");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{page}: {ids:?}");
        for target in attribute(html, " for=\"") {
            assert!(ids.contains(&target), "{page}: a label for `{target}`");
        }
        for list in attribute(html, " aria-describedby=\"") {
            for target in list.split_whitespace() {
                assert!(
                    ids.iter().any(|id| id == target),
                    "{page}: described by `{target}`"
                );
            }
        }
    });
}

#[test]
fn every_key_in_templates_and_scripts_is_a_message() {
    let catalogue = catalogue(Locale::Ja);
    let prefixes: BTreeSet<_> = catalogue
        .keys()
        .filter_map(|key| key.split_once('.'))
        .map(|(prefix, _)| prefix)
        .collect();
    let mut missing = BTreeSet::new();
    for (name, text) in templates::all() {
        for literal in quoted(&text) {
            let known_prefix = literal.split_once('.').is_some_and(|(prefix, rest)| {
                prefixes.contains(prefix) && !rest.is_empty() && rest != "html"
            });
            if known_prefix && !catalogue.contains_key(&literal) {
                missing.insert(format!("{name}: {literal}"));
            }
        }
    }
    for (name, text) in files::scripts() {
        for literal in attribute(&text, "word(\"") {
            if !catalogue.contains_key(&format!("js.{literal}")) {
                missing.insert(format!("{name}: js.{literal}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn no_template_and_no_script_spells_a_limit_out() {
    let scripts = files::scripts().into_iter();
    for (name, text) in templates::all().into_iter().chain(scripts) {
        for attribute in ["maxlength=", "minlength=", "maxLength", "minLength"] {
            for rest in text.split(attribute).skip(1) {
                let value = rest.trim_start_matches(['"', '\'', ' ', '=', ':']);
                let is_literal = value.starts_with(|first: char| first.is_ascii_digit());
                assert!(
                    !is_literal,
                    "{name}: {attribute}{}",
                    &rest[..rest.len().min(12)]
                );
            }
        }
    }
}

#[test]
fn every_finding_has_its_words() {
    for locale in Locale::ALL {
        for code in annai_checks::FINDING_CODES {
            let key = format!("check.{code}");
            assert!(catalogue(locale).contains_key(&key), "{locale:?}: {key}");
        }
    }
}

#[test]
fn a_text_of_a_person_is_never_markup() {
    let mut view = super::home::HomeView::samples().remove(0);
    view.work[0].title = "<script>alert(1)</script>".to_owned();
    let html = render(&view, &frame(Locale::Ja, true)).unwrap();
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn the_style_sheet_stays_small() {
    let style = include_bytes!("../../../admin-ui/static/style.css");
    let compressed = annai_content::compress(Encoding::Gzip, style);
    assert!(compressed.len() < 12 * 1000, "{}", compressed.len());
}

/// Writes every sample to `{temporary folder}/annai-samples` for a person to look at; checks
/// nothing.
#[test]
#[ignore = "writes pages to be looked at"]
fn write_samples() {
    let folder = std::env::temp_dir().join("annai-samples");
    std::fs::create_dir_all(&folder).unwrap();
    let static_folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../admin-ui/static");
    let assets_path = super::assets_path();
    each_page(|template, number, locale, html| {
        let mut name = template.trim_end_matches(".html").to_owned();
        write!(name, "-{number}-{}.html", locale.as_str()).unwrap();
        let html = html.replace(&assets_path, &format!("file://{static_folder}"));
        std::fs::write(folder.join(name), html).unwrap();
    });
}

/// Returns the text after each `start`, up to the next quotation mark.
fn attribute(text: &str, start: &str) -> Vec<String> {
    let behind = text.split(start).skip(1);
    behind
        .filter_map(|rest| rest.split_once('"'))
        .map(|(value, _)| value.to_owned())
        .collect()
}

/// Returns every quoted text that could be a message key.
fn quoted(text: &str) -> Vec<String> {
    let key = |text: &&str| {
        text.contains('.')
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || "._".contains(c))
    };
    text.split('"').filter(key).map(str::to_owned).collect()
}
