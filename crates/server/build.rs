//! Embeds the files of `/content`, so that the binary can start alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(required("CARGO_MANIFEST_DIR"));
    let content = manifest.join("../../content").canonicalize()?;
    println!("cargo::rerun-if-changed={}", content.display());

    let mut guides: Vec<PathBuf> = fs::read_dir(&content)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    guides.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    guides.sort();

    let mut code = String::new();
    for (name, file) in [("SCHEMA", "schema.json"), ("DICTIONARY", "dictionary.yml")] {
        let path = content.join(file);
        let path = text(&path)?;
        writeln!(code, "const {name}: &str = include_str!({path:?});").map_err(io::Error::other)?;
    }
    code.push_str("const GUIDES: &[(&str, &[u8])] = &[\n");
    for guide in &guides {
        let name = text(Path::new(guide.file_name().unwrap_or_default()))?;
        let guide = text(guide)?;
        writeln!(code, "    ({name:?}, include_bytes!({guide:?})),").map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&required("OUT_DIR")).join("content.rs"), code)
}

/// Writes a path as the text of a string literal.
fn text(path: &Path) -> io::Result<&str> {
    path.to_str()
        .ok_or_else(|| io::Error::other(format!("{} is not UTF-8", path.display())))
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo speaks to build scripts through variables"
)]
fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}
