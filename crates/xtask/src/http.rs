//! The part of HTTP that the measurements and lanes need: one connection, kept alive.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// A signed-in person's connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    cookie: String,
}

/// A response, whatever its status.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Whether it says when to come back.
    pub says_when_to_retry: bool,
    /// Its body.
    pub body: Vec<u8>,
    cookie: Option<String>,
    tag: String,
}

impl Client {
    /// Opens a connection without a session.
    pub fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            address,
            cookie: String::new(),
        })
    }

    /// Opens a connection without a session, on which nothing may take longer than `patience`.
    pub fn connect_within(address: SocketAddr, patience: Duration) -> anyhow::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, patience)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            address,
            cookie: String::new(),
        })
    }

    /// Returns the cookies of the session.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Takes over a session that was opened elsewhere.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        cookie.clone_into(&mut self.cookie);
        self
    }

    /// Signs in; later requests carry the cookie.
    pub fn sign_in(&mut self, email: &str, password: &str) -> anyhow::Result<()> {
        let body = json!({ "email": email, "password": password });
        let answer = self.send("POST", "/api/v1/session", Some(&body), "")?;
        self.cookie = answer.cookie.context("signing in set no cookie")?;
        Ok(())
    }

    /// Opens another connection of the same person.
    pub fn again(&self) -> anyhow::Result<Self> {
        Ok(Self {
            cookie: self.cookie.clone(),
            ..Self::connect(self.address)?
        })
    }

    /// Returns the body at `path`.
    pub fn get(&mut self, path: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.send("GET", path, None, "")?.body)
    }

    /// Returns the entity tag at `path` in `encoding`.
    pub fn tag(&mut self, path: &str, encoding: &str) -> anyhow::Result<String> {
        let encoding = format!("Accept-Encoding: {encoding}\r\n");
        Ok(self.send("GET", path, None, &encoding)?.tag)
    }

    /// Posts JSON, on top of the revision `base` where one is named.
    pub fn post(
        &mut self,
        path: &str,
        body: &Value,
        base: Option<&str>,
    ) -> anyhow::Result<Vec<u8>> {
        let condition = base.map_or_else(String::new, |base| format!("If-Match: \"{base}\"\r\n"));
        Ok(self.send("POST", path, Some(body), &condition)?.body)
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &str,
    ) -> anyhow::Result<Answer> {
        let answer = self.exchange(method, path, body, headers)?;
        if !(200..300).contains(&answer.status) {
            bail!(
                "{method} {path} was answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(answer)
    }

    /// Sends a request and returns the response, whatever its status. `headers` are whole lines.
    ///
    /// # Errors
    ///
    /// When the connection breaks or is silent for too long.
    pub fn exchange(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &str,
    ) -> anyhow::Result<Answer> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}",
            self.address
        );
        let cookie = match self.cookie.as_str() {
            "" => String::new(),
            cookie => format!("Cookie: {cookie}\r\n"),
        };
        let content = match method {
            "GET" => String::new(),
            _ => format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            ),
        };
        let request = format!("{head}{cookie}{content}\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.receive()
    }

    fn receive(&mut self) -> anyhow::Result<Answer> {
        let status_line = self.line()?;
        let status = status_line
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .with_context(|| format!("no status in `{status_line}`"))?;
        let (mut length, mut chunked, mut cookies) = (None, false, Vec::new());
        let (mut tag, mut says_when_to_retry) = (String::new(), false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Some(value.trim().parse()?),
                "transfer-encoding" => chunked = true,
                "set-cookie" => cookies.extend(value.trim().split(';').next().map(str::to_owned)),
                "retry-after" => says_when_to_retry = true,
                "etag" => value.trim().clone_into(&mut tag),
                _ => {}
            }
        }
        let body = match length {
            _ if chunked => self.chunks()?,
            // HTTP/1.0: the body ends with the connection.
            None if status_line.starts_with("HTTP/1.0") => self.rest()?,
            length => self.bytes(length.unwrap_or(0))?,
        };
        Ok(Answer {
            status,
            says_when_to_retry,
            body,
            cookie: (!cookies.is_empty()).then(|| cookies.join("; ")),
            tag,
        })
    }

    fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(self.line()?.trim(), 16)?;
            body.extend(self.bytes(size)?);
            self.line()?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn rest(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}
