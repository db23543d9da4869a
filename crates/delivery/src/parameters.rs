use std::fmt;

use annai_content::Dialect;
use annai_domain::{RefName, Slug};
use annai_storage::delivery::ListSort;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use utoipa::{IntoParams, ToSchema};

/// Which parts of the one guide are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GuideParameters {
    /// The members of `data` that are wanted, by comma; all of them if not given.
    #[param(value_type = Option<String>, pattern = "^[^,]+(,[^,]+)*$")]
    pub(crate) fields: Option<Commas>,
    /// The parts of the body, by comma: `html`, `markdown`, `text`, `toc`; or `none`. `html,toc`
    /// if not given.
    #[param(value_type = Option<String>, pattern = "^(none|(html|markdown|text|toc)(,(html|markdown|text|toc))*)$")]
    pub(crate) body: Option<BodyParts>,
    /// What stands beside the guide: the cards of related guides (if not given), or nothing.
    pub(crate) include: Option<Include>,
    /// The oldest ref that may answer, such as the one that a publish named: a node that has not
    /// reached it is waited for, at most 5 s.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// Which form of the source is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SourceParameters {
    /// How the front matter is said: as it stands in the source (if not given), in another
    /// dialect, or not at all.
    pub(crate) frontmatter: Option<FrontMatter>,
    /// The oldest ref that may answer, such as the one that a publish named: a node that has not
    /// reached it is waited for, at most 5 s.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// How new a form of a guide must be.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FormParameters {
    /// The oldest ref that may answer.
    pub(crate) min_ref: Option<RefName>,
}

/// Which refs are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RefsParameters {
    /// The most refs of one page: 1–1000; 20 if not given.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
    /// Where the next page begins: from the page before.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) cursor: Option<RefName>,
}

/// Which changes are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesParameters {
    /// The token of the page before; from the beginning if not given.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) since: Option<RefName>,
    /// About how many changes one page has: 1–100, 1–1000 without documents; 100 if not given.
    /// What changed with one publication is never torn apart.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
    /// How many seconds to wait for a change where there is none yet: 1–25.
    #[param(minimum = 1, maximum = 25)]
    pub(crate) wait: Option<u32>,
    /// `none`: the changes without the guides' documents.
    pub(crate) body: Option<NoBody>,
}

/// Leaves the guides' documents out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoBody {
    None,
}

/// Which part of the sitemap is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SitemapParameters {
    /// The part, where there are more than 50,000 guides: from 1.
    #[param(minimum = 1)]
    pub(crate) page: Option<u32>,
}

/// No parameter at all.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct NoParameters {}

/// Which guides are wanted, in which order, and which parts of them.
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
    /// At most 100 slugs, by comma.
    #[param(value_type = Option<String>, pattern = "^[a-z0-9]+(_[a-z0-9]+)*(,[a-z0-9]+(_[a-z0-9]+)*)*$")]
    pub(crate) slug: Option<Commas>,
    /// The guide lists this slug as related.
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
    /// The order; `-` is descending. `-published_at` if not given.
    pub(crate) sort: Option<Sort>,
    /// The most guides of one page: 1–100 with bodies, 1–1000 without; 20 if not given.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
    /// Where the next page begins: from the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$", max_length = 2048)]
    pub(crate) cursor: Option<String>,
    /// The members of each guide that are wanted, by comma; all of them if not given.
    #[param(value_type = Option<String>, pattern = "^[^,]+(,[^,]+)*$")]
    pub(crate) fields: Option<Commas>,
    /// The parts of the bodies, by comma: `html`, `markdown`, `text`, `toc`; or `none`, as it is
    /// if not given.
    #[param(value_type = Option<String>, pattern = "^(none|(html|markdown|text|toc)(,(html|markdown|text|toc))*)$")]
    pub(crate) body: Option<BodyParts>,
    /// What stands beside the guides: the cards of related guides, or nothing (if not given).
    pub(crate) include: Option<Include>,
    /// The oldest ref that may answer, such as the one that a publish named: a node that has not
    /// reached it is waited for, at most 5 s.
    #[param(value_type = Option<String>, pattern = "^[0-9]+-[0-9a-f]{8}$")]
    pub(crate) min_ref: Option<RefName>,
}

/// A category, tag or keyword.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `list` checks")]
#[schema(min_length = 1, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]+$")]
pub(crate) struct Word(String);

/// What stands beside the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Include {
    Related,
    None,
}

/// How the front matter of a source is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FrontMatter {
    /// As it was published, byte for byte.
    Source,
    /// A JSON object between lines of `---`.
    YamlJson,
    /// YAML between lines of `---`.
    Yaml,
    /// TOML between lines of `+++`; what is null is left out.
    Toml,
    /// A bare JSON object before the body.
    HugoJson,
    /// The body alone.
    None,
}

impl FrontMatter {
    /// The dialect that it has to be put into, if any.
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

/// The orders of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum Sort {
    #[serde(rename = "-published_at")]
    PublishedAtDescending,
    #[serde(rename = "published_at")]
    PublishedAt,
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
    /// The words as slugs, or the first that is none.
    pub(crate) fn slugs(&self) -> Result<Vec<Slug>, &str> {
        let slug = |word: &'_ String| word.parse::<Slug>().ok();
        if let Some(wrong) = self.0.iter().find(|word| slug(word).is_none()) {
            return Err(wrong);
        }
        Ok(self.0.iter().filter_map(slug).collect())
    }
}

/// The parts of a body that an answer has.
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
    /// What one guide has if nothing is said.
    pub(crate) const USUAL: Self = Self {
        html: true,
        markdown: false,
        text: false,
        toc: true,
    };
    /// Nothing of the body.
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
