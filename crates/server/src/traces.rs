//! Traces for an OpenTelemetry collector: the spans of the log, sent by OTLP over HTTP.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use crate::failure::Failure;
use crate::settings::Settings;

/// The exporter of spans; it sends the remaining ones when it is dropped.
#[derive(Debug)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts sending if the settings name a collector. It uses a thread of its own, so it must run
    /// before there is a runtime.
    pub(crate) fn start(settings: &Settings) -> Result<Option<Self>, Failure> {
        let Some(endpoint) = &settings.otlp_endpoint else {
            return Ok(None);
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(endpoint.as_str())
            .build()
            .map_err(|error| Failure::from(anyhow::Error::new(error)))?;
        let resource = Resource::builder().with_service_name("annai").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            // A trace from outside is recorded if its sender records it.
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .build();
        Ok(Some(Self(provider)))
    }

    /// Turns log spans into trace spans.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer().with_tracer(self.0.tracer("annai"))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            crate::output::note(&format!("warning: the last traces were not sent: {error}"));
        }
    }
}
