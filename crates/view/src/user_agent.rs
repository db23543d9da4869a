//! The short name of a browser, from its `User-Agent` header.

use annai_domain::Locale;
use serde_json::{Map, Value};

use super::catalogue::find_text;

/// Marks of browsers with their names. The first mark in the header counts: most browsers also
/// carry the marks of those that follow.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of operating systems with their names, in the same order of precedence.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Returns a name such as `Chrome・Linux`; the header itself for a program that is not known.
pub(super) fn name(locale: Locale, user_agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(mark, _)| user_agent.contains(mark));
        found.map(|(_, name)| Value::from(*name))
    };
    let (Some(browser), Some(system)) = (find(&BROWSERS), find(&SYSTEMS)) else {
        return user_agent.to_owned();
    };
    let names = [("browser", browser), ("system", system)];
    let names: Map<_, _> = names
        .map(|(key, name)| (key.to_owned(), name))
        .into_iter()
        .collect();
    find_text(locale, "browser.on", &names).unwrap_or_else(|| user_agent.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_by_its_first_mark_and_its_system() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/156.0.0.0 Safari/537.36";
        assert_eq!(name(Locale::Ja, chrome), "Chrome・Linux");
        assert_eq!(
            name(Locale::En, &format!("{chrome} Edg/156.0")),
            "Edge on Linux"
        );
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 \
            (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
        assert_eq!(name(Locale::Ja, phone), "Safari・iPhone");
        let robot = "curl/8.9.1";
        assert_eq!(name(Locale::Ja, robot), robot);
        assert_eq!(name(Locale::Ja, ""), "");
    }
}
