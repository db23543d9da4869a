//! The words about imported files.

use annai_content::Schema;
use annai_domain::Locale;
use annai_editorial::import::{ImportProblem, PassedOverReason};
use annai_view::{Message, words_of};

use super::findings::say_finding;

/// Returns the sentence about a problem of an imported file: for a finding, that of the checks.
#[must_use]
pub fn say_import_problem(problem: &ImportProblem, schema: &Schema, locale: Locale) -> String {
    if let Some(finding) = &problem.finding {
        return say_finding(finding, schema, locale);
    }
    let mut message = Message::new(format!("import.{}", problem.code));
    message.arguments.clone_from(&problem.arguments);
    words_of(locale, &message)
}

/// Returns why an import left a file alone.
#[must_use]
pub fn say_passed_over(reason: PassedOverReason, locale: Locale) -> String {
    words_of(
        locale,
        &Message::new(format!("import.passed_over.{reason}")),
    )
}
