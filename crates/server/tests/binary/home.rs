//! A temporary folder to start the program in, deleted in the end.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// The longest start on a busy machine, `initdb` included.
const START: Duration = Duration::from_secs(90);

/// The longest stop on a busy machine.
const STOP: Duration = Duration::from_secs(90);

/// Returns the folder of the repository's sample content.
pub(crate) fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

/// A folder to start `annai` in, with its own port.
pub(crate) struct Home {
    folder: TempDir,
    port: u16,
    database_url: Option<String>,
}

impl Home {
    /// Creates a folder whose only setting is the address to listen at.
    pub(crate) fn new() -> Self {
        Self::configured(None)
    }

    /// Creates a folder with a database server of the operator's own.
    pub(crate) fn with_database(connect: &sqlx::postgres::PgConnectOptions) -> Self {
        use sqlx::ConnectOptions as _;
        Self::configured(Some(connect.to_url_lossy().to_string()))
    }

    /// Creates a folder with the database server at `url`.
    pub(crate) fn with_database_at(url: &str) -> Self {
        Self::configured(Some(url.to_owned()))
    }

    /// Creates a folder with a database server that does not answer.
    pub(crate) fn with_database_away() -> Self {
        Self::configured(Some("postgres://annai:x@127.0.0.1:1/annai".to_owned()))
    }

    fn configured(database_url: Option<String>) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            port: free_port(),
            database_url,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns a command that sees only the intended variables.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_annai"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            .env("ANNAI_LISTEN", format!("127.0.0.1:{}", self.port));
        if let Some(url) = &self.database_url {
            command.env("ANNAI_DATABASE_URL", url);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed, and returns its standard output.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            crate::said(&output)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must end with `code`, and returns its standard error.
    pub(crate) fn fail(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            crate::said(&output)
        );
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        output
    }

    /// Starts the server without waiting for it.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Server {
        self.start(self.command(arguments))
    }

    fn start(&self, mut command: Command) -> Server {
        let (stdout, stderr) = (self.path().join("stdout"), self.path().join("stderr"));
        command
            .stdout(File::create(&stdout).unwrap())
            .stderr(File::create(&stderr).unwrap());
        Server {
            child: command.spawn().unwrap(),
            port: self.port,
            stdout,
            stderr,
        }
    }

    /// Starts the server with a listening socket, as systemd does, and waits until it is ready.
    pub(crate) fn serve_at(&self, listener: &TcpListener, arguments: &[&str]) -> Server {
        let annai = self.command(arguments);
        // The shell moves the socket to the first place behind the standard streams.
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec 3<&0 </dev/null; exec \"$0\" \"$@\""])
            .arg(annai.get_program())
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("LISTEN_FDS", "1")
            .stdin(OwnedFd::from(listener.try_clone().unwrap()));
        for (name, value) in annai.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        let mut server = self.start(command);
        server.port = listener.local_addr().unwrap().port();
        server.wait_until_ready();
        server
    }

    /// Starts the server and waits until it is ready.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let mut server = self.spawn(arguments);
        server.wait_until_ready();
        server
    }

    /// Returns the process of the private Postgres in this folder.
    pub(crate) fn postmaster(&self) -> Option<Pid> {
        let file = self.path().join("data/postgres/cluster/postmaster.pid");
        let pid = fs::read_to_string(file)
            .ok()?
            .lines()
            .next()?
            .trim()
            .parse()
            .ok()?;
        kill(Pid::from_raw(pid), None)
            .is_ok()
            .then(|| Pid::from_raw(pid))
    }
}

impl Drop for Home {
    /// Ends a Postgres that a failed test left behind.
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            kill(pid, Signal::SIGINT).ok();
            let begin = Instant::now();
            while kill(pid, None).is_ok() && begin.elapsed() < STOP {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

/// A running `annai serve`.
pub(crate) struct Server {
    child: Child,
    port: u16,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Server {
    pub(crate) fn wait_until_ready(&mut self) {
        let begin = Instant::now();
        while self
            .try_get("/readyz")
            .is_none_or(|(status, _)| status != 200)
        {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended ({status}): {}", self.stderr());
            }
            assert!(begin.elapsed() < START, "not ready: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(50));
        }
        // The announcement follows readiness by a moment.
        while !self.stdout().contains("Ctrl-C") && begin.elapsed() < START {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn stdout(&self) -> String {
        fs::read_to_string(&self.stdout).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap()
    }

    /// Returns the port of the server.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the status and body at `path`.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.try_get(path)
            .unwrap_or_else(|| panic!("no answer to {path}: {}", self.stderr()))
    }

    /// Returns the status and body at `path`, for a request with lines such as `Accept: */*` in its
    /// head.
    pub(crate) fn get_with(&self, path: &str, head: &[&str]) -> (u16, String) {
        get_from(self.port, path, head)
            .unwrap_or_else(|| panic!("no answer to {path}: {}", self.stderr()))
    }

    pub(crate) fn try_get(&self, path: &str) -> Option<(u16, String)> {
        get_from(self.port, path, &[])
    }

    /// Waits until the page at `path` exists.
    pub(crate) fn wait_for_page(&self, path: &str) {
        let begin = Instant::now();
        while self.get(path).0 != 200 {
            assert!(begin.elapsed() < STOP, "never {path}: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until `is_so` holds.
    pub(crate) fn until(&self, mut is_so: impl FnMut() -> bool) {
        let begin = Instant::now();
        while !is_so() {
            assert!(begin.elapsed() < STOP, "{}", self.stderr());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until `/readyz` responds with `status`, and returns the body.
    pub(crate) fn wait_for_readiness(&self, status: u16) -> String {
        let begin = Instant::now();
        loop {
            if let Some((answered, body)) = self.try_get("/readyz")
                && answered == status
            {
                return body;
            }
            assert!(begin.elapsed() < STOP, "never {status}: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until the log contains `words`, and returns all of it.
    pub(crate) fn wait_for_log(&self, words: &str) -> String {
        let begin = Instant::now();
        loop {
            let log = self.stderr();
            if log.contains(words) {
                return log;
            }
            assert!(begin.elapsed() < STOP, "never {words}: {log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until `/readyz` reports `state`, and returns the body.
    pub(crate) fn wait_for_state(&self, state: &str) -> String {
        let begin = Instant::now();
        loop {
            let body = self.try_get("/readyz").map(|(_, body)| body);
            if let Some(body) = body.filter(|body| body.contains(&format!("\"{state}\""))) {
                return body;
            }
            assert!(begin.elapsed() < STOP, "never {state}: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Waits for the end, and returns the exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begin.elapsed() < STOP, "does not stop: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the server as an operator does.
    pub(crate) fn stop(mut self) {
        self.signal(Signal::SIGTERM);
        assert_eq!(self.wait(), Some(0), "{}", self.stderr());
    }
}

/// Returns the status and body at `path` from the server at `port`.
pub(crate) fn get_from(port: u16, path: &str, head: &[&str]) -> Option<(u16, String)> {
    let (head, body) = exchange(port, &format!("GET {path}"), head)?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body))
}

/// Sends a request such as `GET /` to the server at `port`. Returns the head and body of the
/// response.
pub(crate) fn exchange(port: u16, request: &str, head: &[&str]) -> Option<(String, String)> {
    exchange_body(port, request, head, "")
}

/// Sends a request with a body. Returns the head and body of the response.
pub(crate) fn exchange_body(
    port: u16,
    request: &str,
    head: &[&str],
    body: &str,
) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n").ok()?;
    for line in head {
        write!(stream, "{line}\r\n").ok()?;
    }
    if !body.is_empty() {
        let length = body.len();
        write!(
            stream,
            "Content-Type: application/json\r\nContent-Length: {length}\r\n"
        )
        .ok()?;
    }
    write!(stream, "Connection: close\r\n\r\n{body}").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_owned(), body.to_owned()))
}

/// Returns an unused port.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}
