//! The `annai` program as people start it: its output, its exit codes and the files it leaves.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod away;
mod cache;
mod configured;
mod editor;
mod failover;
mod first_start;
mod home;
mod import_export;
mod line;
mod lint;
mod nodes;
mod observed;
mod restarting;
mod stopping;
mod taken_down;
mod text;
#[cfg(feature = "otlp")]
mod traces;

/// Formats the output of a program for the message of a failed assertion.
fn said(output: &std::process::Output) -> String {
    format!(
        "{}\n--- stdout\n{}\n--- stderr\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
