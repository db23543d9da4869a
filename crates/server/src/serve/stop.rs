//! Ctrl-C and SIGTERM.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;
use crate::output;

/// The exit code of a program that Ctrl-C ended, as shells count it.
const INTERRUPTED: i32 = 130;

/// Listens for signals; the value becomes true at the first one. A second one ends the process at
/// once: the private Postgres then keeps running, and the next start adopts it.
pub(crate) fn listen() -> Result<watch::Receiver<bool>, Failure> {
    let failed = |error: std::io::Error| Failure::from(anyhow::Error::new(error));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        next(&mut interrupt, &mut terminate).await;
        tracing::info!("the server began to stop; it finishes the requests that have begun");
        sender.send_replace(true);
        next(&mut interrupt, &mut terminate).await;
        output::note("ended without waiting");
        end();
    });
    Ok(receiver)
}

/// Waits until `stop` becomes true or its sender is dropped.
pub(super) async fn wait(stop: &mut watch::Receiver<bool>) {
    // The borrow of the value ends here: it must not live across an await.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn next(
    interrupt: &mut tokio::signal::unix::Signal,
    terminate: &mut tokio::signal::unix::Signal,
) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[expect(clippy::exit, reason = "the person asked twice")]
fn end() {
    std::process::exit(INTERRUPTED);
}
