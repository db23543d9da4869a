//! The rows of the matrix that try each operation of the two API documents.

use std::collections::{BTreeMap, BTreeSet};

use annai_test_support::{Call, Client, TestApp};
use serde_json::Value;

const OPERATIONS: &str = include_str!("../../fixtures/authz_operations.csv");

/// The documents, by the word in `authz_operations.csv`, and their addresses.
const DOCUMENTS: [(&str, &str); 2] = [
    ("api", "/api/v1/openapi.json"),
    ("delivery", "/v1/openapi.json"),
];

/// An operation of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Described {
    document: &'static str,
    operation_id: String,
    method: String,
    path: String,
}

/// The operations of both documents, and the operations of the matrix that try each.
pub(super) struct Coverage {
    described: Vec<Described>,
    rows: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Coverage {
    pub(super) async fn of(app: &TestApp) -> Self {
        let client = app.anonymous();
        let mut described = Vec::new();
        for (document, address) in DOCUMENTS {
            described.extend(operations(document, &client, address).await);
        }
        let rows = OPERATIONS.lines().skip(1).map(|line| {
            let cells: Vec<_> = line.split(',').collect();
            let [document, operation_id, operations] = cells[..] else {
                panic!("not three cells: {line}");
            };
            let operations = operations.split(' ').map(str::to_owned).collect();
            ((document.to_owned(), operation_id.to_owned()), operations)
        });
        Self {
            described,
            rows: rows.collect(),
        }
    }

    /// Lists the operations of the documents that no row of the matrix tries. `has_rows` says
    /// whether an operation of the matrix has rows that are tried.
    pub(super) fn untried(&self, has_rows: impl Fn(&str) -> bool) -> Vec<String> {
        let described = self.described.iter();
        let untried = described.filter(|operation| {
            let tried = self.rows.get(&operation.key());
            !tried.is_some_and(|rows| rows.iter().all(|row| has_rows(row)))
        });
        untried.map(|operation| format!("{operation:?}")).collect()
    }

    /// Lists the lines of `authz_operations.csv` about operations that no document describes.
    pub(super) fn unknown(&self) -> Vec<&(String, String)> {
        let known: BTreeSet<_> = self.described.iter().map(Described::key).collect();
        self.rows
            .keys()
            .filter(|key| !known.contains(key))
            .collect()
    }

    /// Returns whether a request that a row of `operation` sends is the one that the line of
    /// `authz_operations.csv` says.
    pub(super) fn agrees(&self, operation: &str, call: &Call) -> bool {
        let fitting = self.described.iter().filter(|one| one.fits(call));
        // `{slug}.html` fits better than `{slug}`.
        let sent = fitting.max_by_key(|one| one.path.split('{').map(literal).sum::<usize>());
        let rows = sent.and_then(|one| self.rows.get(&one.key()));
        rows.is_some_and(|rows| rows.contains(operation))
    }
}

impl Described {
    fn key(&self) -> (String, String) {
        (self.document.to_owned(), self.operation_id.clone())
    }

    fn fits(&self, call: &Call) -> bool {
        let path = call.path().split('?').next().unwrap_or_default();
        let (theirs, ours) = (path.split('/'), self.path.split('/'));
        self.method == call.method().as_str().to_lowercase()
            && theirs.clone().count() == ours.clone().count()
            && theirs.zip(ours).all(|(theirs, ours)| is_of(theirs, ours))
    }
}

/// Returns whether a segment of a path is of the form of a template's, such as `{slug}.md`.
fn is_of(segment: &str, template: &str) -> bool {
    match template.split_once('{') {
        None => segment == template,
        Some((begin, rest)) => {
            let end = rest.split_once('}').map_or("", |(_, end)| end);
            segment.len() > begin.len() + end.len()
                && segment.starts_with(begin)
                && segment.ends_with(end)
        }
    }
}

/// Returns the length of a template's part outside its braces.
fn literal(part: &str) -> usize {
    part.split_once('}').map_or(part, |(_, end)| end).len()
}

/// Lists the operations of one document. A HEAD is answered by the handler of its GET.
async fn operations(
    document: &'static str,
    client: &Client,
    address: &str,
) -> impl Iterator<Item = Described> {
    let described = client.get(address).await.json();
    let paths = described["paths"].as_object().unwrap().clone();
    paths.into_iter().flat_map(move |(path, item)| {
        let Value::Object(item) = item else {
            panic!("{path}");
        };
        let methods = ["get", "post", "put", "patch", "delete"];
        let operations = item.into_iter();
        operations
            .filter(move |(method, _)| methods.contains(&method.as_str()))
            .map(move |(method, operation)| Described {
                document,
                operation_id: operation["operationId"].as_str().unwrap().to_owned(),
                method,
                path: path.clone(),
            })
            .collect::<Vec<_>>()
    })
}
