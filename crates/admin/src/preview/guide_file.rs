use annai_domain::Slug;
use serde::Deserialize;

/// The last part of a preview's address: the guide's slug and, behind a dot, the form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct GuideFile {
    pub(super) slug: Slug,
    pub(super) form: Form,
}

/// The forms in which a preview is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Markdown,
    Html,
}

impl Form {
    /// The media type of its answer.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

impl TryFrom<String> for GuideFile {
    type Error = annai_domain::SlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (slug, form) = if let Some(slug) = text.strip_suffix(".md") {
            (slug, Form::Markdown)
        } else if let Some(slug) = text.strip_suffix(".html") {
            (slug, Form::Html)
        } else {
            (text.as_str(), Form::Json)
        };
        Ok(Self {
            slug: slug.parse()?,
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stands_behind_the_slug() {
        for (text, form) in [
            ("a_b", Form::Json),
            ("a_b.md", Form::Markdown),
            ("a_b.html", Form::Html),
        ] {
            let file = GuideFile::try_from(text.to_owned()).unwrap();
            assert_eq!((file.slug.as_str(), file.form), ("a_b", form));
        }
        for text in ["", ".md", "a.json", "a.md.md", "A"] {
            assert!(GuideFile::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
