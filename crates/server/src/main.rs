#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod cli;
mod consent;
mod content_folder;
mod database;
mod failure;
mod logging;
mod output;
mod progress;
mod roles;
mod serve;
mod settings;
mod suggest;
#[cfg(feature = "otlp")]
mod traces;
mod verbs;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Face, Serve, Verb};
use crate::failure::Failure;
use crate::logging::Detail;
use crate::settings::{Gathered, Settings};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::note(&failure.to_string());
            ExitCode::from(failure.code as u8)
        }
    }
}

/// Runs commands without settings first, so that a wrong setting cannot stop them.
fn run(cli: Cli) -> Result<(), Failure> {
    let verb = cli.verb.unwrap_or_else(|| Verb::Serve(Serve::default()));
    let verb = match verb {
        Verb::Fm(verb) => return verbs::text::front_matter(&verb),
        Verb::Md(verb) => return verbs::text::markdown(&verb),
        Verb::Openapi {
            face: Face::Editorial,
        } => return verbs::openapi::editorial(),
        verb => verb,
    };
    let gathered = gather(&cli.settings)?;
    let settings = Settings::check(&gathered)?;
    let detail = if matches!(verb, Verb::Serve(_)) {
        Detail::Server
    } else {
        Detail::Verb
    };
    let _logging = logging::start(&settings, detail)?;
    if let Verb::Config(cli::Config::Print) = verb {
        output::line(&settings::print(&gathered, &settings));
        return Ok(());
    }
    if let Verb::Openapi { .. } = verb {
        return verbs::openapi::delivery(&settings.content_dir);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::from(anyhow::Error::new(error)))?;
    runtime.block_on(verbs::run(verb, settings))
}

/// Reads the environment. No other code does.
fn gather(flags: &cli::SettingFlags) -> Result<Gathered, Failure> {
    // Our variables are UTF-8, so others are skipped.
    let variables = std::env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    Gathered::from_everywhere(flags.config.as_deref(), flags.given(), variables)
}
