//! The output and format of log lines. `docs/logging.md` describes their content.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::failure::Failure;
use crate::settings::{LogFormat, Settings};

/// The default log filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// For the server: events.
    Server,
    /// For the other commands: only problems.
    Verb,
}

/// A guard that must live as long as the program writes log lines.
#[derive(Debug)]
#[must_use = "traces end when it is dropped"]
pub(crate) struct Logging {
    #[cfg(feature = "otlp")]
    _traces: Option<crate::traces::Traces>,
}

/// Starts writing log lines to standard error, and sends traces if the settings say so.
pub(crate) fn start(settings: &Settings, detail: Detail) -> Result<Logging, Failure> {
    let default = match detail {
        // The pool warns of each connection that an outage broke; the outage has a line already.
        Detail::Server => "info,sqlx=warn,sqlx_core::pool::connection=error",
        Detail::Verb => "warn",
    };
    // The filter was parsed when the settings were checked.
    let filter = EnvFilter::new(settings.log_filter.as_deref().unwrap_or(default));
    let registry = tracing_subscriber::registry().with(filter);
    #[cfg(feature = "otlp")]
    let traces = crate::traces::Traces::start(settings)?;
    #[cfg(not(feature = "otlp"))]
    if settings.otlp_endpoint.is_some() {
        let message = "`otlp_endpoint` is set, but this build sends no traces";
        return Err(Failure::configuration(message)
            .hint("unset it, or build with `--features annai-server/otlp`"));
    }
    #[cfg(feature = "otlp")]
    let registry = registry.with(traces.as_ref().map(crate::traces::Traces::layer));
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
                    // The list begins with the request, so that every line names it.
                    .with_current_span(false)
                    .with_span_list(true),
            )
            .try_init(),
    };
    if let Err(error) = started {
        crate::output::note(&format!("warning: no log: {error}"));
    }
    Ok(Logging {
        #[cfg(feature = "otlp")]
        _traces: traces,
    })
}
