//! Runs the service of `docker-compose.yml` without a container engine.
//!
//! Command, environment and user are those of the file, in a tree that this user cannot write to.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use annai_test_macros::annai_test;
use serde_yaml_ng::Value;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

const START: Duration = Duration::from_mins(1);

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn compose() -> Value {
    serde_yaml_ng::from_str(&fs::read_to_string(repository().join("docker-compose.yml")).unwrap())
        .unwrap()
}

fn words(value: &Value) -> Vec<String> {
    value
        .as_sequence()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

/// Replaces `${NAME:-default}` by `default`, as compose does in an empty environment.
fn interpolate(text: &str) -> String {
    match text.split_once("${") {
        Some((before, rest)) => {
            let (expression, after) = rest.split_once('}').unwrap();
            let default = expression
                .split_once(":-")
                .map_or("", |(_, default)| default);
            format!("{before}{default}{}", interpolate(after))
        }
        None => text.to_owned(),
    }
}

/// Copies the contents of the image into a tree that is closed to writing.
fn read_only_tree(image: &Path) {
    fs::create_dir_all(image.join("content")).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_annai"), image.join("annai")).unwrap();
    for entry in fs::read_dir(repository().join("content")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), image.join("content").join(entry.file_name())).unwrap();
    }
    for folder in [image.join("content"), image.to_path_buf()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn ready(port: u16) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

#[annai_test(empty)]
async fn the_compose_service_serves_as_its_user_in_a_read_only_tree(connect: PgConnectOptions) {
    let compose = compose();
    let service = &compose["services"]["annai"];
    let outside = tempfile::tempdir().unwrap();
    fs::set_permissions(outside.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let image = outside.path().join("image");
    read_only_tree(&image);
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();

    let environment = environment(service, outside.path(), port, &connect);
    let command = |arguments: &[String]| {
        let mut command = Command::new(image.join("annai"));
        command
            .args(arguments)
            .current_dir(&image)
            .env_clear()
            .envs(&environment);
        if nix::unistd::Uid::effective().is_root() {
            let (user, group) = service["user"].as_str().unwrap().split_once(':').unwrap();
            command
                .uid(user.parse().unwrap())
                .gid(group.parse().unwrap());
        }
        command
    };
    let log = outside.path().join("log");
    let child = command(&words(&service["command"]))
        .stdout(File::create(&log).unwrap())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut server = Running(child);

    let begin = Instant::now();
    while ready(port) != Some(200) {
        let said = || fs::read_to_string(&log).unwrap();
        assert!(server.0.try_wait().unwrap().is_none(), "ended: {}", said());
        assert!(begin.elapsed() < START, "not ready: {}", said());
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut check = words(&service["healthcheck"]["test"]);
    assert_eq!(check[..2], ["CMD", "annai"]);
    let healthy = command(&check.split_off(2)).output().unwrap();
    assert!(healthy.status.success(), "{healthy:?}");
    let mut entries: Vec<_> = fs::read_dir(&image)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    entries.sort();
    assert_eq!(
        entries,
        ["annai", "content"],
        "nothing was written beside the program"
    );
}

/// Returns the environment of the service. The database's address, the mounted secret and the
/// published port are replaced, as an engine would do.
fn environment(
    service: &Value,
    outside: &Path,
    port: u16,
    connect: &PgConnectOptions,
) -> BTreeMap<String, String> {
    let mut environment: BTreeMap<String, String> = service["environment"]
        .as_mapping()
        .unwrap()
        .iter()
        .map(|(name, text)| {
            (
                name.as_str().unwrap().to_owned(),
                interpolate(text.as_str().unwrap()),
            )
        })
        .collect();
    let listen = environment.get_mut("ANNAI_LISTEN").unwrap();
    assert_eq!(listen, "0.0.0.0:8080");
    *listen = format!("127.0.0.1:{port}");
    let url = environment.get_mut("ANNAI_DATABASE_URL").unwrap();
    assert_eq!(url, "postgres://annai@database:5432/annai");
    let mut tests_own = connect.to_url_lossy();
    let secret_text = tests_own
        .password()
        .unwrap_or("none is asked for")
        .to_owned();
    if let Some(socket) = socket(connect) {
        tests_own.set_query(None);
        tests_own.set_host(Some("127.0.0.1")).unwrap();
        tests_own.set_port(Some(forward_to(socket))).unwrap();
    }
    *url = tests_own.to_string();
    let data = environment.get_mut("ANNAI_DATA_DIR").unwrap();
    let mounted = format!("site:{data}");
    let volumes = words(&service["volumes"]);
    assert!(volumes.contains(&mounted), "{volumes:?}");
    let volume = outside.join("site");
    fs::create_dir(&volume).unwrap();
    fs::set_permissions(&volume, fs::Permissions::from_mode(0o777)).unwrap();
    volume.to_str().unwrap().clone_into(data);
    let password = environment.get_mut("ANNAI_DATABASE_PASSWORD_FILE").unwrap();
    assert!(password.starts_with("/run/annai-secrets/"), "{password}");
    let secret = outside.join("database_password");
    fs::write(&secret, format!("{secret_text}\n")).unwrap();
    secret.to_str().unwrap().clone_into(password);
    environment
}

/// Returns the socket of the tests' server; `None` if it is reached over TCP.
fn socket(connect: &PgConnectOptions) -> Option<PathBuf> {
    let folder = connect.get_socket().cloned().or_else(|| {
        let host = Path::new(connect.get_host());
        host.is_absolute().then(|| host.to_owned())
    })?;
    Some(folder.join(format!(".s.PGSQL.{}", connect.get_port())))
}

/// Opens a port that leads to `socket`, for as long as the test's process lives.
///
/// The service's user may not enter the socket's folder, and containers reach their database over
/// the network too.
fn forward_to(socket: PathBuf) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for inward in listener.incoming() {
            let (inward, outward) = (inward.unwrap(), UnixStream::connect(&socket).unwrap());
            let (mut from_client, mut to_client) = (inward.try_clone().unwrap(), inward);
            let (mut from_server, mut to_server) = (outward.try_clone().unwrap(), outward);
            std::thread::spawn(move || {
                std::io::copy(&mut from_client, &mut to_server).ok();
                to_server.shutdown(Shutdown::Both).ok();
            });
            std::thread::spawn(move || {
                std::io::copy(&mut from_server, &mut to_client).ok();
                to_client.shutdown(Shutdown::Both).ok();
            });
        }
    });
    port
}

#[test]
fn the_compose_file_and_the_image_agree_on_user_and_health_check() {
    let compose = compose();
    let service = &compose["services"]["annai"];
    let dockerfile = fs::read_to_string(repository().join("Dockerfile")).unwrap();

    assert_eq!(service["read_only"], Value::Bool(true));
    let user = service["user"].as_str().unwrap();
    assert!(!user.starts_with('0'), "not root: {user}");
    assert!(
        dockerfile
            .lines()
            .any(|line| line == format!("USER {user}")),
        "{user}"
    );
    assert!(dockerfile.contains(r#"CMD ["annai", "healthcheck"]"#));
    assert!(dockerfile.contains(r#"ENTRYPOINT ["annai"]"#));
    for (name, service) in compose["services"].as_mapping().unwrap() {
        let is_long_lived = service["restart"].as_str() != Some("no");
        assert!(
            !is_long_lived || !service["healthcheck"].is_null(),
            "{name:?} has no health check"
        );
        assert_eq!(
            service["read_only"],
            Value::Bool(true),
            "{name:?} can write to its image"
        );
    }
    assert_eq!(
        compose["services"]["database"]["image"],
        Value::from("postgres:17")
    );
}
