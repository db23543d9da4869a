//! The cost of a delivery request, beside a bare axum server that answers one hot `Bytes`.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use xtask::http::Client;
use xtask::install::{self, Need};
use xtask::program::{Program, Server};
use xtask::workspace::Workspace;

use crate::Options;
use crate::bare::{self, Bare};
use crate::figures::{Figures, Ratio};
use crate::guides;
use crate::kinds::{Kind, kinds};
use crate::load::{Load, Round, family};
use crate::nodes::{self, Writer};

/// Rounds of each kind; each lies between two of the bare server.
const ROUNDS: usize = 3;

/// The time a node may take to have everything ready.
const WARM: Duration = Duration::from_mins(2);

/// The time without growth after which a node's memory counts as settled.
const SETTLED: Duration = Duration::from_secs(1);

/// Imports and publishes `count` guides, starts the server, prints ratios.
pub(super) fn run(
    workspace: &Workspace,
    options: &Options,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    install::ensure(Need::Load)?;
    let count = options.guides;
    let bare_binary = workspace
        .target_directory
        .join("bench/release/examples/bare_axum");
    if !options.skip_build {
        bare::build(workspace)?;
    }
    let folder = tempfile::Builder::new().prefix("annai-bench-").tempdir()?;
    let binary = workspace.target_directory.join("bench/release/annai");
    let program = Program::new(binary.clone(), folder.path())?;
    // Its first start makes the people who publish later.
    let people = program.serve_demo()?;
    let admin = people.person("admin")?;
    figures.memory("memory, idle", people.memory(), 40);
    drop(people);
    publish(workspace, &program, folder.path(), count, figures)?;

    let server = start(&program, figures)?;
    let mut client = Client::connect(server.address())?;
    let kinds = kinds(&mut client, count)?;
    let usual = client.get("/v1/guides/bench_00001")?;
    let bare = Bare::start(&bare_binary, folder.path(), &usual)?;
    for kind in &kinds {
        for connections in kind.connections {
            let load = Load {
                folder: folder.path(),
                connections: *connections,
                seconds: 2,
            };
            measure(&load, kind, &server, &bare, figures)?;
        }
    }
    // The first connection has been idle for too long.
    let mut client = Client::connect(server.address())?;
    client.sign_in(&admin.0, &admin.1)?;
    let load = Load {
        folder: folder.path(),
        connections: 64,
        seconds: 3,
    };
    while_publishing(&load, &client, &server, figures)?;
    let other_folder = tempfile::Builder::new().prefix("annai-bench-").tempdir()?;
    let other = other_node(&binary, folder.path(), other_folder.path())?.serve()?;
    warm(&other)?;
    guarded(&load, &other, &server, figures)?;
    nodes::run(&client, other.address(), count, figures)?;
    drop(other);
    roomy(&load, &binary, &bare, count, figures)
}

fn publish(
    workspace: &Workspace,
    program: &Program,
    folder: &Path,
    count: usize,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let files = folder.join("guides");
    guides::generate(&workspace.root().join("content"), &files, count)?;
    let path = files
        .to_str()
        .context("the temporary folder is not UTF-8")?;
    let begin = Instant::now();
    program.run(&["import", path, "--publish"])?;
    figures.rate("import, publishing", count, begin.elapsed(), None);
    Ok(())
}

/// Starts the server twice: the second start finds the file that the first one left.
fn start(program: &Program, figures: &mut Figures) -> anyhow::Result<Server> {
    let first_200 = || {
        let begin = Instant::now();
        let server = program.serve_at_once()?;
        let ask = || Client::connect(server.address())?.get("/v1/guides/bench_00001");
        while ask().is_err() {
            ensure!(begin.elapsed() < WARM, "the node does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        anyhow::Ok((server.ready()?, begin.elapsed()))
    };
    let (server, first) = first_200()?;
    figures.time("start, Postgres included, to the first 200", first);
    drop(server);
    let begin = Instant::now();
    let (server, first) = first_200()?;
    figures.time("the same with the site in a file", first);
    let memory = warm(&server)?;
    let took = begin.elapsed().saturating_sub(SETTLED);
    figures.time("start to everything warm, search included", took);
    figures.memory("memory with everything warm", memory, 350);
    Ok(server)
}

/// Configures another node on the same database, with limits and metrics on.
fn other_node(binary: &Path, first: &Path, folder: &Path) -> anyhow::Result<Program> {
    let metrics = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    Ok(another_node(binary, first, folder)?
        .with("ANNAI_METRICS_LISTEN", metrics.to_string())
        .with("ANNAI_RATE_LIMIT_PER_ADDRESS", "4000000000")
        .with("ANNAI_RATE_LIMIT_PER_KEY", "4000000000"))
}

/// Configures another node on the same database.
fn another_node(binary: &Path, first: &Path, folder: &Path) -> anyhow::Result<Program> {
    let settings = annai_local_postgres::Settings {
        data_dir: first.join("data"),
        durability: annai_local_postgres::Durability::Durable,
        programs: annai_local_postgres::ProgramSettings::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let postgres = annai_local_postgres::join_or_start(settings, |_| {});
    let url = runtime.block_on(postgres)?.url().to_owned();
    Ok(Program::new(binary.to_path_buf(), folder)?.with("ANNAI_DATABASE_URL", url))
}

/// Measures one uncompressed guide from a node with memory for all of them.
fn roomy(
    load: &Load<'_>,
    binary: &Path,
    bare: &Bare,
    count: usize,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("annai-bench-").tempdir()?;
    let node = another_node(binary, load.folder, folder.path())?;
    let node = node.with("ANNAI_DELIVERY_MEMORY", "2048").serve()?;
    let memory = warm(&node)?;
    figures.memory("memory with 2 GiB allowed", memory, 2048);
    let mut client = Client::connect(node.address())?;
    let mut kinds = kinds(&mut client, count)?.into_iter();
    let kind = kinds.find(|kind| kind.encoding == "identity");
    let kind = kind.context("no kind is asked for as it is")?;
    let kind = Kind {
        name: "one guide, identity, 2 GiB allowed",
        ..kind
    };
    measure(load, &kind, &node, bare, figures)
}

/// Compares a node that counts and limits with one that does not.
fn guarded(
    load: &Load<'_>,
    guarded: &Server,
    plain: &Server,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let list = load.list(&["/v1/guides/bench_00001".to_owned()])?;
    let mut shares = Vec::new();
    for _ in 0..ROUNDS {
        let [one, other] =
            [plain, guarded].map(|server| load.run(server.address(), &[server.id()], &list, "br"));
        shares.push(one?.cpu_us / other?.cpu_us);
    }
    let name = "CPU without limits and metrics : with them";
    figures.share(name, median(shares), 0.95);
    Ok(())
}

/// Measures the share of the rate that is left during five publications a second.
fn while_publishing(
    load: &Load<'_>,
    client: &Client,
    server: &Server,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let list = load.list(&["/v1/guides/bench_00001".to_owned()])?;
    let mut writer = Writer::of(client.again()?, 0)?;
    let mut shares = Vec::new();
    for _ in 0..ROUNDS {
        let ask = || load.run(server.address(), &[server.id()], &list, "br");
        let quiet = ask()?;
        let is_over = AtomicBool::new(false);
        let disturbed = std::thread::scope(|scope| {
            let publishing = scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let next = Instant::now() + Duration::from_millis(200);
                    writer.publish()?;
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                }
                anyhow::Ok(())
            });
            let disturbed = ask();
            is_over.store(true, Ordering::Relaxed);
            publishing.join().expect("the writer panicked")?;
            disturbed
        })?;
        shares.push(disturbed.requests_per_second / quiet.requests_per_second);
    }
    let name = "throughput while 5 guides/s are published : quiet";
    figures.share(name, median(shares), 0.95);
    Ok(())
}

fn measure(
    load: &Load<'_>,
    kind: &Kind,
    server: &Server,
    bare: &Bare,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let list = load.list(&kind.list)?;
    let hot = load.folder.join("hot");
    fs::write(&hot, "/hot")?;
    let mut rounds = Vec::new();
    let mut yardsticks = Vec::new();
    for _ in 0..ROUNDS {
        yardsticks.push(load.run(bare.address, &[bare.id()], &hot, "identity")?);
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

/// Waits until the server can be searched and its memory has [`SETTLED`]; returns the memory.
fn warm(server: &Server) -> anyhow::Result<u64> {
    let begin = Instant::now();
    let in_time = || {
        ensure!(begin.elapsed() < WARM, "the node is still warming up");
        std::thread::sleep(Duration::from_millis(20));
        anyhow::Ok(())
    };
    while Client::connect(server.address())?
        .get("/v1/search?q=bench")
        .is_err()
    {
        in_time()?;
    }
    let (mut memory, mut grew) = (0, Instant::now());
    while grew.elapsed() < SETTLED {
        in_time()?;
        if server.memory() > memory {
            (memory, grew) = (server.memory(), Instant::now());
        }
    }
    Ok(memory)
}
