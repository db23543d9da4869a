use http::HeaderValue;

/// Joins the values of a header that lists them. Returns `None` for an empty list.
pub(crate) fn joined(values: &[String], separator: &str) -> Option<HeaderValue> {
    let values = (!values.is_empty()).then(|| values.join(separator))?;
    HeaderValue::try_from(values).ok()
}
