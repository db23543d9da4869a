use std::net::{AddrParseError, IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

#[cfg(test)]
mod tests;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address that a request comes from, as far as it can be trusted.
///
/// This is the peer of the connection, or the address that a trusted proxy names. The listener puts
/// it into the extensions of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

/// The proxies that may name the client's address: networks such as `10.0.0.0/8`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// An error from parsing [`TrustedProxies`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedProxiesError {
    /// A part is neither an address nor a network.
    #[error("`{0}` is neither an address nor a network such as 10.0.0.0/8")]
    Malformed(String),
    /// A network has bits set beyond its prefix, which may be a slip.
    #[error("`{written}` is an address inside a network; did you mean `{meant}`?")]
    HostBits {
        /// The text as written.
        written: String,
        /// The network that contains it.
        meant: IpNet,
    },
    /// The network is the whole Internet.
    #[error("`{0}` covers the whole Internet: every client could forge its address")]
    Everybody(String),
}

impl ClientAddress {
    /// Wraps `address`; an IPv4 address mapped to IPv6 becomes the IPv4 address.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// Returns the address.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// Returns the network that limits count as one client.
    ///
    /// An IPv4 address stands alone; an IPv6 address counts as its /64, which one household usually
    /// has to itself.
    #[must_use]
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

impl FromStr for ClientAddress {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        text.parse().map(Self::new)
    }
}

impl TrustedProxies {
    /// Returns whether no proxy is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the client behind `peer`: the nearest address that is not a trusted proxy.
    ///
    /// `X-Forwarded-For` and `Forwarded` (RFC 7239) are read only from a trusted peer. They are
    /// read from right to left, because the first untrusted hop may have invented everything to its
    /// left. A hidden or unreadable hop ends the walk. A proxy writes one of the two headers and
    /// passes on the other as the client sent it. So when both are present and disagree, neither is
    /// believed.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let peer = peer.to_canonical();
        if !self.trust(peer) {
            return ClientAddress(peer);
        }
        let listed = self.nearest_untrusted(peer, headers, &X_FORWARDED_FOR, address);
        let forwarded = self.nearest_untrusted(peer, headers, &FORWARDED, forwarded_for);
        ClientAddress(match (listed, forwarded) {
            (Some(one), Some(other)) if one != other => peer,
            (Some(address), _) | (None, Some(address)) => address,
            (None, None) => peer,
        })
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Returns `None` when the header is missing.
    fn nearest_untrusted(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        name: &HeaderName,
        read: fn(&str) -> Option<IpAddr>,
    ) -> Option<IpAddr> {
        let mut values = headers.get_all(name).iter().rev().peekable();
        values.peek()?;
        let mut nearest = peer;
        for hop in values.flat_map(|value| value.to_str().unwrap_or_default().rsplit(',')) {
            let Some(address) = read(hop) else {
                break;
            };
            nearest = address;
            if !self.trust(address) {
                break;
            }
        }
        Some(nearest)
    }
}

impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    /// Reads addresses and networks separated by commas.
    fn from_str(text: &str) -> Result<Self, TrustedProxiesError> {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Result<IpNet, TrustedProxiesError> {
    let malformed = |_| TrustedProxiesError::Malformed(text.to_owned());
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address));
    }
    let network = text.parse::<IpNet>().map_err(malformed)?;
    if network.prefix_len() == 0 {
        return Err(TrustedProxiesError::Everybody(text.to_owned()));
    }
    if network != network.trunc() {
        return Err(TrustedProxiesError::HostBits {
            written: text.to_owned(),
            meant: network.trunc(),
        });
    }
    Ok(network)
}

/// Reads one hop of `X-Forwarded-For`: an address, perhaps with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare = || hop.parse::<IpAddr>().ok();
    let with_port = || Some(hop.parse::<SocketAddr>().ok()?.ip());
    let in_brackets = || {
        let inside = hop.strip_prefix('[')?.strip_suffix(']')?;
        Some(IpAddr::V6(inside.parse().ok()?))
    };
    let found = bare().or_else(with_port).or_else(in_brackets);
    found.map(|address| address.to_canonical())
}

/// Reads the `for` of one hop of `Forwarded`, quoted or not.
///
/// A comma inside quotes splits the hop, which makes it unreadable and so ends the walk.
fn forwarded_for(hop: &str) -> Option<IpAddr> {
    let (_, node) = hop
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let node = node.trim();
    let quoted = node
        .strip_prefix('"')
        .and_then(|node| node.strip_suffix('"'));
    address(quoted.unwrap_or(node))
}
