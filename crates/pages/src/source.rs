//! From the editor's form back to the bytes of a guide.

use annai_content::{GuideSource, Schema, SourceError};

use super::fields;
use super::form::FormData;

#[cfg(test)]
mod tests;

/// What the form was filled in from.
#[derive(Debug, Default)]
pub(super) struct Basis {
    /// The revision that the person began with.
    pub(super) base: Vec<u8>,
    /// Their working copy, if there is one.
    pub(super) kept: Option<Vec<u8>>,
}

impl Basis {
    /// What the editor shows: the working copy, else the revision.
    pub(super) fn shown(&self) -> &[u8] {
        self.kept.as_deref().unwrap_or(&self.base)
    }

    /// The bytes that a form stands for: the whole file where it was edited raw, else the
    /// fields and the body on top of what the person began with.
    ///
    /// Fields and lines that were not touched keep their bytes, line ends included.
    pub(super) fn edited(&self, schema: &Schema, form: &FormData) -> Result<Vec<u8>, SourceError> {
        if let Some(text) = form.find("source") {
            return Ok(raw_from_browser(self.shown(), text));
        }
        let start = self.start(schema)?;
        let edited = fields::apply(&start, schema, form)?;
        let edited = match form.find("body") {
            Some(body) => edited.with_body_from_browser(body)?,
            None => edited,
        };
        Ok(edited.into_bytes())
    }

    /// The text that fields are applied to: the revision's bytes, so that an edit taken back
    /// gives the same bytes again; but the working copy's where that differs in something the
    /// form does not show.
    fn start(&self, schema: &Schema) -> Result<GuideSource, SourceError> {
        let base = GuideSource::parse(self.base.clone());
        let Some(kept) = &self.kept else { return base };
        let (Ok(base), kept) = (base, GuideSource::parse(kept.clone())) else {
            return GuideSource::parse(kept.clone());
        };
        match kept {
            Ok(kept)
                if kept.language() != base.language()
                    || fields::beyond_the_form(&kept, schema)
                        != fields::beyond_the_form(&base, schema) =>
            {
                Ok(kept)
            }
            Ok(_) | Err(_) => Ok(base),
        }
    }
}

/// A whole file that went through a `<textarea>`: unchanged text keeps its bytes, changed text
/// the line ends that most of its lines had.
fn raw_from_browser(before: &[u8], text: &str) -> Vec<u8> {
    let text = text.replace("\r\n", "\n");
    let before = String::from_utf8_lossy(before);
    if before.replace("\r\n", "\n") == text {
        return before.into_owned().into_bytes();
    }
    let pairs = before.matches("\r\n").count();
    if pairs * 2 > before.matches('\n').count() {
        return text.replace('\n', "\r\n").into_bytes();
    }
    text.into_bytes()
}
