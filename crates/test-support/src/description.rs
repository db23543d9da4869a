use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use http::{Method, StatusCode};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::Answer;

static DESCRIPTION: LazyLock<Description> = LazyLock::new(Description::new);

/// Panics if an answer of the editors' API differs from its description.
///
/// Paths and methods without a description are not part of the API.
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) {
    if let Some((template, operation)) = DESCRIPTION.find(method, path) {
        let name = format!("{method} {template}");
        if let Err(difference) = DESCRIPTION.compare(&name, operation, answer) {
            panic!("{name} differs from its description: {difference}\n{answer}");
        }
    }
}

/// The document and the schemas that were compiled from it.
struct Description {
    document: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Description {
    fn new() -> Self {
        Self {
            document: annai_api::openapi().unwrap(),
            compiled: Mutex::default(),
        }
    }

    /// Returns the operation behind a path; a literal path goes before one with parameters.
    fn find(&self, method: &Method, path: &str) -> Option<(&str, &Value)> {
        let paths = self.document["paths"].as_object()?;
        let fitting = paths.iter().filter(|(template, _)| fits(template, path));
        let (template, item) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
        let operation = item.get(method.as_str().to_ascii_lowercase())?;
        Some((template, operation))
    }

    fn compare(&self, name: &str, operation: &Value, answer: &Answer) -> Result<(), String> {
        let status = answer.status.to_string();
        let class = format!("{}XX", &status[..1]);
        let responses = &operation["responses"];
        let response = responses.get(&status).or_else(|| responses.get(&class));
        let response = response.ok_or_else(|| format!("it has no status {status}"))?;
        if answer.body.is_empty() || answer.status == StatusCode::NOT_MODIFIED {
            return Ok(());
        }
        let sent = answer.header("content-type");
        let sent = sent.split(';').next().unwrap_or_default();
        let content = response["content"].get(sent);
        let content = content.ok_or_else(|| format!("it has no content of type {sent}"))?;
        // The lines of `application/x-ndjson` are not described one by one.
        if !(sent == "application/json" || sent.ends_with("+json")) {
            return Ok(());
        }
        let validator = self.validator(format!("{name} {status} {sent}"), &content["schema"]);
        let body = answer.json();
        let errors = validator.iter_errors(&body);
        let errors: Vec<_> = errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.join("; "))
        }
    }

    fn validator(&self, name: String, schema: &Value) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap();
        let validator = compiled.entry(name).or_insert_with(|| {
            let mut root: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
            let schemas = &self.document["components"]["schemas"];
            root.insert("components".to_owned(), json!({ "schemas": schemas }));
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            Arc::new(options.build(&Value::Object(root)).unwrap())
        });
        Arc::clone(validator)
    }
}

/// Returns whether `path` is an instance of `template`, such as `/guides/{guide_id}.md`.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if part_fits(wanted, given) => {}
            _ => return false,
        }
    }
}

fn part_fits(wanted: &str, given: &str) -> bool {
    let Some((before, rest)) = wanted.split_once('{') else {
        return wanted == given;
    };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    given.len() > before.len() + after.len() && given.starts_with(before) && given.ends_with(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &Value) -> Answer {
        let mut headers = http::HeaderMap::new();
        headers.insert("content-type", "application/json".parse().unwrap());
        Answer {
            status,
            headers,
            body: body.to_string().into(),
        }
    }

    #[test]
    fn a_path_is_described_by_the_most_literal_template() {
        let find = |path| DESCRIPTION.find(&Method::GET, path).map(|found| found.0);
        let revision = "/api/v1/guides/{guide_id}/revisions/{revision_id}";
        assert_eq!(find("/api/v1/guides/1/revisions/2"), Some(revision));
        assert_eq!(find("/api/v1/users/1"), None);
        assert_eq!(find("/api/v1/nothing"), None);
    }

    #[test]
    #[should_panic(expected = "differs from its description")]
    fn a_member_of_another_type_is_a_difference() {
        let body = json!({ "publications": [], "next_before": "12" });
        check(&Method::GET, "/api/v1/publications", &answer(200, &body));
    }

    #[test]
    #[should_panic(expected = "it has no status 302")]
    fn a_status_without_a_description_is_a_difference() {
        check(
            &Method::GET,
            "/api/v1/publications",
            &answer(302, &json!({})),
        );
    }
}
