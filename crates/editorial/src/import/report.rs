use annai_checks::Finding;
use annai_content::{Position, SourceError};
use annai_domain::{ContentHash, FileDialect, GuideId, RefName};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The results of all files, in the order they were given.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportReport {
    /// One line a file.
    pub files: Vec<ImportLine>,
    /// Whether everything due was written. `false` after a dry run, and when errors prevented it.
    pub complete: bool,
}

/// The result of one file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportLine {
    /// The file.
    pub path: String,
    /// The dialect of its front matter; `null` for a file that could not be read.
    pub dialect: Option<FileDialect>,
    /// The slug it claims.
    pub slug: Option<String>,
    /// The file's state, compared with the database.
    pub state: ImportState,
    /// The guide; for a new one only after it was written.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub guide_id: Option<GuideId>,
    /// Whether this import wrote it.
    pub written: bool,
    /// The ledger entry, if this import published the file.
    #[schema(value_type = Option<String>)]
    pub publication_ref: Option<RefName>,
    /// The faults of a file in error; otherwise what must be mended before publishing.
    pub problems: Vec<ImportProblem>,
    /// The hash of the file.
    #[serde(skip)]
    pub(super) file_hash: Option<ContentHash>,
    /// The hash of the source that the file was read into.
    #[serde(skip)]
    pub(super) content_hash: Option<ContentHash>,
    /// Whether this import is to publish it.
    #[serde(skip)]
    pub(super) publishes: bool,
    /// Whether the guide is not yet known to come from this file.
    #[serde(skip)]
    pub(super) moves: bool,
}

/// The state of a file, compared with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// No guide has its path or slug.
    New,
    /// The guide's newest text differs.
    Changed,
    /// The guide's newest text is the same.
    Same,
    /// It cannot be imported.
    Error,
}

/// One fault and its place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ImportProblem {
    /// A stable name, such as `json_trailing_comma`.
    pub code: String,
    /// The message, in English.
    pub message: String,
    /// The value it is about, as a JSON pointer into the front matter.
    pub pointer: Option<String>,
    /// Its place in the file.
    pub position: Option<Position>,
    /// The finding of the checks, which has words in every language.
    #[serde(skip)]
    pub finding: Option<Box<Finding>>,
    /// The values in the words of `import.<code>`, for a problem without a finding.
    #[serde(skip)]
    pub arguments: Map<String, Value>,
}

impl ImportReport {
    /// Counts the files in `state`.
    #[must_use]
    pub fn count(&self, state: ImportState) -> usize {
        self.files.iter().filter(|line| line.state == state).count()
    }

    /// Counts the files that this import published.
    #[must_use]
    pub fn published(&self) -> usize {
        self.files
            .iter()
            .filter(|line| line.publication_ref.is_some())
            .count()
    }
}

impl ImportLine {
    pub(super) fn new(path: String) -> Self {
        Self {
            path,
            dialect: None,
            slug: None,
            state: ImportState::New,
            guide_id: None,
            written: false,
            publication_ref: None,
            problems: Vec::new(),
            file_hash: None,
            content_hash: None,
            publishes: false,
            moves: false,
        }
    }

    /// Returns whether the file needs to be written.
    pub(super) fn is_due(&self) -> bool {
        match self.state {
            ImportState::New | ImportState::Changed => true,
            ImportState::Same => self.publishes || self.moves,
            ImportState::Error => false,
        }
    }

    pub(super) fn refuse(&mut self, problem: ImportProblem) {
        self.state = ImportState::Error;
        self.problems.push(problem);
    }
}

impl ImportProblem {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            pointer: None,
            position: None,
            finding: None,
            arguments: Map::new(),
        }
    }

    pub(super) fn not_markdown(path: &str) -> Self {
        let message =
            format!("{path} is not the file of a guide: only .md, .markdown and .mdx are taken");
        Self::new("not_markdown", message).with("path", path)
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }
}

impl From<&SourceError> for ImportProblem {
    fn from(error: &SourceError) -> Self {
        Self {
            message: error.kind.to_string(),
            ..Finding::of_malformed(error).into()
        }
    }
}

impl From<Finding> for ImportProblem {
    fn from(finding: Finding) -> Self {
        let message = describe(finding.code, &finding.arguments);
        let problem = Self {
            pointer: finding.pointer.clone(),
            position: finding.position,
            ..Self::new(finding.code, message)
        };
        Self {
            finding: Some(Box::new(finding)),
            ..problem
        }
    }
}

/// Writes a finding in words: `field_too_long`, `{"key": "title", "limit": 200}` → `field too long
/// (key: title, limit: 200)`.
fn describe(code: &str, arguments: &Map<String, Value>) -> String {
    let words = code.replace('_', " ");
    let particulars: Vec<String> = arguments
        .iter()
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name}: {text}"),
            other => format!("{name}: {other}"),
        })
        .collect();
    if particulars.is_empty() {
        words
    } else {
        format!("{words} ({})", particulars.join(", "))
    }
}
