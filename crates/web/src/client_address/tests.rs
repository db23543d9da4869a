use http::HeaderValue;
use rstest::rstest;

use super::*;

fn proxies() -> TrustedProxies {
    "10.0.0.0/8, 192.0.2.1, 2001:db8:1::/48".parse().unwrap()
}

/// Returns the client behind `peer`, given headers as lines of `name: value`.
fn client(peer: &str, lines: &[&str]) -> String {
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        headers.append(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    let client = proxies().client(peer.parse().unwrap(), &headers);
    client.ip().to_string()
}

#[rstest]
#[case::a_stranger_is_not_believed("203.0.113.9", &["x-forwarded-for: 198.51.100.7"], "203.0.113.9")]
#[case::nor_with_the_other_header("203.0.113.9", &["forwarded: for=198.51.100.7"], "203.0.113.9")]
#[case::a_proxy_that_says_nothing("10.0.0.1", &[], "10.0.0.1")]
#[case::one_proxy("10.0.0.1", &["x-forwarded-for: 198.51.100.7"], "198.51.100.7")]
#[case::what_the_client_made_up("10.0.0.1", &["x-forwarded-for: 1.2.3.4, 198.51.100.7"], "198.51.100.7")]
#[case::made_up_to_look_trusted("10.0.0.1", &["x-forwarded-for: 10.9.9.9, 198.51.100.7"], "198.51.100.7")]
#[case::two_proxies("10.0.0.1", &["x-forwarded-for: 1.2.3.4, 198.51.100.7, 192.0.2.1"], "198.51.100.7")]
#[case::several_headers_are_one_list("10.0.0.1", &["x-forwarded-for: 198.51.100.7", "x-forwarded-for: 192.0.2.1"], "198.51.100.7")]
#[case::all_of_them_ours("10.0.0.1", &["x-forwarded-for: 10.0.0.3, 10.0.0.2"], "10.0.0.3")]
#[case::a_hidden_hop_ends_the_walk("10.0.0.1", &["x-forwarded-for: 1.2.3.4, unknown, 192.0.2.1"], "192.0.2.1")]
#[case::nothing_readable("10.0.0.1", &["x-forwarded-for: unknown"], "10.0.0.1")]
#[case::a_port("10.0.0.1", &["x-forwarded-for: 198.51.100.7:4711"], "198.51.100.7")]
#[case::ipv6_with_a_port("10.0.0.1", &["x-forwarded-for: [2001:db8::7]:4711"], "2001:db8::7")]
#[case::an_ipv6_peer("2001:db8:1::1", &["x-forwarded-for: 2001:db8::7"], "2001:db8::7")]
#[case::a_mapped_peer("::ffff:10.0.0.1", &["x-forwarded-for: ::ffff:198.51.100.7"], "198.51.100.7")]
#[case::forwarded("10.0.0.1", &["forwarded: for=1.2.3.4, For=\"[2001:db8::7]:4711\";proto=https"], "2001:db8::7")]
#[case::an_obfuscated_hop("10.0.0.1", &["forwarded: for=1.2.3.4, for=_hidden"], "10.0.0.1")]
#[case::a_hop_without_for("10.0.0.1", &["forwarded: for=1.2.3.4, proto=https"], "10.0.0.1")]
#[case::a_quote_that_never_ends("10.0.0.1", &["forwarded: for=\"1.2.3.4, for=198.51.100.7"], "198.51.100.7")]
#[case::both_agree("10.0.0.1", &["forwarded: for=198.51.100.7", "x-forwarded-for: 198.51.100.7"], "198.51.100.7")]
#[case::both_disagree("10.0.0.1", &["forwarded: for=1.2.3.4", "x-forwarded-for: 198.51.100.7"], "10.0.0.1")]
fn the_client_is_the_nearest_untrusted_address(
    #[case] peer: &str,
    #[case] headers: &[&str],
    #[case] expected: &str,
) {
    assert_eq!(client(peer, headers), expected);
}

#[test]
fn a_network_is_one_ipv4_address_or_an_ipv6_64() {
    let network = |text: &str| ClientAddress::new(text.parse().unwrap()).network();
    assert_ne!(network("198.51.100.7"), network("198.51.100.8"));
    assert_eq!(network("::ffff:198.51.100.7"), network("198.51.100.7"));
    assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
    assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
}

#[rstest]
#[case("nginx", "neither an address nor a network")]
#[case("10.0.0.0/33", "neither an address nor a network")]
#[case("10.0.0.1/8", "did you mean `10.0.0.0/8`?")]
#[case("::/0", "whole Internet")]
fn a_malformed_list_of_proxies_is_refused(#[case] text: &str, #[case] expected: &str) {
    let said = text.parse::<TrustedProxies>().unwrap_err().to_string();
    assert!(said.contains(expected), "{said}");
}

#[test]
fn an_empty_list_trusts_nobody() {
    assert!(" , ".parse::<TrustedProxies>().unwrap().is_empty());
}
