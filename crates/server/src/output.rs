//! The only place that writes to the terminal.

use std::io::{self, IsTerminal as _, Write as _};

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

/// Returns whether standard error is a terminal, where moving progress makes sense.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
