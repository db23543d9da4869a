//! The bytes of a guide from the editor's form.

use annai_content::{GuideSource, Schema, SourceError};

use super::fields;
use super::form::FormData;

#[cfg(test)]
mod tests;

/// The basis of a form.
#[derive(Debug, Default)]
pub(super) struct Basis {
    /// The revision that the person began with.
    pub(super) base: Vec<u8>,
    /// Their working copy, if there is one.
    pub(super) kept: Option<Vec<u8>>,
}

impl Basis {
    /// Returns the text of the editor: the working copy, else the revision.
    pub(super) fn shown(&self) -> &[u8] {
        self.kept.as_deref().unwrap_or(&self.base)
    }

    /// Returns the bytes of a form: the whole file if it was edited raw. Otherwise the fields and
    /// the body are applied to the basis.
    ///
    /// Unchanged fields and lines keep their bytes, line ends included.
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

    /// Returns the source to apply fields to. It is the revision, so that an undone edit gives the
    /// same bytes again. It is the working copy where that differs in parts that the form does not
    /// show.
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

/// Returns a whole file as it came out of a `<textarea>`. Unchanged text keeps its bytes; changed
/// text gets the most frequent line end.
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
