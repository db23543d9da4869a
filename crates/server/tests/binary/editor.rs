//! An editor of the demonstration, over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::home::Server;

/// A signed-in editor.
pub(crate) struct Editor {
    port: u16,
    cookie: String,
}

/// A response and the time that it took.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Value,
    pub(crate) took: Duration,
}

impl Editor {
    /// Signs in with the password that the demonstration printed.
    pub(crate) fn of_demo(server: &Server) -> Self {
        let announced = server.stdout();
        let line = announced
            .lines()
            .find(|line| line.contains("kenta@"))
            .unwrap();
        let mut words = line
            .split_whitespace()
            .skip_while(|word| !word.contains('@'));
        let (email, password) = (words.next().unwrap(), words.next().unwrap());
        let mut editor = Self {
            port: server.port(),
            cookie: String::new(),
        };
        let body = json!({ "email": email, "password": password });
        let answer = editor.post("/api/v1/session", &body, &[]);
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookie = answer.header("set-cookie");
        cookie
            .split(';')
            .next()
            .unwrap()
            .clone_into(&mut editor.cookie);
        editor
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", &[])
    }

    pub(crate) fn post(&self, path: &str, body: &Value, head: &[&str]) -> Answer {
        self.send("POST", path, &body.to_string(), head)
    }

    /// Creates a guide.
    pub(crate) fn create(&self, slug: &str, key: &str) -> Answer {
        let source = format!(
            "---json\n{{\"title\": \"題\", \"slug\": \"{slug}\", \"category\": \"cloud-infra\", \"meta_description\": \"説明。\"}}\n---\n本文。\n"
        );
        let key = format!("Idempotency-Key: {key}");
        self.post("/api/v1/guides", &json!({ "source": source }), &[&key])
    }

    fn send(&self, method: &str, path: &str, body: &str, head: &[&str]) -> Answer {
        let began = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let origin = format!("http://127.0.0.1:{}", self.port);
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {origin}\r\nCookie: {}\r\nContent-Length: {}\r\nContent-Type: application/json\r\nConnection: close\r\n",
            self.port,
            self.cookie,
            body.len(),
        );
        for line in head {
            request.push_str(line);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        request.push_str(body);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: serde_json::from_str(body).unwrap_or_default(),
            took: began.elapsed(),
        }
    }
}

impl Answer {
    /// Returns the value of a header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}
