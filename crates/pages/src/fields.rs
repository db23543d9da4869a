//! Front matter fields between the source and the form.

use annai_content::{Field, FieldRole, GuideSource, Localised, Schema, SourceError, Widget};
use annai_domain::Locale;
use serde_json::{Map, Number, Value};

use super::form::FormData;
use super::other_keys::OtherKeys;
use annai_view::fields::{CounterView, FieldView, WidgetKind};
use annai_view::form::Choice;

/// Returns the form's text for a value; `None` when the form cannot edit such a value. Lists have
/// one item a line.
fn text_of(widget: &Widget, value: Option<&Value>) -> Option<String> {
    let Some(value) = value else {
        return Some(String::new());
    };
    match (widget, value) {
        (
            Widget::Text
            | Widget::TextArea
            | Widget::Slug
            | Widget::Select { .. }
            | Widget::Image
            | Widget::Number,
            Value::String(text),
        ) => Some(text.replace("\r\n", "\n")),
        (Widget::Number, Value::Number(number)) => Some(number.to_string()),
        (Widget::Checkbox, Value::Bool(is_set)) => Some(is_set.to_string()),
        (Widget::Tokens | Widget::Guides, Value::Array(items)) => items
            .iter()
            .map(|item| {
                item.as_str().filter(|text| {
                    !text.contains(['\n', '\r']) && text.trim() == *text && !text.is_empty()
                })
            })
            .collect::<Option<Vec<_>>>()
            .map(|items| items.join("\n")),
        _ => None,
    }
}

/// Returns the form's text for a field; `None` where it shows none.
pub(super) fn text_in_form(source: &GuideSource, schema: &Schema, key: &str) -> Option<String> {
    let widget = &schema.field(key)?.widget;
    text_of(widget, source.front_matter().get(key))
}

/// Returns the value of a text in the form; `None` when the field was emptied.
fn value_of(widget: &Widget, text: &str) -> Option<Value> {
    match widget {
        Widget::Text | Widget::TextArea | Widget::Slug | Widget::Select { .. } | Widget::Image => {
            (!text.is_empty()).then(|| Value::from(text))
        }
        Widget::Number => {
            let text = text.trim();
            let number = text.parse::<Number>().map(Value::Number);
            (!text.is_empty()).then(|| number.unwrap_or_else(|_| Value::from(text)))
        }
        Widget::Checkbox => Some(Value::Bool(text == "true")),
        Widget::Tokens | Widget::Guides => {
            let items = text.lines().map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(Value::from).collect()))
        }
    }
}

/// Applies the fields of a form to `source`. Unchanged fields keep their bytes, and so does
/// everything that the form does not show.
pub(super) fn apply(
    source: &GuideSource,
    schema: &Schema,
    form: &FormData,
) -> Result<GuideSource, SourceError> {
    let mut edited = match OtherKeys::sent(form, schema) {
        Ok(Some(other)) => other.apply(source, schema)?,
        // A malformed value is shown again beside its field; the other fields need not wait for it.
        Ok(None) | Err(_) => source.clone(),
    };
    for field in schema.fields() {
        let Some(sent) = form.find(&format!("field.{}", field.key)) else {
            continue;
        };
        let before = source.front_matter().get(&field.key);
        let Some(shown) = text_of(&field.widget, before) else {
            continue;
        };
        let sent = sent.replace("\r\n", "\n");
        if is_same(&field.widget, &shown, &sent, before.is_some()) {
            continue;
        }
        edited = match value_of(&field.widget, &sent) {
            Some(value) => edited.with_field(&field.key, &value)?,
            None => edited.without_field(&field.key)?,
        };
    }
    Ok(edited)
}

/// Returns whether the person left the field as it was shown.
fn is_same(widget: &Widget, shown: &str, sent: &str, was_there: bool) -> bool {
    match widget {
        Widget::Tokens | Widget::Guides => value_of(widget, shown) == value_of(widget, sent),
        Widget::Checkbox => shown == sent || (!was_there && sent != "true"),
        Widget::Text
        | Widget::TextArea
        | Widget::Slug
        | Widget::Select { .. }
        | Widget::Image
        | Widget::Number => shown == sent,
    }
}

/// Returns the front matter that the form does not show: unknown keys, and values that it cannot
/// edit.
pub(super) fn beyond_the_form(source: &GuideSource, schema: &Schema) -> Map<String, Value> {
    let fields = source.front_matter().iter();
    let hidden = fields.filter(|(key, value)| {
        schema
            .field(key)
            .is_none_or(|field| text_of(&field.widget, Some(value)).is_none())
    });
    hidden
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Lists the slugs in every list of guides.
pub(super) fn related(source: &GuideSource, schema: &Schema) -> Vec<String> {
    let is_list =
        |field: &&Field| field.role == Some(FieldRole::Relations) || field.widget == Widget::Guides;
    let fields = schema.fields().iter().filter(is_list);
    fields
        .filter_map(|field| text_of(&field.widget, source.front_matter().get(&field.key)))
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// Builds the form of a source. The slug is frozen once a guide was public.
pub(super) fn form_of(
    source: &GuideSource,
    schema: &Schema,
    locale: Locale,
    was_public: bool,
) -> Vec<FieldView> {
    // Under the last field that a search result shows.
    let card = [FieldRole::Summary, FieldRole::Title];
    let card = card.into_iter().find_map(|role| schema.key_of(role));
    let fields = schema.fields().iter();
    fields
        .map(|field| FieldView {
            has_card: card == Some(&field.key),
            is_frozen: was_public
                && field.role == Some(FieldRole::Slug)
                && source.raw_field(&field.key).is_some(),
            ..field_view(field, source, locale)
        })
        .collect()
}

fn field_view(field: &Field, source: &GuideSource, locale: Locale) -> FieldView {
    let shown = text_of(&field.widget, source.front_matter().get(&field.key));
    let raw = source.raw_field(&field.key).unwrap_or_default();
    let value = shown.clone().unwrap_or_default();
    FieldView {
        key: field.key.clone(),
        role: field.role,
        has_card: false,
        label: in_language(&field.label, locale).to_owned(),
        help: field
            .help
            .as_ref()
            .map(|help| in_language(help, locale).to_owned()),
        widget: kind_of(&field.widget),
        choices: choices(&field.widget, &value, locale),
        required: field.required,
        counter: field.counter.map(|counter| CounterView {
            min: counter.min,
            max: counter.max,
        }),
        max_items: field.max_items,
        is_frozen: false,
        odd_json: shown.is_none().then(|| raw.to_owned()),
        error: None,
        value,
    }
}

/// Lists the choices of a select. An unknown present value is one of them, so that it is kept.
pub(super) fn choices(widget: &Widget, value: &str, locale: Locale) -> Vec<Choice> {
    let Widget::Select { options } = widget else {
        return Vec::new();
    };
    let mut choices: Vec<_> = options
        .iter()
        .map(|option| Choice {
            value: option.value.clone(),
            label: in_language(&option.label, locale).to_owned(),
            chosen: option.value == value,
        })
        .collect();
    if !value.is_empty() && choices.iter().all(|choice| !choice.chosen) {
        choices.push(Choice {
            value: value.to_owned(),
            label: value.to_owned(),
            chosen: true,
        });
    }
    choices
}

/// Returns a text of the schema in the person's language.
pub(super) fn in_language(text: &Localised, locale: Locale) -> &str {
    match locale {
        Locale::Ja => &text.ja,
        Locale::En => &text.en,
    }
}

fn kind_of(widget: &Widget) -> WidgetKind {
    match widget {
        Widget::Text => WidgetKind::Text,
        Widget::TextArea => WidgetKind::TextArea,
        Widget::Slug => WidgetKind::Slug,
        Widget::Select { .. } => WidgetKind::Select,
        Widget::Tokens => WidgetKind::Tokens,
        Widget::Guides => WidgetKind::Guides,
        Widget::Image => WidgetKind::Image,
        Widget::Number => WidgetKind::Number,
        Widget::Checkbox => WidgetKind::Checkbox,
    }
}
