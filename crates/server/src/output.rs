//! The only place that writes to the terminal.

use std::io::{self, IsTerminal as _, Write as _};

/// Writes one line to standard output.
///
/// A reader that went away (`annai … | head`) is not an error: there is nobody left to tell.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes bytes to standard output as they are.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Writes one line to standard error: progress, warnings, problems.
pub(crate) fn note(text: &str) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "{text}");
}

/// Whether a person watches standard error, so that moving progress makes sense.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
