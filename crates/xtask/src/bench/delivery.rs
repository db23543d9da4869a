//! What delivery costs a request, beside a bare axum server that answers one hot `Bytes`.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::figures::{Figures, Ratio};
use super::guides;
use super::load::{Load, Round, family};
use crate::http::Client;
use crate::install::{self, Need};
use crate::process;
use crate::program::{Program, Server};
use crate::workspace::Workspace;

/// Rounds of each kind; each lies between two of the bare server.
const ROUNDS: usize = 3;

/// How long a node may take to have everything ready.
const WARM: Duration = Duration::from_secs(30);

/// A kind of request, and what its rate over the bare server's should be.
struct Kind {
    name: &'static str,
    encoding: &'static str,
    /// The requests: a path a line, and a tag where the client holds one.
    list: Vec<String>,
    target: f64,
}

/// Imports and publishes `count` guides, starts the server, prints ratios.
pub(super) fn run(
    workspace: &Workspace,
    count: usize,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    install::ensure(Need::Load)?;
    let bare = build_bare(workspace)?;
    let folder = tempfile::Builder::new().prefix("annai-bench-").tempdir()?;
    let files = folder.path().join("guides");
    guides::generate(&workspace.root().join("content"), &files, count)?;
    let binary = workspace.target_directory.join("bench/release/annai");
    let program = Program::new(binary, folder.path())?;
    program.run(&["migrate"])?;
    let path = files
        .to_str()
        .context("the temporary folder is not UTF-8")?;
    let begin = Instant::now();
    program.run(&["import", path, "--publish"])?;
    figures.rate("import, publishing", count, begin.elapsed(), None);

    let begin = Instant::now();
    let server = program.serve()?;
    figures.time("start until ready", begin.elapsed());
    let mut client = Client::connect(server.address())?;
    let kinds = kinds(&mut client, count)?;
    warm(&server)?;
    figures.memory("memory with everything warm", server.memory(), 350);
    let usual = client.get("/v1/guides/bench_00001")?;
    let bare = Bare::start(&bare, folder.path(), &usual)?;
    for connections in [16, 64] {
        let load = Load {
            folder: folder.path(),
            connections,
            seconds: 3,
        };
        for kind in &kinds {
            measure(&load, kind, &server, &bare, figures)?;
        }
    }
    Ok(())
}

/// What sites ask for.
fn kinds(client: &mut Client, count: usize) -> anyhow::Result<Vec<Kind>> {
    let paths: Vec<_> = (0..count)
        .map(|number| format!("/v1/guides/{}", guides::slug(number)))
        .collect();
    let mut held = Vec::new();
    for path in paths.iter().take(500) {
        held.push(format!("{path} {}", client.tag(path, "br")?));
    }
    let list = |path: &str| vec![path.to_owned()];
    let words = "category=cloud-infra&tag=Kubernetes";
    Ok(vec![
        Kind {
            name: "one guide, br",
            encoding: "br",
            list: paths.clone(),
            target: 1.0,
        },
        Kind {
            name: "one guide, gzip",
            encoding: "gzip",
            list: paths.clone(),
            target: 1.0,
        },
        Kind {
            name: "one guide, identity",
            encoding: "identity",
            list: paths.clone(),
            target: 0.8,
        },
        Kind {
            name: "304",
            encoding: "br",
            list: held,
            target: 1.6,
        },
        Kind {
            name: "list of 20",
            encoding: "br",
            list: list(&format!("/v1/guides?{words}")),
            target: 0.8,
        },
        Kind {
            name: "one guide at an older ref",
            encoding: "br",
            list: older(client)?,
            target: 0.0,
        },
    ])
}

/// Guides at refs that are not the newest: read from Postgres.
fn older(client: &mut Client) -> anyhow::Result<Vec<String>> {
    let list: Value = serde_json::from_slice(&client.get("/v1/guides?limit=100")?)?;
    let slugs = list["data"].as_array().into_iter().flatten().skip(50);
    let slugs = slugs.filter_map(|guide| guide["slug"].as_str());
    slugs
        .map(|slug| {
            let guide: Value = serde_json::from_slice(&client.get(&format!("/v1/guides/{slug}"))?)?;
            let pinned = guide["links"]["pinned"]
                .as_str()
                .context("no pinned address")?;
            Ok(pinned.to_owned())
        })
        .collect()
}

fn measure(
    load: &Load<'_>,
    kind: &Kind,
    server: &Server,
    bare: &Bare,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let list = load.folder.join("requests");
    fs::write(&list, kind.list.join("\n"))?;
    let hot = load.folder.join("hot");
    fs::write(&hot, "/hot")?;
    let mut rounds = Vec::new();
    let mut yardsticks = Vec::new();
    for _ in 0..ROUNDS {
        yardsticks.push(load.run(bare.address, &[bare.child.id()], &hot, "identity")?);
        let processes = family(server.id());
        rounds.push(load.run(server.address(), &processes, &list, kind.encoding)?);
    }
    let ratios = rounds.iter().zip(&yardsticks);
    let ratios = ratios.map(|(one, other)| one.requests_per_second / other.requests_per_second);
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    figures.load(
        &format!("{}, {} connections", kind.name, load.connections),
        Ratio {
            requests_per_second: of(|round| round.requests_per_second),
            p50_ms: of(|round| round.p50_ms),
            p99_ms: of(|round| round.p99_ms),
            cpu_us: of(|round| round.cpu_us),
            bare_cpu_us: median(yardsticks.iter().map(|round| round.cpu_us).collect()),
            to_bare: median(ratios.collect()),
            target: kind.target,
        },
    );
    Ok(())
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Waits until the server's memory does not grow any more.
fn warm(server: &Server) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut memory = 0;
    while server.memory() > memory {
        ensure!(begin.elapsed() < WARM, "the node is still warming up");
        memory = server.memory();
        std::thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}

fn build_bare(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let target = workspace.target_directory.join("bench");
    process::run(
        process::cargo(workspace.root())
            .args(["build", "--release", "--locked", "--package=annai-delivery"])
            .args(["--example=bare_axum", "--target-dir"])
            .arg(&target),
    )?;
    Ok(target.join("release/examples/bare_axum"))
}

/// The bare server; it ends when it is dropped.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    fn start(binary: &Path, folder: &Path, bytes: &[u8]) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let file = folder.join("bare.json");
        fs::write(&file, bytes)?;
        let mut command = process::command(binary, folder);
        let child = command.arg(address.to_string()).arg(file).spawn()?;
        let bare = Self { child, address };
        let begin = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            ensure!(begin.elapsed() < WARM, "the bare server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(bare)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
