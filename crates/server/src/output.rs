//! The only place that writes to the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use crate::settings::{Origin, Settings};

/// Writes one line to standard output.
///
/// A closed pipe (`annai … | head`) is not an error, because its reader has seen enough.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes bytes to standard output unchanged.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Writes one line to standard error: progress, warnings, problems.
pub(crate) fn note(text: &str) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// Writes a link to standard output. A default address is pointed out on standard error, because the
/// server may answer elsewhere.
pub(crate) fn link(settings: &Settings, path: &str) {
    line(&format!("{}{path}", settings.base_url));
    if settings.base_url_origin == Origin::Default {
        note(&format!(
            "{} is the default address. If the server has another, give this command the same ANNAI_BASE_URL or ANNAI_LISTEN.",
            settings.base_url
        ));
    }
}

/// Returns whether standard error is a terminal, where moving progress makes sense.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
