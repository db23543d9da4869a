use annai_domain::Slug;
use serde::Deserialize;

/// The last part of a guide's address: its slug and, behind a dot, its form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct GuideFile {
    /// The guide's slug.
    pub slug: Slug,
    /// The requested form.
    pub form: GuideForm,
}

/// A form of a guide's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideForm {
    /// The whole document; the path has no extension.
    Json,
    /// The source, as Markdown with front matter.
    Markdown,
    /// The body, rendered to HTML.
    Html,
    /// The body as plain text, without markup.
    Text,
}

impl GuideForm {
    /// Returns the extension, with its dot; empty for [`Json`](Self::Json).
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "",
            Self::Markdown => ".md",
            Self::Html => ".html",
            Self::Text => ".txt",
        }
    }

    /// Returns the media type of the response.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

impl TryFrom<String> for GuideFile {
    type Error = annai_domain::SlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let extended = [GuideForm::Markdown, GuideForm::Html, GuideForm::Text]
            .into_iter()
            .find_map(|form| Some((text.strip_suffix(form.extension())?, form)));
        let (slug, form) = extended.unwrap_or((&text, GuideForm::Json));
        Ok(Self {
            slug: slug.parse()?,
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a_b", GuideForm::Json)]
    #[case("a_b.md", GuideForm::Markdown)]
    #[case("a_b.html", GuideForm::Html)]
    #[case("a_b.txt", GuideForm::Text)]
    fn the_form_follows_the_slug(#[case] text: &str, #[case] form: GuideForm) {
        let file = GuideFile::try_from(text.to_owned()).unwrap();
        assert_eq!((file.slug.as_str(), file.form), ("a_b", form));
    }

    #[rstest]
    #[case("")]
    #[case(".md")]
    #[case("a.json")]
    #[case("a.md.md")]
    #[case("A")]
    #[case("a/b")]
    fn a_name_that_is_not_a_slug_names_nothing(#[case] text: &str) {
        assert!(GuideFile::try_from(text.to_owned()).is_err());
    }
}
