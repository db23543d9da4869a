use std::net::IpAddr;

use url::{Host, Url};

use super::is_public_address;
use crate::{FieldFault, limits, text};

/// The addresses that messages may be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebhookReach {
    /// To public addresses, by https.
    #[default]
    Public,
    /// Anywhere, by http too: for an intranet, and for tests.
    Private,
}

/// The URL of a webhook endpoint.
///
/// Parsing proves that the scheme is within a [`WebhookReach`], and so is the host if it is an IP
/// address. The addresses behind a host name are checked at each attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

/// The error of a text that is not a [`WebhookUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookUrlError {
    /// No URL with a host, or longer than 2,000 bytes.
    #[error("this is not a URL of a web server")]
    Malformed,
    /// Another scheme than https.
    #[error("only https is allowed")]
    NotHttps,
    /// It holds a user or a password, which would stand in logs.
    #[error("the URL must not contain a user or a password")]
    Credentials,
    /// It has a fragment, which is never sent.
    #[error("the URL must not have a part after `#`")]
    Fragment,
    /// It names an address that is not on the public internet.
    #[error("this address is not on the public internet")]
    PrivateAddress,
}

impl WebhookUrlError {
    /// Returns the fault of a field with this text.
    #[must_use]
    pub fn fault(self) -> FieldFault {
        match self {
            Self::Malformed => FieldFault::BadUrl,
            Self::NotHttps => FieldFault::NotHttps,
            Self::Credentials => FieldFault::UrlCredentials,
            Self::Fragment => FieldFault::UrlFragment,
            Self::PrivateAddress => FieldFault::PrivateAddress,
        }
    }
}

impl WebhookUrl {
    /// Parses a URL that messages may be sent to.
    ///
    /// # Errors
    ///
    /// [`WebhookUrlError`] otherwise.
    pub fn parse(address: &str, reach: WebhookReach) -> Result<Self, WebhookUrlError> {
        // The URL parser would drop tabs and line breaks without a word.
        if address.len() > limits::WEBHOOK_URL || text::find_control(address).is_some() {
            return Err(WebhookUrlError::Malformed);
        }
        let url = Url::parse(address).map_err(|_| WebhookUrlError::Malformed)?;
        match (url.scheme(), reach) {
            ("https", _) | ("http", WebhookReach::Private) => {}
            ("http", WebhookReach::Public) => return Err(WebhookUrlError::NotHttps),
            _ => return Err(WebhookUrlError::Malformed),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WebhookUrlError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(WebhookUrlError::Fragment);
        }
        let address = match url.host() {
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            None => return Err(WebhookUrlError::Malformed),
        };
        let is_reachable = address.is_none_or(is_public_address);
        if reach == WebhookReach::Public && !is_reachable {
            return Err(WebhookUrlError::PrivateAddress);
        }
        Ok(Self(url))
    }

    /// Returns the URL without its query, which may hold a receiver's token: for logs.
    #[must_use]
    pub fn without_query(&self) -> &str {
        &self.0[..url::Position::AfterPath]
    }

    /// Returns the scheme, host and port: for logs, where the path is a secret too.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0[..url::Position::BeforePath]
    }

    /// Returns the URL in its normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://example.jp/hooks/annai?site=1")]
    #[case("https://example.jp:8443/")]
    #[case("https://1.1.1.1/")]
    #[case("https://[2606:4700:4700::1111]/")]
    fn a_web_server_by_https_can_be_told(#[case] text: &str) {
        let url = WebhookUrl::parse(text, WebhookReach::Public).unwrap();
        assert_eq!(url.as_str(), text);
        assert!(!url.without_query().contains('?'));
    }

    // The last ones are loopback in the spellings that only a URL parser sees through.
    #[rstest]
    #[case("", WebhookUrlError::Malformed)]
    #[case("example.jp/hook", WebhookUrlError::Malformed)]
    #[case("ftp://example.jp/", WebhookUrlError::Malformed)]
    #[case("file:///etc/passwd", WebhookUrlError::Malformed)]
    #[case("https://", WebhookUrlError::Malformed)]
    #[case("https://example.jp/a\tb", WebhookUrlError::Malformed)]
    #[case("https://exam\nple.jp/", WebhookUrlError::Malformed)]
    #[case("https://example.jp/\u{1b}", WebhookUrlError::Malformed)]
    #[case("http://example.jp/", WebhookUrlError::NotHttps)]
    #[case("https://user@example.jp/", WebhookUrlError::Credentials)]
    #[case("https://:secret@example.jp/", WebhookUrlError::Credentials)]
    #[case("https://example.jp/#a", WebhookUrlError::Fragment)]
    #[case("https://example.jp/#", WebhookUrlError::Fragment)]
    #[case("https://10.0.0.1/", WebhookUrlError::PrivateAddress)]
    #[case("https://[::1]/", WebhookUrlError::PrivateAddress)]
    #[case("https://[::ffff:127.0.0.1]/", WebhookUrlError::PrivateAddress)]
    #[case("https://127.1/", WebhookUrlError::PrivateAddress)]
    #[case("https://2130706433/", WebhookUrlError::PrivateAddress)]
    #[case("https://0x7f.0.0.1/", WebhookUrlError::PrivateAddress)]
    #[case("https://０１７７.0.0.1/", WebhookUrlError::PrivateAddress)]
    fn nothing_else_can(#[case] text: &str, #[case] error: WebhookUrlError) {
        assert_eq!(WebhookUrl::parse(text, WebhookReach::Public), Err(error));
    }

    #[test]
    fn an_intranet_is_reached_where_the_operator_says_so() {
        for text in [
            "http://10.0.0.1:9000/hook",
            "http://build/",
            "https://[::1]/",
        ] {
            assert!(WebhookUrl::parse(text, WebhookReach::Private).is_ok());
        }
        let user = WebhookUrl::parse("http://a@build/", WebhookReach::Private);
        assert_eq!(user, Err(WebhookUrlError::Credentials));
        let long = format!("http://build/{}", "a".repeat(2000));
        let long = WebhookUrl::parse(&long, WebhookReach::Private);
        assert_eq!(long, Err(WebhookUrlError::Malformed));
    }
}
