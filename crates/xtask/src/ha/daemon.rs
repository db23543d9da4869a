//! Processes that run until their handle is dropped.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::process;

/// The time that a process may take to end in order.
const LEAVE: Duration = Duration::from_secs(20);

/// A running program; dropping it ends it, in order where it can.
#[derive(Debug)]
pub(super) struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts it; what it prints goes to the end of `log`.
    pub(super) fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        let command = command.stdout(log.try_clone()?).stderr(log);
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {name}"))?;
        Ok(Self { child })
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: &str) -> anyhow::Result<()> {
        process::signal(self.child.id(), signal)
    }

    /// Ends it without a chance to leave in order.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // A frozen process sees TERM only after CONT. Both fail where it has ended.
        self.signal("TERM").ok();
        self.signal("CONT").ok();
        let begin = Instant::now();
        while begin.elapsed() < LEAVE {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.kill().ok();
    }
}

/// Returns the ids of the running children of a process whose command line contains `words`.
pub(super) fn children(parent: u32, words: &str) -> anyhow::Result<Vec<u32>> {
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let is_named = String::from_utf8_lossy(&line).contains(words);
        if is_named && stat(pid).is_some_and(|(_, of)| of == parent) {
            children.push(pid);
        }
    }
    Ok(children)
}

/// Returns whether a process runs. One that ended and was not waited for does not.
pub(super) fn is_running(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z" && state != "X")
}

/// Returns the state of a process and the id of its parent.
fn stat(pid: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_name, rest) = stat.rsplit_once(") ")?;
    let mut words = rest.split(' ');
    Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
}

/// Waits until `look` finds something.
///
/// # Errors
///
/// When it finds nothing within `patience`, or fails.
pub(super) fn until<T>(
    wanted: &str,
    patience: Duration,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let begin = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if begin.elapsed() > patience {
            bail!("waited {} s for {wanted} in vain", patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
