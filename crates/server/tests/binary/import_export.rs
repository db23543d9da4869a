//! Imports and exports: files keep their bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::home::{Home, content};

/// Returns every file below a folder with its bytes, for a comparison like that of `diff -r`.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(folder: &Path, below: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder.join(below)).unwrap() {
            let entry = entry.unwrap();
            let path = below.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                walk(folder, &path, found);
            } else {
                found.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, Path::new(""), &mut found);
    found
}

/// Compares two folders. The dictionary lies beside the guides, but an export does not write it.
fn assert_same_tree(left: &Path, right: &Path) {
    let (mut left, right) = (tree(left), tree(right));
    left.remove(Path::new("dictionary.yml"));
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        right.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in &left {
        assert!(right[path] == *bytes, "{} differs", path.display());
    }
}

fn counts(home: &Home, arguments: &[&str]) -> (String, serde_json::Value) {
    let output = home.run(arguments);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", crate::said(&output)));
    let number = |key: &str| report[key].as_u64().unwrap();
    let counts = ["new", "changed", "same", "error", "published"].map(number);
    (format!("{counts:?}"), report)
}

fn guide(slug: &str) -> String {
    let text = fs::read_to_string(content().join("sre_engineer.md")).unwrap();
    text.replace("\"sre_engineer\"", &format!("\"{slug}\""))
}

fn migrated(connect: &PgConnectOptions) -> Home {
    let home = Home::with_database(connect);
    home.succeed(&["migrate"]);
    home
}

#[annai_test(empty)]
async fn what_was_imported_is_exported_byte_for_byte(connect: PgConnectOptions) {
    let home = migrated(&connect);
    let content = content();
    let folder = content.to_str().unwrap();

    let (first, _) = counts(&home, &["import", folder, "--publish", "--json"]);
    let (second, _) = counts(&home, &["import", folder, "--publish", "--json"]);
    home.succeed(&["export", "published", "--schema"]);
    home.succeed(&["export", "newest", "--latest", "--schema"]);

    assert_eq!(first, "[5, 0, 0, 0, 5]");
    assert_eq!(second, "[0, 0, 5, 0, 0]");
    assert_same_tree(&content, &home.path().join("published"));
    assert_same_tree(&content, &home.path().join("newest"));
    // A second export into the same folder neither writes nor refuses a file.
    assert!(
        home.succeed(&["export", "published", "--schema"])
            .contains("(5 unchanged)")
    );
}

#[annai_test(empty)]
async fn real_pages_come_back_byte_for_byte(connect: PgConnectOptions) {
    #[expect(clippy::disallowed_methods, reason = "the variable is for tests")]
    let Some(pages) = std::env::var_os("ANNAI_TEST_PAGES") else {
        return;
    };
    // Relative to the repository, where `.ci/run` sets it.
    let pages = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(pages);
    let home = migrated(&connect);

    home.succeed(&["import", pages.to_str().unwrap(), "--publish"]);
    home.succeed(&["export", "out"]);

    let pages = tree(&pages);
    assert!(!pages.is_empty(), "ANNAI_TEST_PAGES names an empty folder");
    assert!(tree(&home.path().join("out")) == pages);
}

#[annai_test(empty)]
async fn one_bad_file_changes_nothing_unless_told_to_keep_going(connect: PgConnectOptions) {
    let home = migrated(&connect);
    let files = home.path().join("files");
    fs::create_dir_all(files.join("deep")).unwrap();
    fs::write(files.join("a.md"), guide("a")).unwrap();
    fs::write(files.join("deep/b.md"), guide("b")).unwrap();
    fs::write(files.join("broken.md"), "---json\n{\"title\": 1,}\n---\n").unwrap();
    fs::write(files.join("latin.md"), b"---json\n{}\n---\n\xe9\n").unwrap();
    fs::write(files.join("notes.txt"), "not a guide").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", files.join("link.md")).unwrap();

    let other = home.run(&["import", "files/notes.txt", "--language", "en"]);
    let said = crate::said(&other);
    assert_eq!(other.status.code(), Some(65), "{said}");
    let why = "“notes.txt” is not the file of a guide. Only .md, .markdown and .mdx are taken.";
    assert!(said.contains(why), "{said}");

    let refused = home.run(&["import", "files"]);
    let said = crate::said(&refused);
    assert_eq!(refused.status.code(), Some(65), "{said}");
    assert!(
        said.contains("broken.md:2:13") && said.contains("latin.md:4:1"),
        "{said}"
    );
    assert!(
        said.contains("nothing was written") && !said.contains("passwd"),
        "{said}"
    );
    assert!(
        said.contains("最後の項目のあとに余分なコンマがあります。")
            && said.contains("2 passed over"),
        "{said}"
    );
    assert!(
        home.succeed(&["export", "none", "--latest"])
            .starts_with("0 newest")
    );

    let (kept, _) = counts(&home, &["import", "files", "--keep-going", "--json"]);
    assert_eq!(kept, "[2, 0, 0, 2, 0]");
    let (dry, _) = counts(&home, &["import", "files", "--dry-run", "--json"]);
    assert_eq!(dry, "[0, 0, 2, 2, 0]");
    home.succeed(&["export", "out", "--latest"]);
    let exported: Vec<PathBuf> = tree(&home.path().join("out")).into_keys().collect();
    assert_eq!(
        exported,
        [PathBuf::from("a.md"), PathBuf::from("deep/b.md")]
    );
}

#[annai_test(empty)]
async fn a_slug_belongs_to_one_guide(connect: PgConnectOptions) {
    let home = migrated(&connect);
    let files = home.path().join("files");
    fs::create_dir(&files).unwrap();
    fs::write(files.join("one.md"), guide("same")).unwrap();
    fs::write(files.join("two.md"), guide("same")).unwrap();
    let (twice, report) = counts(&home, &["import", "files", "--json"]);
    assert_eq!(twice, "[1, 0, 0, 1, 0]");
    assert_eq!(report["files"][1]["problems"][0]["code"], "slug_twice");

    // The path identifies `one`. It may change its slug, but not to that of another guide.
    fs::write(files.join("two.md"), guide("other")).unwrap();
    home.succeed(&["import", "files"]);
    fs::remove_file(files.join("two.md")).unwrap();
    fs::write(files.join("one.md"), guide("renamed")).unwrap();
    let (renamed, _) = counts(&home, &["import", "files", "--json"]);
    assert_eq!(renamed, "[0, 1, 0, 0, 0]");
    fs::write(files.join("one.md"), guide("other")).unwrap();
    let (taken, report) = counts(&home, &["import", "files", "--json"]);
    assert_eq!(taken, "[0, 0, 0, 1, 0]");
    assert_eq!(report["files"][0]["problems"][0]["code"], "slug_taken");
}

#[annai_test(empty)]
async fn an_export_never_touches_a_strangers_folder(connect: PgConnectOptions) {
    let home = migrated(&connect);
    home.succeed(&["import", content().to_str().unwrap(), "--publish"]);
    let out = home.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("sre_engineer.md"), "older").unwrap();
    fs::write(out.join("diary.txt"), "mine").unwrap();

    let said = home.fail(73, &["export", "out"]);

    assert!(said.contains("diary.txt"), "{said}");
    assert_eq!(
        fs::read_to_string(out.join("sre_engineer.md")).unwrap(),
        "older"
    );
    fs::remove_file(out.join("diary.txt")).unwrap();
    home.succeed(&["export", "out"]);
    assert_ne!(
        fs::read_to_string(out.join("sre_engineer.md")).unwrap(),
        "older"
    );
}

#[annai_test(empty)]
async fn an_import_says_what_it_passes_over_and_what_a_draft_lacks(connect: PgConnectOptions) {
    let home = migrated(&connect);
    let files = home.path().join("files");
    fs::create_dir(&files).unwrap();
    fs::write(
        files.join("a.MD"),
        "---\ntitle: 下書き\nslug: A-B\n---\n本文\n",
    )
    .unwrap();
    fs::write(files.join("b.png"), "x").unwrap();

    let said = crate::said(&home.run(&["import", "files", "--dry-run"]));
    assert!(said.contains("a.MD:3:1"), "{said}");
    assert!(
        said.contains("スラッグは半角の英小文字と数字を _ でつなげて書きます。"),
        "{said}"
    );
    assert!(
        said.contains("b.png") && said.contains("Markdownではないため、取り込みません。"),
        "{said}"
    );
    let refused = home.run(&["import", "files", "--from", "toml", "--language", "en"]);
    let said = crate::said(&refused);
    assert_eq!(refused.status.code(), Some(65), "{said}");
    assert!(
        said.contains("a.MD:1:1") && said.contains("in another dialect"),
        "{said}"
    );
    let (taken, report) = counts(&home, &["import", "files", "--json", "--preset", "hugo"]);
    assert_eq!(taken, "[1, 0, 0, 0, 0]");
    assert_eq!(report["files"][0]["slug"], "a_b");
    assert_eq!(report["passed_over"][0]["path"], "b.png");
}
