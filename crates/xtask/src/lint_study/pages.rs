use std::fs;
use std::path::Path;

use annai_checks::Finding;
use annai_content::Position;
use anyhow::Context as _;

/// The letters shown on either side of a place.
const AROUND: usize = 24;

/// A page as the checks read it.
pub(super) struct Page {
    path: String,
    /// The text, with a front matter that the checks can read.
    pub(super) text: String,
    /// The lines of the file before those of `text`.
    lines_before: i64,
}

impl Page {
    /// Reads the pages at any depth of a folder, in the order of their paths.
    pub(super) fn all_in(folder: &Path, is_content: bool) -> anyhow::Result<Vec<Self>> {
        let mut pages = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder)
                .with_context(|| format!("cannot read {}", folder.display()))?;
            for entry in entries {
                let (path, kind) =
                    entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() && is_page(&path) {
                    // A file in another encoding cannot be checked.
                    let text = fs::read_to_string(&path);
                    pages.extend(text.ok().map(|text| Self::of(&path, text, is_content)));
                }
            }
        }
        pages.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(pages)
    }

    fn of(path: &Path, text: String, is_content: bool) -> Self {
        let path = path.display().to_string();
        if is_content {
            return Self {
                path,
                text,
                lines_before: 0,
            };
        }
        let (front_matter, body) = split(&text);
        let own = front_matter.lines().count();
        Self {
            path,
            text: format!("---json\n{{}}\n---\n{body}"),
            lines_before: i64::try_from(own).unwrap_or_default() - 3,
        }
    }

    /// Tells a finding: its place, the words around it, and what the rule would write.
    pub(super) fn told(&self, finding: &Finding) -> String {
        let position = finding.position.unwrap_or(Position::START);
        let line = i64::from(position.line) + self.lines_before;
        let at = format!("{}:{line}:{}", self.path, position.column);
        let Some(range) = finding.range.clone().filter(|_| finding.pointer.is_none()) else {
            let arguments = serde_json::Value::Object(finding.arguments.clone());
            return format!("{at}: {arguments}");
        };
        let before: Vec<char> = self.text[..range.start]
            .chars()
            .rev()
            .take(AROUND)
            .collect();
        let before: String = before.into_iter().rev().collect();
        let place: String = self.text[range.clone()].chars().take(AROUND * 4).collect();
        let behind: String = self.text[range.end..].chars().take(AROUND).collect();
        let written = ["expected", "usual", "to"].map(|name| finding.arguments.get(name));
        let written = written.into_iter().flatten().next();
        let written = written
            .map(|written| format!("→{written}"))
            .unwrap_or_default();
        format!("{at}: {before}【{place}{written}】{behind}").replace(['\n', '\r'], "⏎")
    }
}

fn is_page(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("md" | "mdx" | "markdown"))
}

/// Splits a text behind its front matter between lines of `---` or `+++`, if it begins with one.
fn split(text: &str) -> (&str, &str) {
    let first = text.lines().next().unwrap_or_default();
    let Some(fence @ ("---" | "+++")) = first.get(..3) else {
        return ("", text);
    };
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        if index > 0 && line.trim_end() == fence {
            return text.split_at(at);
        }
    }
    ("", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_front_matter_is_left_out() {
        for front_matter in [
            "",
            "---\na: b\n---\n",
            "+++\na = 1\n+++\n",
            "---json\n{}\n---\n",
        ] {
            let text = format!("{front_matter}# a\n---\nb\n");
            assert_eq!(split(&text), (front_matter, "# a\n---\nb\n"));
        }
        assert_eq!(split("---\nno end\n"), ("", "---\nno end\n"));
    }
}
