//! The templates: inside the binary in release builds, read from disk in debug builds.

use std::sync::OnceLock;

use annai_domain::Locale;
use jiff::tz::TimeZone;
use minijinja::value::{Serde, Value};
use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, escape_formatter,
};
use rust_embed::RustEmbed;
use serde::Serialize;

use super::{Frame, View, filters};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../admin-ui/templates"]
struct Templates;

/// The environments of each language, and the zone in which they show times: a server has one.
static ENVIRONMENTS: OnceLock<(TimeZone, [Environment<'static>; 2])> = OnceLock::new();

/// A template could not be filled in. This is always our own fault.
#[derive(Debug, thiserror::Error)]
#[error("a page could not be rendered")]
pub struct RenderError(#[from] minijinja::Error);

#[derive(Serialize)]
struct Context<'a, V> {
    view: &'a V,
    frame: &'a Frame,
}

/// Renders the page of `view` inside `frame`, as HTML.
///
/// # Errors
///
/// [`RenderError`] when the template names something that does not exist.
pub fn render<V: View>(view: &V, frame: &Frame) -> Result<String, RenderError> {
    let context = Context { view, frame };
    let zone = &frame.time_zone;
    let kept = || {
        (
            zone.clone(),
            Locale::ALL.map(|locale| environment(locale, zone)),
        )
    };
    let fresh;
    let environment = match ENVIRONMENTS.get_or_init(kept) {
        (of, [ja, en]) if !cfg!(debug_assertions) && of == zone => match frame.locale {
            Locale::Ja => ja,
            Locale::En => en,
        },
        _ => {
            fresh = environment(frame.locale, zone);
            &fresh
        }
    };
    Ok(environment
        .get_template(V::TEMPLATE)?
        .render(Serde(&context))?)
}

fn environment(locale: Locale, zone: &TimeZone) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_loader(|name| {
        Ok(Templates::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()))
    });
    environment.set_formatter(write_escaped);
    filters::add(&mut environment, locale, zone);
    environment.add_global("lang", locale.as_str());
    environment.add_global("time_zone", zone.iana_name().unwrap_or("UTC"));
    environment
}

/// Escapes HTML. The engine's own escaping writes `/` as `&#x2f;` too, which makes addresses
/// unreadable.
fn write_escaped(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let is_html = matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe();
    let Some(text) = value.as_str().filter(|_| is_html) else {
        return escape_formatter(out, state, value);
    };
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    Ok(())
}

/// Lists every template with its text, for the test of message keys.
#[cfg(test)]
pub(super) fn all() -> Vec<(String, String)> {
    Templates::iter()
        .filter_map(|name| {
            let file = Templates::get(&name)?;
            Some((
                name.into_owned(),
                String::from_utf8_lossy(&file.data).into_owned(),
            ))
        })
        .collect()
}
