use std::net::{AddrParseError, IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

#[cfg(test)]
mod tests;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from, as far as it can be believed: the other end of the connection,
/// or whom a trusted proxy names.
///
/// The listener puts it into the extensions of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

/// The proxies whose word about the client is taken: networks such as `10.0.0.0/8`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

/// Why a text is no list of proxies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedProxiesError {
    /// A part is neither an address nor a network.
    #[error("`{0}` is neither an address nor a network such as 10.0.0.0/8")]
    Malformed(String),
    /// A network is written with an address inside it, which may be a slip.
    #[error("`{written}` has more bits than its prefix: did you mean `{meant}`?")]
    HostBits {
        /// What was written.
        written: String,
        /// The network that holds it.
        meant: IpNet,
    },
    /// The whole Internet.
    #[error("`{0}` would take anybody's word for where they are")]
    Everybody(String),
}

impl ClientAddress {
    /// That address; an IPv4 address written as IPv6 counts as the IPv4 address.
    #[must_use]
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// The address.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// What limits count as one client: an IPv4 address, or the /64 of an IPv6 one, all of which
    /// one household has.
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
    /// Whether none is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whose request it is that `peer` sent: the nearest address that is no trusted proxy.
    ///
    /// `X-Forwarded-For` and `Forwarded` (RFC 7239) are read only from a trusted peer and from
    /// right to left, because everything left of the first stranger is that stranger's own word.
    /// A hop that a proxy hides or garbles ends the walk. A proxy writes one of the two headers
    /// and lets the client's other one pass, so where both are there and disagree, neither is
    /// believed.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let peer = peer.to_canonical();
        if !self.trust(peer) {
            return ClientAddress(peer);
        }
        let listed = self.nearest_stranger(peer, headers, &X_FORWARDED_FOR, address);
        let forwarded = self.nearest_stranger(peer, headers, &FORWARDED, forwarded_for);
        ClientAddress(match (listed, forwarded) {
            (Some(one), Some(other)) if one != other => peer,
            (Some(address), _) | (None, Some(address)) => address,
            (None, None) => peer,
        })
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// `None` where there is no such header.
    fn nearest_stranger(
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

    /// Reads addresses and networks, separated by commas.
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

/// One hop of `X-Forwarded-For`: an address, which some proxies give a port.
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

/// One hop of `Forwarded`: its `for`, quoted or not. A comma inside quotes splits it apart, which
/// makes it unreadable and so ends the walk.
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
