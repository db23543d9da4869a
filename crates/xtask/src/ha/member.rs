//! One member of the database's cluster: Patroni, and the Postgres that it looks after.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::daemon::{self, Daemon, until};
use super::programs::Programs;
use crate::http::Client;
use crate::process;

/// The password of every role. All servers listen on the loopback address only.
pub(super) const PASSWORD: &str = "only-for-this-lane";

/// The seconds that a leader's key lives in etcd. A dead leader is replaced no sooner.
const TTL: u32 = 20;

/// The time within which Patroni's own interface answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// The time within which it hands the lead over.
const SWITCHOVER: Duration = Duration::from_mins(1);

/// A member of the cluster.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// The port of its Postgres.
    pub(super) port: u16,
    api: SocketAddr,
    folder: PathBuf,
    patroni: Option<Daemon>,
}

/// A member as its Patroni describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Condition {
    state: String,
    role: String,
    replication_state: String,
    sync_standby: bool,
}

impl Condition {
    /// Returns whether it takes writes.
    pub(super) fn is_leader(&self) -> bool {
        self.state == "running" && self.role == "primary"
    }

    /// Returns whether it receives what the leader writes.
    pub(super) fn is_streaming(&self) -> bool {
        self.role == "replica" && self.replication_state == "streaming"
    }

    /// Returns whether commits wait for it.
    pub(super) fn is_synchronous(&self) -> bool {
        self.is_streaming() && self.sync_standby
    }
}

impl Member {
    /// Writes its settings below `folder`.
    pub(super) fn prepare(
        programs: &Programs,
        folder: PathBuf,
        name: &str,
        port: u16,
        api: u16,
        etcd: u16,
    ) -> anyhow::Result<Self> {
        fs::create_dir(&folder)?;
        let member = Self {
            name: name.to_owned(),
            port,
            api: (Ipv4Addr::LOCALHOST, api).into(),
            folder,
            patroni: None,
        };
        // JSON is YAML too.
        let settings = member.settings(programs, etcd).to_string();
        fs::write(member.folder.join("patroni.yml"), settings)?;
        Ok(member)
    }

    fn settings(&self, programs: &Programs, etcd: u16) -> Value {
        let address = |port: u16| format!("127.0.0.1:{port}");
        let role = |name: &str| json!({ "username": name, "password": PASSWORD });
        json!({
            "scope": "annai",
            "name": self.name,
            "restapi": { "listen": self.api.to_string(), "connect_address": self.api.to_string() },
            "etcd3": { "hosts": address(etcd) },
            "bootstrap": {
                "dcs": {
                    "ttl": TTL,
                    "loop_wait": 5,
                    "retry_timeout": 5,
                    "synchronous_mode": true,
                    "synchronous_mode_strict": true,
                    "postgresql": { "use_pg_rewind": true, "use_slots": true },
                },
                "initdb": [{ "encoding": "UTF8" }, { "locale": "C.UTF-8" }, "data-checksums"],
            },
            "postgresql": {
                "listen": address(self.port),
                "connect_address": address(self.port),
                "data_dir": self.folder.join("cluster"),
                "bin_dir": programs.postgres,
                "pgpass": self.folder.join("pgpass"),
                "authentication": {
                    "superuser": role("postgres"),
                    "replication": role("replicator"),
                },
                "parameters": { "unix_socket_directories": "", "shared_buffers": "32MB" },
                "pg_hba": [
                    "host all all 127.0.0.1/32 scram-sha-256",
                    "host replication replicator 127.0.0.1/32 scram-sha-256",
                ],
            },
        })
    }

    /// Starts its Patroni, which starts its Postgres.
    pub(super) fn start(&mut self, programs: &Programs) -> anyhow::Result<()> {
        let mut patroni = programs.patroni(&self.folder);
        let log = self.folder.join("patroni.log");
        self.patroni = Some(Daemon::start(patroni.arg("patroni.yml"), &log)?);
        Ok(())
    }

    /// Asks its Patroni how it is; `None` where Patroni does not answer.
    pub(super) fn condition(&self) -> Option<Condition> {
        let mut client = Client::connect_within(self.api, PATIENCE).ok()?;
        let answer = client.exchange("GET", "/patroni", None, "").ok()?;
        serde_json::from_slice(&answer.body).ok()
    }

    /// Asks its Patroni to hand the lead over to another member.
    pub(super) fn hand_over_to(&self, other: &Self) -> anyhow::Result<()> {
        let mut client = Client::connect_within(self.api, SWITCHOVER)?;
        let body = json!({ "leader": self.name, "candidate": other.name });
        let answer = client.exchange("POST", "/switchover", Some(&body), "")?;
        let said = String::from_utf8_lossy(&answer.body);
        ensure!(
            answer.status == 200,
            "no switchover: {} {said}",
            answer.status
        );
        Ok(())
    }

    /// Kills Patroni, Postgres and all its processes, as a machine that loses its power does.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        let mut patroni = self.patroni.take().context("Patroni does not run")?;
        patroni.kill()?;
        self.kill_postgres()
    }

    fn kill_postgres(&self) -> anyhow::Result<()> {
        let postmaster = self.postmaster()?;
        let children = daemon::children(postmaster, "postgres")?;
        process::signal(postmaster, "KILL")?;
        for child in children {
            process::signal(child, "KILL").ok(); // it may have seen the end of its parent
        }
        until("the end of Postgres", PATIENCE, || {
            Ok((!daemon::is_running(postmaster)).then_some(()))
        })
    }

    /// Sends a signal to Patroni alone.
    pub(super) fn signal_patroni(&self, signal: &str) -> anyhow::Result<()> {
        let patroni = self.patroni.as_ref().context("Patroni does not run")?;
        patroni.signal(signal)
    }

    /// Returns the process that receives what the leader writes.
    pub(super) fn receiver(&self) -> anyhow::Result<u32> {
        let receivers = daemon::children(self.postmaster()?, "walreceiver")?;
        let receiver = receivers.first().copied();
        receiver.with_context(|| format!("{} has no walreceiver", self.name))
    }

    fn postmaster(&self) -> anyhow::Result<u32> {
        let file = fs::read_to_string(self.folder.join("cluster/postmaster.pid"))?;
        let pid = file.lines().next().and_then(|line| line.parse().ok());
        pid.with_context(|| format!("{} has no postmaster", self.name))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.patroni.take(); // in order: it stops its Postgres
        if self.postmaster().is_ok_and(daemon::is_running) {
            self.kill_postgres().ok();
        }
    }
}
