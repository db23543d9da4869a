use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The address for browsers and consumers, such as `https://annai.example.jp`: scheme and authority,
/// without a path or a final slash. Without TLS the host is this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(String);

/// The reason why a text is not a [`BaseUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BaseUrlError {
    #[error("not a URL of the form https://host or http://localhost:8080")]
    Malformed,
    #[error("a URL with a path: Annai answers at the root of its host")]
    HasPath,
    #[error("http is allowed on this machine only: cookies and passwords would travel unencrypted")]
    PlainHttp,
}

impl BaseUrlError {
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Malformed => "for example https://annai.example.jp",
            Self::HasPath => "give Annai a host name of its own",
            Self::PlainHttp => {
                "use https:// with a TLS proxy in front, or a loopback host such as http://localhost:8080"
            }
        }
    }
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, authority) = text.split_once("://").ok_or(BaseUrlError::Malformed)?;
        if authority.contains('/') {
            return Err(BaseUrlError::HasPath);
        }
        let odd =
            |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '?' | '#' | '\\');
        let host = host_of(authority)
            .filter(|host| !host.is_empty())
            .ok_or(BaseUrlError::Malformed)?;
        if authority.contains(odd) {
            return Err(BaseUrlError::Malformed);
        }
        match scheme {
            "https" => Ok(Self(text.to_owned())),
            "http" if is_loopback(host) => Ok(Self(text.to_owned())),
            "http" => Err(BaseUrlError::PlainHttp),
            _ => Err(BaseUrlError::Malformed),
        }
    }

    /// Returns the address of a server that listens at `listen`, for a browser on this machine.
    pub(crate) fn of_listener(listen: SocketAddr) -> Self {
        if listen.ip().is_loopback() {
            Self(format!("http://{listen}"))
        } else {
            Self(format!("http://localhost:{}", listen.port()))
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether browsers reach the server through TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Returns whether the host is this machine, so that links work only here.
    pub(crate) fn is_loopback(&self) -> bool {
        self.0
            .split_once("://")
            .and_then(|(_, authority)| host_of(authority))
            .is_some_and(is_loopback)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Returns the host without port and brackets; `None` if the port is malformed.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        (host, rest.strip_prefix(':'))
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    match port {
        Some(port) => port.parse::<u16>().ok().map(|_| host),
        None => Some(host),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
