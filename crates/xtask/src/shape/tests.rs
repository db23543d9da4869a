//! Small crates, each with one thing to see.

mod circles;
mod extractors;
mod public;
mod sizes;

use std::fs;

use super::source::{Kind, Root, Sources, read};

/// A workspace written for one test.
struct Fixture {
    folder: tempfile::TempDir,
    roots: Vec<Root>,
}

impl Fixture {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            roots: Vec::new(),
        }
    }

    /// Adds a target whose first file is its root.
    fn target(mut self, name: &str, kind: Kind, files: &[(&str, &str)]) -> Self {
        let folder = self.folder.path().join(name);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        self.roots.push(Root {
            package: name.to_owned(),
            name: name.to_owned(),
            kind,
            path: folder.join(files[0].0),
        });
        self
    }

    fn library(self, name: &str, files: &[(&str, &str)]) -> Self {
        self.target(name, Kind::Library, files)
    }

    fn read(self) -> Sources {
        read(self.folder.path(), self.roots).unwrap()
    }
}

fn problems(findings: &[super::Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{}: {}", finding.place, finding.problem))
        .collect()
}
