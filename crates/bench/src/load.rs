//! Load on a server of this machine, by `wrk`, and its cost to that server.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail, ensure};

use xtask::process;

/// Clock ticks per second in `/proc/<pid>/stat`: 100 on every usual Linux.
const TICKS: f64 = 100.0;

/// A script for `wrk` that sends random requests from a file. Each line has a path and, if the
/// client holds one, an entity tag.
const SCRIPT: &str = r#"
local paths, tags, encoding = {}, {}, nil
init = function(arguments)
  encoding = arguments[2]
  for line in io.lines(arguments[1]) do
    local path, tag = line:match("^(%S+)%s*(.*)$")
    paths[#paths + 1], tags[#tags + 1] = path, tag
  end
  math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 1000003)
end
request = function()
  local at = math.random(#paths)
  local headers = { ["Accept-Encoding"] = encoding }
  if tags[at] ~= "" then headers["If-None-Match"] = tags[at] end
  return wrk.format("GET", paths[at], headers)
end
"#;

/// One round of load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) requests_per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    /// Time of the server's processes, user and system, for each request.
    pub(super) cpu_us: f64,
}

/// The requests, and the manner of sending them.
pub(super) struct Load<'a> {
    pub(super) folder: &'a Path,
    pub(super) connections: u32,
    pub(super) seconds: u32,
}

impl Load<'_> {
    /// Writes `requests` down for [`Load::run`].
    pub(super) fn list(&self, requests: &[String]) -> anyhow::Result<PathBuf> {
        let list = self.folder.join("requests");
        fs::write(&list, requests.join("\n"))?;
        Ok(list)
    }

    /// Requests the paths in the file `list` from `address`, in `encoding`. `processes` are the
    /// server's.
    pub(super) fn run(
        &self,
        address: SocketAddr,
        processes: &[u32],
        list: &Path,
        encoding: &str,
    ) -> anyhow::Result<Round> {
        let script = self.folder.join("load.lua");
        fs::write(&script, SCRIPT)?;
        let mut wrk = process::command("wrk", self.folder);
        wrk.arg(format!("-t{}", self.connections.min(2)))
            .arg(format!("-c{}", self.connections))
            .arg(format!("-d{}s", self.seconds))
            .arg("--latency")
            .arg("-s")
            .arg(&script)
            .arg(format!("http://{address}"))
            .arg("--")
            .arg(list)
            .arg(encoding);
        let before = cpu_seconds(processes);
        let output = wrk.stderr(Stdio::inherit()).output()?;
        let spent = cpu_seconds(processes) - before;
        ensure!(output.status.success(), "wrk failed ({})", output.status);
        let text = String::from_utf8(output.stdout)?;
        if let Some(line) = text.lines().find(|line| line.contains("Non-2xx")) {
            bail!("the server refused: {}", line.trim());
        }
        let requests: f64 = number_before(&text, " requests in ")?;
        Ok(Round {
            requests_per_second: word_after(&text, "Requests/sec:")?.parse()?,
            p50_ms: milliseconds(word_after(&text, "50%")?)?,
            p99_ms: milliseconds(word_after(&text, "99%")?)?,
            cpu_us: spent / requests * 1e6,
        })
    }
}

/// Returns the word behind the `label` that begins a line.
fn word_after<'a>(text: &'a str, label: &str) -> anyhow::Result<&'a str> {
    let rest = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(label));
    let word = rest.and_then(|rest| rest.split_whitespace().next());
    word.with_context(|| format!("wrk printed no `{label}`: {text}"))
}

fn number_before(text: &str, label: &str) -> anyhow::Result<f64> {
    let before = text.split_once(label).map(|(before, _)| before);
    let word = before.and_then(|before| before.split_whitespace().next_back());
    let word = word.with_context(|| format!("wrk printed no `{label}`: {text}"))?;
    Ok(word.parse()?)
}

/// Parses a duration such as `950.00us`, `1.20ms` or `3.00s` into milliseconds.
fn milliseconds(text: &str) -> anyhow::Result<f64> {
    let (number, factor) = if let Some(number) = text.strip_suffix("us") {
        (number, 0.001)
    } else if let Some(number) = text.strip_suffix("ms") {
        (number, 1.0)
    } else {
        (text.trim_end_matches('s'), 1000.0)
    };
    Ok(number.parse::<f64>()? * factor)
}

/// Returns the processor seconds of `processes`, user and system. A process that has ended adds
/// none.
fn cpu_seconds(processes: &[u32]) -> f64 {
    let ticks = processes.iter().filter_map(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let (user, system): (f64, f64) =
            (fields.get(11)?.parse().ok()?, fields.get(12)?.parse().ok()?);
        Some(user + system)
    });
    ticks.sum::<f64>() / TICKS
}

/// Returns `pid` and all its descendants: a server and its Postgres.
pub(super) fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut at = 0;
    while let Some(&parent) = family.get(at) {
        family.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(pid, _)| *pid),
        );
        at += 1;
    }
    family
}
