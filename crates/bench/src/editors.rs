//! Import, lists, preview and saving, one request after another.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use xtask::http::Client;
use xtask::program::Program;
use xtask::workspace::Workspace;

use crate::Options;
use crate::figures::{Figures, Target};
use crate::guides;

/// The number of times each request is repeated.
const REPEATS: usize = 200;

/// The time the server may take to fill its search index.
const INDEX: Duration = Duration::from_mins(5);

/// Imports generated guides and sends the requests of editors.
pub(super) fn run(
    workspace: &Workspace,
    binary: PathBuf,
    options: &Options,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("annai-bench-").tempdir()?;
    let files = folder.path().join("guides");
    let bytes = guides::generate(&workspace.root().join("content"), &files, options.guides)?;
    figures.note(format!(
        "{} generated guides of {} bytes on average",
        options.guides,
        bytes / options.guides.max(1) as u64
    ));
    let program = Program::new(binary, folder.path())?;
    lint(&program, &files, options, figures)?;
    import(&program, &files, options, figures)?;
    requests(&program, &files, options, figures)
}

/// Times all checks of all files, reading included, as a rate of guides.
fn lint(
    program: &Program,
    files: &Path,
    options: &Options,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let path = files
        .to_str()
        .context("the temporary folder is not UTF-8")?;
    let begin = Instant::now();
    program.output(&["lint", path])?;
    figures.rate("lint", options.guides, begin.elapsed(), Some(200.0));
    Ok(())
}

/// Times the import of drafts, then of the same files with publishing.
fn import(
    program: &Program,
    files: &Path,
    options: &Options,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    // The private Postgres is made beforehand, because its creation is not measured.
    program.run(&["migrate"])?;
    let path = files
        .to_str()
        .context("the temporary folder is not UTF-8")?;
    let mut runs = vec![("import, as drafts", vec!["import", path], Some(300.0))];
    if !options.skip_publishing {
        let publishing = vec!["import", path, "--publish"];
        runs.push(("import, publishing them", publishing, None));
    }
    for (name, arguments, target) in runs {
        let begin = Instant::now();
        let peak = program.run_watched(&arguments)?;
        figures.rate(name, options.guides, begin.elapsed(), target);
        figures.memory(&format!("{name}: peak memory"), peak, 200);
    }
    Ok(())
}

/// Sends the editors' requests, one request after another, over one connection.
fn requests(
    program: &Program,
    files: &Path,
    options: &Options,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let server = program.serve_demo()?;
    let mut client = Client::connect(server.address())?;
    searches(&mut client, options, figures)?;
    let (email, password) = server.person("editor")?;
    client.sign_in(&email, &password)?;

    let pages = [
        ("guide list, page", "/admin/guides"),
        ("guide list, JSON", "/api/v1/guides"),
        ("search by title, JSON", "/api/v1/guides?q=bench_0012"),
        (
            "search, Japanese, JSON",
            "/api/v1/guides?q=%E4%BF%A1%E9%A0%BC",
        ),
        ("search, nothing found, JSON", "/api/v1/guides?q=zzzzzz"),
    ];
    for (name, path) in pages {
        let times = measure(|| client.get(path).map(drop))?;
        figures.requests(name, times, Target::P95(Duration::from_millis(50)));
    }

    let text = fs::read_to_string(files.join("bench_00001.md"))?;
    let preview = json!({ "source": text });
    let times = measure(|| client.post("/api/v1/preview", &preview, None).map(drop))?;
    figures.requests(
        "preview of a page of that size",
        times,
        Target::Median(Duration::from_millis(3)),
    );

    let times = save_again_and_again(&mut client, &text)?;
    figures.requests(
        "save a revision",
        times,
        Target::Median(Duration::from_millis(10)),
    );
    figures.requests(
        "difference of a changed word and a new line, JSON",
        differences(&mut client, &text)?,
        Target::Median(Duration::from_micros(1_500)),
    );
    Ok(())
}

/// Sends the readers' searches: a start fills the index first.
fn searches(client: &mut Client, options: &Options, figures: &mut Figures) -> anyhow::Result<()> {
    if options.skip_publishing {
        return Ok(());
    }
    let begin = Instant::now();
    while client.get("/v1/search?q=a").is_err() {
        ensure!(begin.elapsed() < INDEX, "there is no search index yet");
        std::thread::sleep(Duration::from_millis(100));
    }
    figures.time("start to the first search", begin.elapsed());
    for (name, query) in [
        ("search, one letter (基)", "%E5%9F%BA"),
        ("search, two letters (信頼)", "%E4%BF%A1%E9%A0%BC"),
        ("search, クラウド", "%E3%82%AF%E3%83%A9%E3%82%A6%E3%83%89"),
        (
            "search, エンジニア",
            "%E3%82%A8%E3%83%B3%E3%82%B8%E3%83%8B%E3%82%A2",
        ),
        ("search, kubernetes", "kubernetes"),
        ("search, one Latin letter", "a"),
        ("search, two words", "aws+%E5%9F%BA%E7%9B%A4"),
        ("search, one guide (1234番目)", "1234%E7%95%AA%E7%9B%AE"),
        ("search, nothing", "zzzzzz"),
    ] {
        let path = format!("/v1/search?q={query}");
        let times = measure(|| client.get(&path).map(drop))?;
        figures.requests(name, times, Target::P95(Duration::from_millis(20)));
    }
    Ok(())
}

/// A guide, and its newest revision.
struct Written {
    path: String,
    revision_id: String,
}

impl Written {
    fn find(client: &mut Client, slug: &str) -> anyhow::Result<Self> {
        let path = format!("/api/v1/guides/{}", guides::find(client, slug)?);
        let guide: Value = serde_json::from_slice(&client.get(&path)?)?;
        let revision_id = guide["latest"]["revision_id"].as_str();
        Ok(Self {
            path,
            revision_id: revision_id.context("no latest revision")?.to_owned(),
        })
    }

    fn save(&mut self, client: &mut Client, source: &str) -> anyhow::Result<()> {
        let path = format!("{}/revisions", self.path);
        let body = json!({ "source": source, "message": "" });
        let saved = client.post(&path, &body, Some(&self.revision_id))?;
        let saved: Value = serde_json::from_slice(&saved)?;
        ensure!(saved["unchanged"] == false, "the save made no revision");
        let revision_id = saved["revision_id"].as_str().context("no revision_id")?;
        revision_id.clone_into(&mut self.revision_id);
        Ok(())
    }
}

/// Times saves, each with a new text on top of the one before.
fn save_again_and_again(client: &mut Client, text: &str) -> anyhow::Result<Vec<Duration>> {
    let mut guide = Written::find(client, "bench_00001")?;
    let mut number = 0;
    measure(|| {
        number += 1;
        guide.save(client, &format!("{text}\n{number}\n"))
    })
}

/// Times the difference between two revisions that differ in a word and at the end.
fn differences(client: &mut Client, text: &str) -> anyhow::Result<Vec<Duration>> {
    let mut guide = Written::find(client, "bench_00001")?;
    guide.save(client, text)?;
    let before = guide.revision_id.clone();
    let changed = text.replacen("です。", "でしょう。", 1);
    ensure!(changed != text, "the text has no word to change");
    guide.save(client, &format!("{changed}\n終わり。\n"))?;
    let (path, after) = (&guide.path, &guide.revision_id);
    let path = format!("{path}/diff?from={before}&to={after}");
    measure(|| client.get(&path).map(drop))
}

/// Times `request`, after a few that only warm up.
fn measure(mut request: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<Vec<Duration>> {
    for _ in 0..REPEATS / 20 {
        request()?;
    }
    (0..REPEATS)
        .map(|_| {
            let begin = Instant::now();
            request()?;
            Ok(begin.elapsed())
        })
        .collect()
}
