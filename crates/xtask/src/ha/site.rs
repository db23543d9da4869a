//! Two nodes of Annai on one database, and a guide that somebody edits.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::http::Client;
use crate::program::{Program, Server};

/// Two nodes, and what their clients need.
pub(super) struct Site {
    nodes: Vec<Server>,
    programs: [Program; 2],
    /// The session of an editor, good at every node.
    pub(super) cookie: String,
    /// The guide that is edited and read.
    pub(super) guide_id: String,
    slug: String,
    /// The guide's text as it was published.
    pub(super) source: String,
}

impl Site {
    /// Starts both nodes with the demonstration.
    pub(super) fn start(binary: &Path, folder: &Path, url: &str) -> anyhow::Result<Self> {
        let first = node(binary, &folder.join("node1"), url)?;
        let server = first.serve_demo()?;
        let (email, password) = server.person("editor")?;
        let second = node(binary, &folder.join("node2"), url)?;
        let nodes = vec![server, second.serve()?];
        let mut client = Client::connect(nodes[0].address())?;
        client.sign_in(&email, &password)?;
        let published: Value = serde_json::from_slice(&client.get("/v1/guides?limit=1")?)?;
        let slug = text(&published, "/data/0/slug")?;
        let path = format!("/api/v1/guides?q={slug}&limit=1");
        let found: Value = serde_json::from_slice(&client.get(&path)?)?;
        Ok(Self {
            cookie: client.cookie().to_owned(),
            guide_id: text(&found, "/guides/0/guide_id")?,
            source: String::from_utf8(client.get(&format!("/v1/guides/{slug}.md"))?)?,
            slug,
            nodes,
            programs: [first, second],
        })
    }

    /// Returns the address of each node.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(Server::address).collect()
    }

    /// Returns the paths that sites read.
    pub(super) fn paths(&self) -> [String; 3] {
        [
            format!("/v1/guides/{}", self.slug),
            "/v1/guides?limit=20".to_owned(),
            "/v1/refs/current".to_owned(),
        ]
    }

    /// Returns the newest revision of the guide.
    pub(super) fn newest(&self) -> anyhow::Result<String> {
        let mut client = Client::connect(self.nodes[0].address())?.with_cookie(&self.cookie);
        let guide = client.get(&format!("/api/v1/guides/{}", self.guide_id))?;
        let guide: Value = serde_json::from_slice(&guide)?;
        text(&guide, "/latest/revision_id")
    }

    /// Returns the lines of both logs that tell of a fault of ours.
    pub(super) fn errors(&self) -> anyhow::Result<Vec<String>> {
        let mut errors = Vec::new();
        for program in &self.programs {
            let log = fs::read_to_string(program.log())?;
            let lines = log.lines().filter(|line| line.contains(" ERROR "));
            errors.extend(lines.map(str::to_owned));
        }
        Ok(errors)
    }

    /// Runs `annai doctor`, which walks both hash chains.
    pub(super) fn doctor(&self) -> anyhow::Result<()> {
        let found = self.programs[0].output(&["doctor"]);
        found.context("annai doctor found a fault")?;
        Ok(())
    }
}

fn node(binary: &Path, folder: &Path, url: &str) -> anyhow::Result<Program> {
    fs::create_dir(folder)?;
    let program = Program::new(binary.to_path_buf(), folder)?;
    Ok(program.with_log().with("ANNAI_DATABASE_URL", url))
}

fn text(document: &Value, pointer: &str) -> anyhow::Result<String> {
    let text = document.pointer(pointer).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("a response has no {pointer}"))?
        .to_owned())
}
