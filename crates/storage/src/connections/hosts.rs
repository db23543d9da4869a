use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

#[cfg(test)]
mod tests;

/// The servers that a database URL names, in its order, with one login for all.
///
/// `postgres://annai@db1,db2:5433/annai` names two; the port counts for its own host. An `@` after
/// the hosts is refused: a password with a raw `/`, `?` or `#` ends the hosts too early, and its
/// beginning would pass for their names.
///
/// ```
/// use annai_storage::{Hosts, HostsError};
/// assert!("postgres://annai@db1,db2:5433/annai".parse::<Hosts>().is_ok());
/// let error = "postgres://annai@db1,,db2/annai".parse::<Hosts>().unwrap_err();
/// assert_eq!(error, HostsError::EmptyHost);
/// ```
#[derive(Debug, Clone)]
pub struct Hosts(Vec<PgConnectOptions>);

/// The reason why a text is not the URL of a database. It never repeats the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostsError {
    /// The list of hosts has an empty place.
    #[error("a host of the list is empty")]
    EmptyHost,
    /// A host stands twice in the list.
    #[error("a host stands twice in the list")]
    RepeatedHost,
    /// The parser of Postgres URLs refuses it.
    #[error("not a URL that Postgres understands")]
    Malformed,
}

impl HostsError {
    /// Returns what to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::EmptyHost | Self::RepeatedHost => {
                "several servers look like postgres://user:password@db1,db2:5433,db3/database"
            }
            Self::Malformed => {
                "it looks like postgres://user:password@host:5432/database; percent-encode special characters, such as / ? # @ in the password as %2F %3F %23 %40"
            }
        }
    }
}

impl Hosts {
    /// Sets the password for every server.
    #[must_use]
    pub fn with_password(self, password: &str) -> Self {
        let hosts = self.0.into_iter();
        Self(hosts.map(|host| host.password(password)).collect())
    }

    /// Returns the first server, which is used until another is found.
    pub(crate) fn first(&self) -> &PgConnectOptions {
        &self.0[0]
    }

    /// Returns the servers in order; there is at least one.
    pub(crate) fn all(&self) -> &[PgConnectOptions] {
        &self.0
    }
}

/// Returns a server as `host:port`, for people. The folder of a socket stands for its host.
pub(crate) fn name(host: &PgConnectOptions) -> String {
    let port = host.get_port();
    match host.get_socket() {
        Some(folder) => format!("{}:{port}", folder.display()),
        None => format!("{}:{port}", host.get_host()),
    }
}

impl From<PgConnectOptions> for Hosts {
    fn from(host: PgConnectOptions) -> Self {
        Self(vec![host])
    }
}

impl FromStr for Hosts {
    type Err = HostsError;

    fn from_str(url: &str) -> Result<Self, HostsError> {
        let (before, hosts, after) = split(url);
        if after.contains('@') {
            return Err(HostsError::Malformed);
        }
        if !hosts.contains(',') {
            return Ok(parse(url)?.into());
        }
        let after = without_attributes(after);
        let mut all: Vec<PgConnectOptions> = Vec::new();
        for host in hosts.split(',') {
            if host.is_empty() || host.starts_with(':') {
                return Err(HostsError::EmptyHost);
            }
            let host = parse(&format!("{before}{host}{after}"))?;
            if all.iter().any(|other| name(other) == name(&host)) {
                return Err(HostsError::RepeatedHost);
            }
            all.push(host);
        }
        Ok(Self(all))
    }
}

fn parse(url: &str) -> Result<PgConnectOptions, HostsError> {
    // The parser's own words may repeat the password.
    url.parse().map_err(|_| HostsError::Malformed)
}

/// Splits a URL into scheme and user, hosts, and the rest.
fn split(url: &str) -> (&str, &str, &str) {
    let begin = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let end = url[begin..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |length| begin + length);
    let hosts = url[begin..end]
        .rfind('@')
        .map_or(begin, |user| begin + user + 1);
    (&url[..hosts], &url[hosts..end], &url[end..])
}

/// Removes `target_session_attrs`, which libpq needs to find the primary. Annai always seeks it.
fn without_attributes(rest: &str) -> String {
    let Some((path, query)) = rest.split_once('?') else {
        return rest.to_owned();
    };
    let kept: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.starts_with("target_session_attrs="))
        .collect();
    if kept.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", kept.join("&"))
}
