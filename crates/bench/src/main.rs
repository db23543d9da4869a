#![doc = include_str!("../README.md")]

mod bare;
mod delivery;
mod editors;
mod figures;
mod guides;
mod kinds;
mod load;
mod nodes;
mod pages;

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use figures::Figures;
use xtask::process;
use xtask::workspace::Workspace;

/// Prints the measurements of a release build: import, lists, preview, saving, size.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Options {
    /// The side to measure.
    #[arg(value_enum, default_value_t = Face::Editors)]
    face: Face,
    /// Number of guides to generate.
    #[arg(long, default_value_t = 10_000)]
    guides: usize,
    /// Measures the release binaries that are there; prints no build time.
    #[arg(long)]
    skip_build: bool,
    /// Imports drafts only: publishing 10,000 guides takes minutes.
    #[arg(long)]
    skip_publishing: bool,
}

/// A side of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Face {
    /// Import, lists, preview, saving.
    Editors,
    /// The responses that sites pull, beside a bare axum server.
    Delivery,
    /// The editors' pages in a browser, on a line with a long delay.
    Pages,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds, measures, prints a table.
fn run(options: &Options) -> anyhow::Result<()> {
    let workspace = Workspace::load()?;
    let mut figures = Figures::default();
    let binary = workspace.target_directory.join("bench/release/annai");
    if !options.skip_build {
        build_from_clean(&workspace, &mut figures)?;
    }
    let size = fs::metadata(&binary)
        .context("there is no release binary; leave --skip-build away")?
        .len();
    figures.size("binary", size);
    let measured = match options.face {
        Face::Editors => editors::run(&workspace, binary, options, &mut figures),
        Face::Delivery => delivery::run(&workspace, options, &mut figures),
        Face::Pages => pages::run(&workspace, binary),
    };
    // A failure must not lose the earlier figures, which took minutes.
    figures.print();
    measured
}

fn build_from_clean(workspace: &Workspace, figures: &mut Figures) -> anyhow::Result<()> {
    let target = workspace.target_directory.join("bench");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let begin = Instant::now();
    process::run(
        process::cargo(workspace.root())
            .args([
                "build",
                "--release",
                "--locked",
                "--package=annai-server",
                "--target-dir",
            ])
            .arg(&target),
    )?;
    figures.time("release build from clean", begin.elapsed());
    Ok(())
}
