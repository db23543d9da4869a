//! Runs the programs that prepare a cluster.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::LocalPostgresError;
use crate::folder::last_lines;

/// Runs a command to its end, with `input` on its standard input.
///
/// The child ends with this process: it stays in our process group and is killed when its handle
/// drops.
pub(crate) async fn run(
    program: &'static str,
    mut command: Command,
    input: &str,
) -> Result<(), LocalPostgresError> {
    let failed_to_run = |source| LocalPostgresError::Run {
        program: program.into(),
        source,
    };
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(failed_to_run)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends early closes its input; its exit status explains why.
        let written = stdin.write_all(input.as_bytes()).await;
        if let Err(error) = written {
            tracing::debug!(%error, program, "a program did not read its whole input");
        }
    }
    let output = child.wait_with_output().await.map_err(failed_to_run)?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let output_end = last_lines(&String::from_utf8_lossy(&text));
    Err(LocalPostgresError::Preparation {
        program,
        status: output.status,
        output: output_end,
    })
}
