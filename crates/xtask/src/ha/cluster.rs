//! A database of three members that fails over: Patroni, etcd, one synchronous standby.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use super::daemon::{Daemon, until};
use super::member::{Condition, Member, PASSWORD};
use super::programs::Programs;
use crate::process;

/// The first ports of the blocks that may be used. All of them lie below the range of outgoing
/// connections, so that a server that starts again finds its port free.
const BLOCKS: [u16; 4] = [7340, 7370, 7440, 7470];

const MEMBERS: u16 = 3;

/// The longest wait for a leader, or for standbys that follow it again.
const PATIENCE: Duration = Duration::from_mins(2);

/// Three members and the etcd in which they agree.
#[derive(Debug)]
pub(super) struct Cluster {
    // Fields are dropped in this order: Patroni leaves in order only while etcd runs.
    members: Vec<Member>,
    _etcd: Daemon,
    programs: Programs,
}

impl Cluster {
    /// Starts it with an empty database `annai`, and waits until it is whole.
    pub(super) fn start(programs: Programs, folder: &Path) -> anyhow::Result<Self> {
        let ports = Ports::find()?;
        let etcd = etcd(folder, &ports)?;
        let mut members = Vec::new();
        for (number, (port, api)) in ports.members().enumerate() {
            let name = format!("member{}", number + 1);
            let folder = folder.join(&name);
            let mut member = Member::prepare(&programs, folder, &name, port, api, ports.etcd)?;
            member.start(&programs)?;
            members.push(member);
        }
        let cluster = Self {
            members,
            _etcd: etcd,
            programs,
        };
        cluster.wait_until_whole()?;
        let role = format!("CREATE ROLE annai LOGIN CREATEROLE PASSWORD '{PASSWORD}'");
        cluster.sql("postgres", &role)?;
        cluster.sql("postgres", "CREATE DATABASE annai OWNER annai")?;
        Ok(cluster)
    }

    /// Returns a URL that names every member.
    pub(super) fn url(&self) -> String {
        let mut hosts = String::new();
        for member in &self.members {
            let comma = if hosts.is_empty() { "" } else { "," };
            write!(hosts, "{comma}127.0.0.1:{}", member.port).expect("a String takes everything");
        }
        format!("postgres://annai:{PASSWORD}@{hosts}/annai")
    }

    /// Waits until there is one leader, and both others follow it, one synchronously.
    pub(super) fn wait_until_whole(&self) -> anyhow::Result<()> {
        until("a leader with two standbys", PATIENCE, || {
            let conditions: Vec<_> = self.members.iter().filter_map(Member::condition).collect();
            let count = |is: fn(&Condition) -> bool| {
                conditions.iter().filter(|condition| is(condition)).count()
            };
            let is_whole = count(Condition::is_leader) == 1
                && count(Condition::is_streaming) == 2
                && count(Condition::is_synchronous) == 1;
            Ok(is_whole.then_some(()))
        })
    }

    /// Returns the leader's place.
    pub(super) fn leader(&self) -> anyhow::Result<usize> {
        self.find("a leader", Condition::is_leader)
    }

    /// Returns the place of the standby that commits wait for.
    pub(super) fn synchronous(&self) -> anyhow::Result<usize> {
        self.find("a synchronous standby", Condition::is_synchronous)
    }

    /// Waits for another leader than the member at that place, and returns its place.
    pub(super) fn leader_after(&self, old: usize) -> anyhow::Result<usize> {
        until("another leader", PATIENCE, || {
            let is_leader = |place: &usize| {
                let condition = self.members[*place].condition();
                condition.is_some_and(|condition| condition.is_leader())
            };
            let mut others = (0..self.members.len()).filter(|place| *place != old);
            Ok(others.find(is_leader))
        })
    }

    fn find(&self, wanted: &str, is: fn(&Condition) -> bool) -> anyhow::Result<usize> {
        until(wanted, PATIENCE, || {
            let mut conditions = self.members.iter().map(Member::condition);
            Ok(conditions.position(|condition| condition.as_ref().is_some_and(is)))
        })
    }

    /// Returns the member at that place.
    pub(super) fn member(&self, place: usize) -> &Member {
        &self.members[place]
    }

    /// Returns every member but the one at that place.
    pub(super) fn others(&self, place: usize) -> impl Iterator<Item = &Member> {
        let members = self.members.iter().enumerate();
        members.filter_map(move |(number, member)| (number != place).then_some(member))
    }

    /// Kills the member at that place.
    pub(super) fn kill(&mut self, place: usize) -> anyhow::Result<()> {
        self.members[place].kill()
    }

    /// Starts the member at that place again.
    pub(super) fn start_again(&mut self, place: usize) -> anyhow::Result<()> {
        self.members[place].start(&self.programs)
    }

    /// Runs a statement at the leader and returns its rows.
    pub(super) fn sql(&self, database: &str, statement: &str) -> anyhow::Result<String> {
        let port = self.member(self.leader()?).port.to_string();
        let psql = self.programs.postgres.join("psql");
        let mut psql = process::command(psql, Path::new("/"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args([
                "--set=ON_ERROR_STOP=1",
                "--host=127.0.0.1",
                "--username=postgres",
            ])
            .args([
                "--port",
                &port,
                "--dbname",
                database,
                "--command",
                statement,
            ])
            .env("PGPASSWORD", PASSWORD);
        process::output(&mut psql)
    }
}

/// The ports of a cluster.
struct Ports {
    etcd: u16,
}

impl Ports {
    /// Finds a block of ports that are free now.
    fn find() -> anyhow::Result<Self> {
        let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        let blocks = BLOCKS.into_iter().map(|etcd| Self { etcd });
        let mut free = blocks.filter(|ports| ports.all().all(is_free));
        free.next()
            .with_context(|| format!("other programs use ports after each of {BLOCKS:?}"))
    }

    /// Returns the port at which members of etcd talk.
    fn peer(&self) -> u16 {
        self.etcd + 1
    }

    /// Returns each member's ports of Postgres and of Patroni.
    fn members(&self) -> impl Iterator<Item = (u16, u16)> {
        let first = self.etcd;
        (0..MEMBERS).map(move |number| (first + 10 + number, first + 20 + number))
    }

    fn all(&self) -> impl Iterator<Item = u16> {
        let members = self
            .members()
            .flat_map(|(postgres, patroni)| [postgres, patroni]);
        [self.etcd, self.peer()].into_iter().chain(members)
    }
}

fn etcd(folder: &Path, ports: &Ports) -> anyhow::Result<Daemon> {
    let client = format!("http://127.0.0.1:{}", ports.etcd);
    let peer = format!("http://127.0.0.1:{}", ports.peer());
    let mut etcd = process::command("etcd", folder);
    etcd.args(["--name=annai", "--data-dir=etcd", "--log-level=warn"])
        .arg(format!("--listen-client-urls={client}"))
        .arg(format!("--advertise-client-urls={client}"))
        .arg(format!("--listen-peer-urls={peer}"))
        .arg(format!("--initial-advertise-peer-urls={peer}"))
        .arg(format!("--initial-cluster=annai={peer}"));
    Daemon::start(&mut etcd, &folder.join("etcd.log"))
}
