use http::{HeaderMap, HeaderName, HeaderValue};

use crate::RequestId;

#[cfg(test)]
mod tests;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The header that tells the client the server's name for the request (W3C Trace Context, level 2).
pub(crate) const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// The trace that a request belongs to, from its `traceparent` (W3C Trace Context, level 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceParent {
    trace_id: u128,
    parent_id: u64,
    flags: u8,
}

impl TraceParent {
    /// Reads the header.
    ///
    /// Returns `None` when it is missing, malformed or repeated: such a request begins no trace.
    #[must_use]
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        let value = values.next()?;
        values.next().is_none().then_some(())?;
        Self::parse(value.as_bytes())
    }

    /// Returns the trace's id as logs and headers show it.
    pub(crate) fn shown_id(self) -> String {
        format!("{:032x}", self.trace_id)
    }

    /// Returns whether the client records the trace.
    #[must_use]
    pub(crate) fn is_sampled(self) -> bool {
        self.flags & 1 == 1
    }

    /// Parses `version-trace_id-parent_id-flags` in lower-case hexadecimal digits.
    ///
    /// Additions of versions after 00 are ignored, as the recommendation asks.
    fn parse(text: &[u8]) -> Option<Self> {
        let (known, rest) = text.split_at_checked(55)?;
        let dashes = [2, 35, 52].into_iter().all(|at| known[at] == b'-');
        let version = digits(&known[..2])?;
        let complete = match version {
            0 => rest.is_empty(),
            0xff => false,
            _ => rest.first().is_none_or(|byte| *byte == b'-'),
        };
        let trace_id = digits(&known[3..35])?;
        let parent_id = u64::try_from(digits(&known[36..52])?).ok()?;
        let flags = u8::try_from(digits(&known[53..])?).ok()?;
        (dashes && complete && trace_id != 0 && parent_id != 0).then_some(Self {
            trace_id,
            parent_id,
            flags,
        })
    }

    /// Returns the `traceresponse`: the same trace, with the start of the request's id as the span.
    pub(crate) fn response(self, request_id: RequestId) -> Option<HeaderValue> {
        let span = request_id.span_id();
        let sampled = u8::from(self.is_sampled());
        let trace = self.shown_id();
        HeaderValue::try_from(format!("00-{trace}-{span:016x}-{sampled:02x}")).ok()
    }

    /// Makes `span` a child of the client's span, for a collector.
    #[cfg(feature = "otlp")]
    pub(crate) fn adopt(self, span: &tracing::Span) {
        use opentelemetry::trace::{
            SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
        };
        use tracing_opentelemetry::OpenTelemetrySpanExt as _;

        let parent = SpanContext::new(
            TraceId::from_bytes(self.trace_id.to_be_bytes()),
            SpanId::from_bytes(self.parent_id.to_be_bytes()),
            TraceFlags::new(self.flags),
            true,
            TraceState::default(),
        );
        // This fails only without a collector, and then there is nothing to adopt.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
    }
}

fn digits(text: &[u8]) -> Option<u128> {
    text.iter().try_fold(0, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}
