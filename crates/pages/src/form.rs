//! The fields of a form, sent as `multipart/form-data` or urlencoded.

use std::str::FromStr;

use axum::extract::multipart::MultipartError;
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use secrecy::SecretString;

use super::error::PageError;
use annai_view::Message;

/// The fields of a form in the order of the request. At most 2 MiB (axum's limit).
#[derive(Debug, Default)]
pub(crate) struct FormData {
    fields: Vec<(String, String)>,
    /// The password that answers the question before administration.
    confirmation: Option<SecretString>,
}

/// The field of that password. The question adds it to the form that it sends again.
const CONFIRMATION: &str = "confirm_password";

impl<S: Send + Sync> FromRequest<S> for FormData {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if content_type.starts_with("multipart/form-data") {
            let form = Multipart::from_request(request, state).await;
            read(form.map_err(|_| PageError::bad_form())?).await
        } else if content_type.is_empty() {
            Ok(Self::default())
        } else {
            let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
            let Form(fields) =
                form.map_err(|rejection| refused(rejection.into_response_status()))?;
            Ok(Self::from(fields))
        }
    }
}

/// Returns the status of one of axum's rejections.
trait RejectionStatus {
    fn into_response_status(self) -> StatusCode;
}

impl<R: axum::response::IntoResponse> RejectionStatus for R {
    fn into_response_status(self) -> StatusCode {
        self.into_response().status()
    }
}

fn refused(status: StatusCode) -> PageError {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        PageError::new(status).with(Message::new("refused.too_large"))
    } else {
        PageError::bad_form()
    }
}

async fn read(mut form: Multipart) -> Result<FormData, PageError> {
    let wrong = |error: MultipartError| refused(error.status());
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.map_err(wrong)? {
        let name = field.name().unwrap_or_default().to_owned();
        fields.push((name, field.text().await.map_err(wrong)?));
    }
    Ok(FormData::from(fields))
}

impl From<Vec<(String, String)>> for FormData {
    fn from(mut fields: Vec<(String, String)>) -> Self {
        let at = fields.iter().position(|(name, _)| name == CONFIRMATION);
        let confirmation = at.map(|at| SecretString::from(fields.remove(at).1));
        Self {
            fields,
            confirmation,
        }
    }
}

impl FormData {
    /// Refuses a form that has a field outside `names`. A name with `.` at its end allows every field
    /// that begins with it.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), PageError> {
        let is_known = |field: &str| {
            names.iter().any(|name| match name.strip_suffix('.') {
                Some(_) => field.starts_with(name),
                None => field == *name,
            })
        };
        match self.fields.iter().find(|(name, _)| !is_known(name)) {
            Some((name, _)) => {
                tracing::debug!(name, "a form had an unknown field");
                Err(PageError::bad_form())
            }
            None => Ok(()),
        }
    }

    /// Returns the last value of `name`: a checkbox comes after its hidden default.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .rev()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the value of `name`, or an empty text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// Returns the value of `name` without blanks at both ends.
    pub(crate) fn trimmed(&self, name: &str) -> &str {
        self.text(name).trim()
    }

    /// Lists the values of `name`.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Parses the value of `name`, which our own pages put there.
    pub(crate) fn parse<T: FromStr>(&self, name: &str) -> Result<T, PageError> {
        self.text(name).parse().map_err(|_| PageError::bad_form())
    }

    /// Returns the value of `name` as a secret.
    pub(crate) fn secret(&self, name: &str) -> SecretString {
        SecretString::from(self.text(name).to_owned())
    }

    /// Returns the fields as they were sent, without the password that confirms them.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Returns the password that answers the question before administration.
    pub(crate) fn confirmation(&self) -> Option<SecretString> {
        self.confirmation.clone()
    }

    /// Creates a form with these fields.
    #[cfg(test)]
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect::<Vec<_>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkbox_wins_over_its_hidden_default() {
        let form = FormData::of(&[("a", ""), ("a", "true")]);
        assert_eq!(form.text("a"), "true");
        assert_eq!(form.text("b"), "");
    }

    #[test]
    fn the_password_that_confirms_is_no_field() {
        let form = FormData::of(&[("name", "x"), (CONFIRMATION, "secret")]);
        assert!(form.only(&["name"]).is_ok());
        assert_eq!(form.fields(), [("name".to_owned(), "x".to_owned())]);
        assert!(form.confirmation().is_some());
    }

    #[test]
    fn a_field_that_the_page_does_not_make_is_refused() {
        let form = FormData::of(&[("body", "x"), ("field.title", "y")]);
        assert!(form.only(&["body", "field."]).is_ok());
        assert!(form.only(&["body"]).is_err());
        assert!(form.only(&["field."]).is_err());
    }
}
