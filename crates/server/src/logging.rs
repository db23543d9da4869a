//! Where log lines go and how they look. `docs/logging.md` says what is in them.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{LogFormat, Settings};

/// What is logged where the operator does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The server: what happens.
    Server,
    /// The other verbs: only what went wrong.
    Verb,
}

/// Starts writing log lines to standard error.
pub(crate) fn start(settings: &Settings, detail: Detail) {
    let default = match detail {
        Detail::Server => "info,sqlx=warn",
        Detail::Verb => "warn",
    };
    // The filter was parsed when the settings were checked.
    let filter = EnvFilter::new(settings.log_filter.as_deref().unwrap_or(default));
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let started = match settings.log {
        LogFormat::Text => registry
            .with(lines.with_ansi(crate::output::is_watched()))
            .try_init(),
        LogFormat::Json => registry
            .with(
                lines
                    .json()
                    .flatten_event(true)
                    .with_current_span(true)
                    .with_span_list(false),
            )
            .try_init(),
    };
    if let Err(error) = started {
        crate::output::note(&format!("warning: no log: {error}"));
    }
}
