use proptest::prelude::*;
use rstest::rstest;
use url::Url;

use super::*;

#[rstest]
#[case::absolute("https://example.com/a?b=c&d#e")]
#[case::no_path("https://example.com")]
#[case::port("https://example.com:8443/a")]
#[case::six("https://[2001:db8::1]/a")]
#[case::unicode("https://例え.jp/案内")]
#[case::encoded_host("https://%E4%BE%8B%E3%81%88.jp/")]
#[case::nested("https://web.archive.example/2026/https://example.com/a")]
#[case::at_in_path("https://example.com/@annai")]
#[case::at_in_query("https://example.com?mail=a@example.com")]
#[case::insecure("HTTP://example.com")]
#[case::path("/static/img/a.png")]
#[case::blank("/static/my image.png")]
#[case::encoded("/static/%E5%9B%B3.png")]
#[case::root("/")]
#[case::relative("a/b:c")]
#[case::here("./a.md")]
#[case::three_dots("/a/.../b")]
#[case::dots_in_a_name("/a/b..c")]
#[case::later_slashes("/a//b")]
#[case::fragment("#節")]
#[case::query("?q=a:b")]
#[case::dots_in_a_query("/a?from=../b")]
#[case::backslash_in_a_fragment("#a\\b")]
#[case::empty("")]
fn an_address_that_is_what_it_seems_is_safe(#[case] address: &str) {
    assert!(may_link(address) && may_show(address), "{address}");
}

#[rstest]
#[case("mailto:a@example.com")]
#[case("tel:+81-3-0000-0000")]
fn mail_and_telephone_are_for_links_only(#[case] address: &str) {
    assert!(may_link(address) && !may_show(address));
}

#[rstest]
#[case("javascript:alert(1)", AddressError::Scheme)]
#[case("JaVaScRiPt:alert(1)", AddressError::Scheme)]
#[case(" javascript:alert(1)", AddressError::Scheme)]
#[case("java script:alert(1)", AddressError::Scheme)]
#[case("https ://example.com/", AddressError::Scheme)]
#[case("data:image/png;base64,AA", AddressError::Scheme)]
#[case("java\tscript:alert(1)", AddressError::Control)]
#[case("\u{1}javascript:alert(1)", AddressError::Control)]
#[case("/a\nb", AddressError::Control)]
#[case("/a\u{7f}", AddressError::Control)]
#[case("/a\u{85}", AddressError::Control)]
#[case("https://example.com/?a\u{0}", AddressError::Control)]
#[case("mailto:a@example.com\r\nbcc:b@example.com", AddressError::Control)]
#[case("//evil.example/a.png", AddressError::Host)]
#[case(" //evil.example/a.png", AddressError::Host)]
#[case("///evil.example", AddressError::Host)]
#[case("/.//evil.example", AddressError::Host)]
#[case("/%2e//evil.example", AddressError::Host)]
#[case(".//evil.example", AddressError::Host)]
#[case("/\\evil.example", AddressError::Backslash)]
#[case("\\\\evil.example", AddressError::Backslash)]
#[case("a\\b", AddressError::Backslash)]
#[case("https:evil.example", AddressError::Host)]
#[case("https:/evil.example", AddressError::Host)]
#[case("https:\\\\evil.example", AddressError::Host)]
#[case("https:///evil.example", AddressError::Host)]
#[case("https://", AddressError::Host)]
#[case("https://?a", AddressError::Host)]
#[case("https://:443/", AddressError::Host)]
#[case("https://a b.example/", AddressError::Host)]
#[case("https://a%00.example/", AddressError::Host)]
#[case("https://a%2Fb.example/", AddressError::Host)]
#[case("https://user:pw@evil.example/", AddressError::User)]
#[case("https://bank.example@evil.example/", AddressError::User)]
#[case("https://bank.example%40evil.example/", AddressError::User)]
#[case("https://@evil.example/", AddressError::User)]
#[case("https://bank.example\\@evil.example/", AddressError::Backslash)]
#[case("https://example.com\\..\\a", AddressError::Backslash)]
#[case("..", AddressError::Parent)]
#[case("../a.md", AddressError::Parent)]
#[case("/static/../admin", AddressError::Parent)]
#[case("/static/%2e%2E/admin", AddressError::Parent)]
#[case("/static/.%2e/admin", AddressError::Parent)]
#[case("/static/..", AddressError::Parent)]
#[case("https://example.com/a/../b", AddressError::Parent)]
fn an_address_that_browsers_and_people_read_differently_is_refused(
    #[case] address: &str,
    #[case] error: AddressError,
) {
    assert_eq!(SafeAddress::parse(address), Err(error), "{address:?}");
    assert!(!may_link(address) && !may_show(address));
}

/// Texts made of the pieces that matter to a parser of addresses.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https",
        "http",
        "HTTP",
        ":",
        "/",
        "//",
        "\\",
        "@",
        ".",
        "..",
        "%2e",
        "%2F",
        "%5c",
        "%40",
        " ",
        "\t",
        "\n",
        "\u{1}",
        "?",
        "#",
        "a",
        "evil.example",
        "site.example",
        "[::1]",
        "443",
        "é",
        "+",
        "-",
    ]);
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// The page's own address stands for the browser's view of the site.
    #[test]
    fn a_browser_stays_on_the_site_or_goes_to_the_host_that_is_written(address in pieces()) {
        let Ok(safe) = SafeAddress::parse(&address) else {
            return Ok(());
        };
        let page = Url::parse("https://home.example/guides/a").unwrap();
        let Ok(opened) = page.join(&address) else {
            return Ok(()); // a browser opens nothing
        };
        prop_assert_eq!((opened.username(), opened.password()), ("", None));
        let home = Some("home.example");
        if safe.scheme.is_none() {
            prop_assert_eq!((opened.scheme(), opened.host_str()), ("https", home));
            prop_assert!(!opened.path().starts_with("//"), "{}", opened);
        } else {
            let host = opened.host_str().unwrap();
            let begin = address.find("://").unwrap() + 3;
            let is_written = address[begin..].to_lowercase().starts_with(host);
            prop_assert!(
                is_written || host.starts_with("xn--") || address.contains('%'),
                "{} opens {}",
                address,
                opened
            );
        }
    }
}
