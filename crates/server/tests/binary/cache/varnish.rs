//! Varnish as an ordinary process, with the configuration that we ship.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::home::{exchange, free_port};

/// The longest start, because Varnish compiles its configuration.
const START: Duration = Duration::from_mins(1);

/// A running cache. It ends with the test.
pub(crate) struct Varnish {
    child: Child,
    port: u16,
    folder: TempDir,
}

/// A response of the cache.
#[derive(Debug)]
pub(crate) struct Answer {
    head: String,
    pub(crate) body: String,
}

impl Varnish {
    /// Starts Varnish in front of the server at port `origin` of this machine.
    pub(crate) fn start(origin: u16) -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/varnish.vcl");
        let shipped = fs::read_to_string(shipped).unwrap();
        assert!(shipped.contains(".port = \"8080\""));
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("annai.vcl");
        let configuration = shipped.replace("\"8080\"", &format!("\"{origin}\""));
        fs::write(&file, configuration).unwrap();
        let port = free_port();
        let child = Command::new("varnishd")
            .arg("-F")
            .args(["-a", &format!("127.0.0.1:{port}"), "-s", "malloc,16m"])
            .args(["-j", "none", "-T", "none"]) // no other user, no port of its own for orders
            .arg("-n")
            .arg(folder.path().join("work"))
            .arg("-f")
            .arg(&file)
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("stderr")).unwrap())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot start varnishd: {error}\n\
                     hint: sudo apt-get install --no-install-recommends varnish"
                )
            });
        let mut varnish = Self {
            child,
            port,
            folder,
        };
        varnish.wait_until_it_answers();
        varnish
    }

    fn wait_until_it_answers(&mut self) {
        let begin = Instant::now();
        while exchange(self.port, "GET /healthz", &[]).is_none() {
            let said = || fs::read_to_string(self.folder.path().join("stderr")).unwrap();
            let ended = self.child.try_wait().unwrap();
            assert!(
                ended.is_none() && begin.elapsed() < START,
                "{ended:?}: {}",
                said()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let (head, body) = exchange(self.port, &format!("GET {path}"), &[]).unwrap();
        Answer { head, body }
    }

    /// Drops everything with one of these surrogate keys, and returns the status.
    pub(crate) fn ban(&self, keys: &str) -> u16 {
        ban(self.port, keys).unwrap()
    }
}

/// Asks the cache at `port` to drop surrogate keys. Returns the status, or `None` without a cache.
pub(crate) fn ban(port: u16, keys: &str) -> Option<u16> {
    let (head, _) = exchange(port, "BAN /", &[&format!("Surrogate-Key: {keys}")])?;
    head.split(' ').nth(1)?.parse().ok()
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
    }

    /// Returns the header that tells whether the cache had the response.
    pub(crate) fn cache_status(&self) -> &str {
        self.header("cache-status").unwrap_or(&self.head)
    }

    /// Returns the address of this guide at its ref.
    pub(crate) fn pinned(&self) -> String {
        let (_, rest) = self.body.split_once("\"pinned\":\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }
}

impl Drop for Varnish {
    fn drop(&mut self) {
        // SIGTERM ends the worker too; SIGKILL would leave it behind.
        let id = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).ok();
        self.child.wait().ok();
    }
}
