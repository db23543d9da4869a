//! A bare axum server that answers one hot `Bytes`: the yardstick.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::ensure;
use xtask::process;
use xtask::workspace::Workspace;

/// The longest wait until the bare server responds.
const START: Duration = Duration::from_mins(2);

/// Builds the bare server.
pub(super) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    process::run(
        process::cargo(workspace.root())
            .args(["build", "--release", "--locked", "--package=annai-delivery"])
            .args(["--example=bare_axum", "--target-dir"])
            .arg(workspace.target_directory.join("bench")),
    )
}

/// The bare server; dropping it stops it.
pub(super) struct Bare {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Bare {
    /// Starts the server with the one body that it returns.
    pub(super) fn start(binary: &Path, folder: &Path, bytes: &[u8]) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let file = folder.join("bare.json");
        fs::write(&file, bytes)?;
        let mut command = process::command(binary, folder);
        let child = command.arg(address.to_string()).arg(file).spawn()?;
        let bare = Self { child, address };
        let begin = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            ensure!(begin.elapsed() < START, "the bare server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(bare)
    }

    /// Returns the id of its process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
