use super::*;

const SCHEMA: &str = include_str!("../../../../content/schema.json");
const GUIDE: &str = "---json\r\n{\r\n  \"title\": \"\\u984c\",\r\n  \"slug\": \"a_guide\",\r\n  \"tags\": [\"a\",   \"b\"],\r\n  \"unknown\": {\"x\":1.0}\r\n}\r\n---\r\n\r\n# 見出し\r\n\r\n本文。\r\n";

fn schema() -> Schema {
    Schema::parse(SCHEMA).unwrap()
}

fn basis(base: &str, kept: Option<&str>) -> Basis {
    Basis {
        base: base.as_bytes().to_vec(),
        kept: kept.map(|kept| kept.as_bytes().to_vec()),
    }
}

/// Makes the form as a browser returns it untouched, with CRLF and without the first newline of the
/// body.
fn untouched(source: &str) -> Vec<(String, String)> {
    let source = GuideSource::parse(source.as_bytes().to_vec()).unwrap();
    let views = fields::form_of(&source, &schema(), annai_domain::Locale::Ja, false);
    let crlf = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
    let mut form: Vec<_> = views
        .into_iter()
        .filter(|view| view.odd_json.is_none())
        .map(|view| (format!("field.{}", view.key), crlf(&view.value)))
        .collect();
    let other = super::super::other_keys::view(&source, &schema());
    form.push(("other".to_owned(), crlf(&other.json)));
    form.push(("body".to_owned(), crlf(source.body())));
    form
}

fn sent(mut form: Vec<(String, String)>, changes: &[(&str, &str)]) -> FormData {
    for (name, value) in changes {
        let field = form.iter_mut().find(|(field, _)| field == name).unwrap();
        field.1 = (*value).to_owned();
    }
    let fields: Vec<_> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    FormData::of(&fields)
}

fn edited(basis: &Basis, changes: &[(&str, &str)]) -> String {
    let form = untouched(std::str::from_utf8(basis.shown()).unwrap());
    String::from_utf8(basis.edited(&schema(), &sent(form, changes)).unwrap()).unwrap()
}

#[test]
fn an_untouched_form_gives_the_same_bytes() {
    assert_eq!(edited(&basis(GUIDE, None), &[]), GUIDE);
}

#[test]
fn one_edited_field_changes_its_own_bytes_only() {
    let result = edited(&basis(GUIDE, None), &[("field.slug", "another")]);
    assert_eq!(result, GUIDE.replace("a_guide", "another"));
}

#[test]
fn an_edit_taken_back_leaves_no_trace() {
    let kept = GUIDE.replace("\\u984c", "別");
    let result = edited(&basis(GUIDE, Some(&kept)), &[("field.title", "題")]);
    assert_eq!(result, GUIDE);
}

#[test]
fn what_the_form_does_not_show_is_kept_from_the_working_copy() {
    let kept = GUIDE.replace("1.0", "2.0");
    let result = edited(&basis(GUIDE, Some(&kept)), &[("field.slug", "another")]);
    assert_eq!(result, kept.replace("a_guide", "another"));
}

#[test]
fn lists_are_one_item_per_line() {
    let result = edited(&basis(GUIDE, None), &[("field.tags", "a\r\n b \r\n\r\nc")]);
    let parsed = GuideSource::parse(result.into_bytes()).unwrap();
    assert_eq!(
        parsed.front_matter()["tags"],
        serde_json::json!(["a", "b", "c"])
    );
}

#[test]
fn an_emptied_field_goes_and_an_empty_one_does_not_come() {
    let result = edited(&basis(GUIDE, None), &[("field.slug", "")]);
    let parsed = GuideSource::parse(result.into_bytes()).unwrap();
    assert!(!parsed.front_matter().contains_key("slug"));
    assert!(!parsed.front_matter().contains_key("meta_description"));
}

#[test]
fn a_value_that_the_form_cannot_edit_is_kept() {
    let odd = GUIDE.replace("[\"a\",   \"b\"]", "{\"not\": \"a list\"}");
    assert_eq!(edited(&basis(&odd, None), &[]), odd);
}

#[test]
fn a_malformed_file_is_edited_whole_and_keeps_its_line_ends() {
    let broken = GUIDE.replace("\"slug\"", "slug");
    let basis = basis(GUIDE, Some(&broken));
    let raw = |text: &str| {
        basis
            .edited(&schema(), &FormData::of(&[("source", text)]))
            .unwrap()
    };
    assert_eq!(raw(&broken), broken.as_bytes());
    assert_eq!(raw(&GUIDE.replace("\r\n", "\n")), GUIDE.as_bytes());
}

#[test]
fn other_keys_that_are_malformed_hold_nothing_else_back() {
    let changes = [("other", "{\"unknown\": "), ("field.slug", "another")];
    let result = edited(&basis(GUIDE, None), &changes);
    assert_eq!(result, GUIDE.replace("a_guide", "another"));
}

#[test]
fn an_edited_other_key_goes_on_from_the_working_copy() {
    let kept = GUIDE.replace("1.0", "2.0");
    let result = edited(
        &basis(GUIDE, Some(&kept)),
        &[("other", "{\"unknown\": {\"x\":3.5}}")],
    );
    assert_eq!(result, GUIDE.replace("1.0", "3.5"));
}
