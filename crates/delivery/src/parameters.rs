use std::fmt;

use annai_content::Dialect;
use annai_domain::{RefName, Slug};
use annai_storage::delivery::ListSort;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use utoipa::{IntoParams, ToSchema};

/// The parameters of one guide.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GuideParameters {
    /// The members of `data`, separated by commas; all by default.
    #[param(value_type = Option<String>, pattern = "^[^,]+(,[^,]+)*$")]
    pub(crate) fields: Option<Commas>,
    /// The parts of the body, separated by commas: `html`, `markdown`, `text`, `toc`; or `none`.
    /// `html,toc` by default.
    #[param(value_type = Option<String>, pattern = "^(none|(html|markdown|text|toc)(,(html|markdown|text|toc))*)$")]
    pub(crate) body: Option<BodyParts>,
    /// The included documents: the cards of related guides (by default), or none.
    pub(crate) include: Option<Include>,
    /// The oldest acceptable ref, such as the one of a publication. The request waits up to 5 s until
    /// the node has reached it.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// The parameters of a source.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SourceParameters {
    /// The form of the front matter: as in the source (by default), in another dialect, or left out.
    pub(crate) frontmatter: Option<FrontMatter>,
    /// The oldest acceptable ref, such as the one of a publication. The request waits up to 5 s until
    /// the node has reached it.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// The parameters of the rendered body.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HtmlParameters {
    /// `link` returns a whole page that links `/v1/guide.css`, for people who open it in a browser.
    /// By default the response is a fragment without a stylesheet.
    pub(crate) stylesheet: Option<Stylesheet>,
    /// The oldest acceptable ref, such as the one of a publication. The request waits up to 5 s until
    /// the node has reached it.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// Links the stylesheet in a whole page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stylesheet {
    Link,
}

/// The parameters of the plain text of a guide.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FormParameters {
    /// The oldest acceptable ref.
    pub(crate) min_ref: Option<RefName>,
}

/// The parameters of the list of refs.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RefsParameters {
    /// The most refs on a page: 1–1000; 20 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<i64>,
    /// The beginning of the page: `meta.next_cursor` of the page before.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) cursor: Option<RefName>,
}

/// The parameters of the change feed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesParameters {
    /// The token of the page before; the beginning by default.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) since: Option<RefName>,
    /// About how many changes a page holds: 1–100, or 1–1000 without documents; 100 by default. The
    /// changes of one publication stay on one page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<i64>,
    /// The seconds to wait for the next change if there is none yet: 1–25.
    #[param(minimum = 1, maximum = 25)]
    pub(crate) wait: Option<u32>,
    /// `none` leaves the guides' documents out.
    pub(crate) body: Option<NoBody>,
}

/// Leaves the guides' documents out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoBody {
    None,
}

/// The parameters of the sitemap.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SitemapParameters {
    /// The part of the sitemap of more than 50,000 guides, from 1.
    #[param(minimum = 1)]
    pub(crate) page: Option<u32>,
}

/// No parameters.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct NoParameters {}

/// The parameters of a list of guides.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParameters {
    /// The category; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) category: Vec<String>,
    /// A tag; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) tag: Vec<String>,
    /// A tag; repeated: all of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) tag_all: Vec<String>,
    /// A keyword; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) keyword: Vec<String>,
    /// Up to 100 slugs, separated by commas.
    #[param(value_type = Option<String>, pattern = "^[a-z0-9]+(_[a-z0-9]+)*(,[a-z0-9]+(_[a-z0-9]+)*)*$")]
    pub(crate) slug: Option<Commas>,
    /// A slug that the guide names as related.
    #[param(pattern = "^[a-z0-9]+(_[a-z0-9]+)*$")]
    pub(crate) links_to: Option<String>,
    /// Published at this instant or later (RFC 3339).
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) published_after: Option<Timestamp>,
    /// Published before this instant (RFC 3339).
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) published_before: Option<Timestamp>,
    /// Changed at this instant or later (RFC 3339), related cards included.
    #[param(value_type = Option<String>, format = DateTime)]
    pub(crate) updated_after: Option<Timestamp>,
    /// The order, descending with `-`; `-published_at` by default.
    pub(crate) sort: Option<Sort>,
    /// The most guides on a page: 1–100 with bodies, 1–1000 without; 20 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<i64>,
    /// The beginning of the page: `meta.next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$", max_length = 2048)]
    pub(crate) cursor: Option<String>,
    /// The members of each guide, separated by commas; all by default.
    #[param(value_type = Option<String>, pattern = "^[^,]+(,[^,]+)*$")]
    pub(crate) fields: Option<Commas>,
    /// The parts of the bodies, separated by commas: `html`, `markdown`, `text`, `toc`; or `none`
    /// (by default).
    #[param(value_type = Option<String>, pattern = "^(none|(html|markdown|text|toc)(,(html|markdown|text|toc))*)$")]
    pub(crate) body: Option<BodyParts>,
    /// The included documents: the cards of related guides, or none (by default).
    pub(crate) include: Option<Include>,
    /// The oldest acceptable ref, such as the one of a publication. The request waits up to 5 s until
    /// the node has reached it.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// A category, tag or keyword.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described here; `list` checks it")]
#[schema(min_length = 1, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]+$")]
pub(crate) struct Word(String);

/// The included documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Include {
    Related,
    None,
}

/// The form of the front matter of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FrontMatter {
    /// The published bytes.
    Source,
    /// A JSON object between lines of `---`.
    YamlJson,
    /// YAML between lines of `---`.
    Yaml,
    /// TOML between lines of `+++`, without null values.
    Toml,
    /// A bare JSON object before the body.
    HugoJson,
    /// The body alone.
    None,
}

impl FrontMatter {
    /// Returns the dialect to write, if any.
    pub(crate) fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Source | Self::None => None,
            Self::YamlJson => Some(Dialect::YamlJson),
            Self::Yaml => Some(Dialect::Yaml),
            Self::Toml => Some(Dialect::Toml),
            Self::HugoJson => Some(Dialect::HugoJson),
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum Sort {
    #[serde(rename = "-published_at")]
    PublishedAtDescending,
    #[serde(rename = "published_at")]
    PublishedAt,
    #[serde(rename = "-first_published_at")]
    FirstPublishedAtDescending,
    #[serde(rename = "first_published_at")]
    FirstPublishedAt,
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
    #[serde(rename = "slug")]
    Slug,
    #[serde(rename = "title")]
    Title,
}

impl From<Sort> for ListSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::PublishedAtDescending => Self::PublishedAtDescending,
            Sort::PublishedAt => Self::PublishedAt,
            Sort::FirstPublishedAtDescending => Self::FirstPublishedAtDescending,
            Sort::FirstPublishedAt => Self::FirstPublishedAt,
            Sort::UpdatedAtDescending => Self::UpdatedAtDescending,
            Sort::Slug => Self::Slug,
            Sort::Title => Self::Title,
        }
    }
}

/// Words joined by commas; none of them is empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Commas(pub(crate) Vec<String>);

impl TryFrom<String> for Commas {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let words: Vec<String> = text.split(',').map(str::to_owned).collect();
        if words.iter().any(String::is_empty) {
            return Err("words joined by single commas are expected");
        }
        Ok(Self(words))
    }
}

impl Commas {
    /// Parses the words as slugs. Fails with the first other word.
    pub(crate) fn slugs(&self) -> Result<Vec<Slug>, &str> {
        let slug = |word: &'_ String| word.parse::<Slug>().ok();
        if let Some(wrong) = self.0.iter().find(|word| slug(word).is_none()) {
            return Err(wrong);
        }
        Ok(self.0.iter().filter_map(slug).collect())
    }
}

/// The parts of a body in an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent parts, read by name"
)]
pub(crate) struct BodyParts {
    pub(crate) html: bool,
    pub(crate) markdown: bool,
    pub(crate) text: bool,
    pub(crate) toc: bool,
}

impl BodyParts {
    /// The default parts of one guide.
    pub(crate) const USUAL: Self = Self {
        html: true,
        markdown: false,
        text: false,
        toc: true,
    };
    /// No parts.
    pub(crate) const NONE: Self = Self {
        html: false,
        markdown: false,
        text: false,
        toc: false,
    };
    const NAMES: &'static [&'static str] = &["html", "markdown", "text", "toc", "none"];
}

impl<'de> Deserialize<'de> for BodyParts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts;

        impl Visitor<'_> for Parts {
            type Value = BodyParts;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("parts of a body, joined by commas")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<BodyParts, E> {
                let mut parts = BodyParts::NONE;
                if text == "none" {
                    return Ok(parts);
                }
                for word in text.split(',') {
                    match word {
                        "html" => parts.html = true,
                        "markdown" => parts.markdown = true,
                        "text" => parts.text = true,
                        "toc" => parts.toc = true,
                        other => return Err(E::unknown_variant(other, BodyParts::NAMES)),
                    }
                }
                Ok(parts)
            }
        }

        deserializer.deserialize_str(Parts)
    }
}
