use std::net::SocketAddr;

use annai_domain::{WebhookReach, is_public_address};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A resolver that returns only the addresses to which messages may go.
///
/// The connection goes to one of these; the name is not resolved again. A name that resolves
/// differently between check and connection (DNS rebinding) gains nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GuardedResolver(pub(crate) WebhookReach);

/// The reason why a host has no address to send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAddress {
    /// The name does not resolve.
    #[error("the host's name does not resolve")]
    NotFound,
    /// Messages may go to none of the host's addresses.
    #[error("the host has no address on the public internet")]
    NotAllowed,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            // The connector sets the port.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found = found.map_err(|_| NoAddress::NotFound)?;
            let allowed = allowed(reach, found)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Keeps the addresses that messages may go to.
fn allowed(
    reach: WebhookReach,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, NoAddress> {
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return Err(NoAddress::NotFound);
    }
    let allowed: Vec<_> = found
        .into_iter()
        .filter(|address| reach == WebhookReach::Private || is_public_address(address.ip()))
        .collect();
    if allowed.is_empty() {
        Err(NoAddress::NotAllowed)
    } else {
        Ok(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        let parse = |text: &&str| SocketAddr::new(text.parse().unwrap(), 0);
        texts.iter().map(parse).collect()
    }

    #[test]
    fn only_public_addresses_of_a_name_are_left() {
        let mixed = addresses(&["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1"]);
        let public = addresses(&["1.1.1.1", "2606:4700::1"]);
        let of = |reach, found: &[SocketAddr]| allowed(reach, found.iter().copied());
        assert_eq!(of(WebhookReach::Public, &mixed), Ok(public));
        assert_eq!(of(WebhookReach::Private, &mixed), Ok(mixed.clone()));
        let inner = addresses(&["127.0.0.1", "::ffff:1.1.1.1"]);
        assert_eq!(of(WebhookReach::Public, &inner), Err(NoAddress::NotAllowed));
        assert_eq!(of(WebhookReach::Private, &[]), Err(NoAddress::NotFound));
    }
}
