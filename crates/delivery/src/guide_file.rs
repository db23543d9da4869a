use annai_domain::Slug;
use serde::Deserialize;

/// The last part of a guide's address: its slug and, behind a dot, its form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct GuideFile {
    pub(crate) slug: Slug,
    pub(crate) form: Form,
}

/// The forms in which a guide is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Markdown,
    Html,
    Text,
}

impl Form {
    /// What is written behind the slug.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Json => "",
            Self::Markdown => ".md",
            Self::Html => ".html",
            Self::Text => ".txt",
        }
    }

    /// The media type of its answer.
    pub(crate) fn media_type(self) -> &'static str {
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
        let extended = [Form::Markdown, Form::Html, Form::Text]
            .into_iter()
            .find_map(|form| Some((text.strip_suffix(form.extension())?, form)));
        let (slug, form) = extended.unwrap_or((&text, Form::Json));
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
    #[case("a_b", Form::Json)]
    #[case("a_b.md", Form::Markdown)]
    #[case("a_b.html", Form::Html)]
    #[case("a_b.txt", Form::Text)]
    fn the_form_stands_behind_the_slug(#[case] text: &str, #[case] form: Form) {
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
    fn what_is_no_slug_names_nothing(#[case] text: &str) {
        assert!(GuideFile::try_from(text.to_owned()).is_err());
    }
}
