use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns whether a message may be sent to `address`: a unicast address of the public internet.
///
/// The ranges are those of the IANA special-purpose registries. An address that embeds another one
/// (`::ffff:0:0/96`, NAT64, 6to4, Teredo) is always refused: a public name has a plain address as
/// well.
#[must_use]
pub fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]      // this network, private, loopback, multicast and reserved
            | [100, 64..=127, ..]       // shared by carriers' customers
            | [169, 254, ..]            // link-local, where clouds keep their secrets
            | [172, 16..=31, ..]        // private
            | [192, 0, 0 | 2, _]        // protocol assignments, documentation
            | [192, 88, 99, _]          // relays of 6to4
            | [192, 168, ..]            // private
            | [198, 18..=19, ..]        // benchmarks
            | [198, 51, 100, _]         // documentation
            | [203, 0, 113, _] // documentation
    )
}

/// Returns whether the address is public: in `2000::/3`, the global unicast range, and not in a
/// reserved part of it.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let is_global_unicast = matches!(address.segments()[0], 0x2000..=0x3fff);
    let is_special = matches!(
        address.segments(),
        [0x2001, 0..=0x1ff | 0xdb8, ..] // protocol assignments, Teredo among them; documentation
            | [0x2002, ..]              // 6to4
            | [0x3fff, 0..=0xfff, ..] // documentation
    );
    is_global_unicast && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1.1.1.1")]
    #[case("9.255.255.255")]
    #[case("11.0.0.0")]
    #[case("100.63.255.255")]
    #[case("100.128.0.0")]
    #[case("126.255.255.255")]
    #[case("169.253.255.255")]
    #[case("172.15.255.255")]
    #[case("172.32.0.0")]
    #[case("192.0.1.0")]
    #[case("192.167.255.255")]
    #[case("198.17.255.255")]
    #[case("198.20.0.0")]
    #[case("223.255.255.255")]
    #[case("2606:4700:4700::1111")]
    #[case("2001:200::1")]
    #[case("2400:cb00::1")]
    #[case("3ffe:ffff::1")]
    fn the_public_internet_can_be_reached(#[case] address: IpAddr) {
        assert!(is_public_address(address));
    }

    #[rstest]
    #[case("0.0.0.0")]
    #[case("0.255.255.255")]
    #[case("10.0.0.1")]
    #[case("100.64.0.0")]
    #[case("100.127.255.255")]
    #[case("127.0.0.1")]
    #[case("127.255.255.254")]
    #[case("169.254.169.254")]
    #[case("172.16.0.0")]
    #[case("172.31.255.255")]
    #[case("192.0.0.1")]
    #[case("192.0.2.1")]
    #[case("192.88.99.1")]
    #[case("192.168.0.1")]
    #[case("198.18.0.0")]
    #[case("198.19.255.255")]
    #[case("198.51.100.1")]
    #[case("203.0.113.1")]
    #[case("224.0.0.1")]
    #[case("239.255.255.255")]
    #[case("240.0.0.1")]
    #[case("255.255.255.255")]
    #[case("::")]
    #[case("::1")]
    #[case("::127.0.0.1")]
    #[case("::ffff:127.0.0.1")]
    #[case("::ffff:10.0.0.1")]
    #[case("::ffff:1.1.1.1")]
    #[case("64:ff9b::a00:1")]
    #[case("64:ff9b::1.1.1.1")]
    #[case("64:ff9b:1::1")]
    #[case("100::1")]
    #[case("2001::1")]
    #[case("2001:10::1")]
    #[case("2001:1ff::1")]
    #[case("2001:db8::1")]
    #[case("2002:7f00:1::1")]
    #[case("2002:a00:1::1")]
    #[case("3fff::1")]
    #[case("3fff:fff::1")]
    #[case("5f00::1")]
    #[case("fc00::1")]
    #[case("fd12:3456::1")]
    #[case("fe80::1")]
    #[case("fec0::1")]
    #[case("ff02::1")]
    fn everything_else_cannot(#[case] address: IpAddr) {
        assert!(!is_public_address(address));
    }
}
