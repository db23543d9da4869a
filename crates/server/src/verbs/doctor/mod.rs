//! `annai doctor`: checks the installation and says what to do.

mod database;
mod machine;
mod servers;

use serde::Serialize;

use crate::content_folder;
use crate::database::{OpenDatabase, Use};
use crate::failure::{Code, Failure};
use crate::output;
use crate::settings::Settings;
use crate::verbs::print_json;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// Everything is right.
    Ok,
    /// It works, but the operator should look at it.
    Warn,
    /// It fails, or will fail.
    Fail,
}

/// The outcome of one check.
#[derive(Debug, Clone, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    /// The observed state.
    found: String,
    /// Advice; absent if nothing is to be done.
    advice: Option<String>,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Ok,
            found: found.into(),
            advice: None,
        }
    }

    fn warn(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Warn,
            found: found.into(),
            advice: Some(advice.into()),
        }
    }

    fn fail(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Fail,
            ..Self::warn(name, found, advice)
        }
    }
}

/// Runs every check; exit code 1 if one failed.
pub(crate) async fn run(settings: &Settings, json: bool) -> Result<(), Failure> {
    let mut checks = vec![
        machine::configuration(settings),
        machine::disk(settings),
        schema(settings),
        dictionary(settings),
    ];
    match OpenDatabase::open(settings, Use::Visit).await {
        Ok(open) => {
            checks.extend(database::checks(&open, settings).await);
            open.close(settings).await?;
        }
        Err(failure) => checks.push(Check::fail(
            "database",
            failure.text(),
            "all other checks need it",
        )),
    }
    if json {
        print_json(&serde_json::json!({ "checks": checks }))?;
    } else {
        for check in &checks {
            output::line(&line(check));
        }
    }
    let failed = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Fail)
        .count();
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::message(
        Code::Failed,
        format!("{failed} of {} checks failed", checks.len()),
    ))
}

fn line(check: &Check) -> String {
    let word = match check.verdict {
        Verdict::Ok => "ok  ",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
    };
    let mut line = format!("{word}  {:14} {}", check.name, check.found);
    if let Some(advice) = &check.advice {
        line.push_str("\n      hint: ");
        line.push_str(advice);
    }
    line
}

fn dictionary(settings: &Settings) -> Check {
    match content_folder::dictionary(&settings.content_dir) {
        Ok(loaded) => {
            let spellings = loaded.dictionary.len();
            Check::ok(
                "dictionary",
                format!("{} with {spellings} spellings", loaded.origin),
            )
        }
        Err(failure) => Check::fail(
            "dictionary",
            failure.text(),
            "the server does not start without it",
        ),
    }
}

fn schema(settings: &Settings) -> Check {
    match content_folder::schema(&settings.content_dir) {
        Ok(loaded) => {
            let fields = loaded.schema.fields().len();
            let found = format!("{} with {fields} fields", loaded.origin);
            if loaded.schema.roles_are_guessed() {
                let found = format!("{found}, none with a role");
                return Check::warn("content schema", found, content_folder::ROLES_ADVICE);
            }
            Check::ok("content schema", found)
        }
        Err(failure) => Check::fail(
            "content schema",
            failure.text(),
            "the server does not start without it",
        ),
    }
}
