use http::HeaderValue;
use jiff::Timestamp;

/// Joins the values of a header that lists them. Returns `None` for an empty list.
pub(crate) fn joined(values: &[String], separator: &str) -> Option<HeaderValue> {
    let values = (!values.is_empty()).then(|| values.join(separator))?;
    HeaderValue::try_from(values).ok()
}

/// Formats the value of `Last-Modified`.
pub(crate) fn http_date(at: Timestamp) -> Option<HeaderValue> {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    let date = printer.timestamp_to_rfc9110_string(&at).ok()?;
    HeaderValue::try_from(date).ok()
}
