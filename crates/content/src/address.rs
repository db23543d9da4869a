//! Decides which addresses a guide may name. Fields, checks and the renderer all ask here.

use percent_encoding::percent_decode_str;

#[cfg(test)]
mod tests;

/// An address that a guide may name: a path of the site, or an absolute address whose host is
/// plain to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SafeAddress {
    scheme: Option<Scheme>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
    Mailto,
    Tel,
}

/// The reason why a guide may not name an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    /// A browser drops some control characters and so reads another address.
    #[error("an address has no control characters")]
    Control,
    /// The scheme could run a program or read a file.
    #[error("the scheme is not http, https, mailto or tel")]
    Scheme,
    /// A browser reads `//host`, `/\host` and `https:host` as another address than they seem.
    #[error("a host follows https://, and a path does not begin with //")]
    Host,
    /// `https://bank.example@evil.example/` opens the latter.
    #[error("an address names no user")]
    User,
    /// A browser reads `\` as `/`.
    #[error("an address has / in place of a backslash")]
    Backslash,
    /// `..` leads out of the folder that the address seems to be in.
    #[error("an address has no .. in its path")]
    Parent,
}

impl SafeAddress {
    /// Reads an address as a browser would (WHATWG URL), but refuses those that browsers and
    /// people read differently. The percent-encoded forms that a browser decodes count too.
    pub(crate) fn parse(address: &str) -> Result<Self, AddressError> {
        if address.contains(char::is_control) {
            return Err(AddressError::Control);
        }
        let address = address.trim_matches(' ');
        let Some((scheme, rest)) = split_scheme(address) else {
            check_site_path(path_of(address))?;
            return Ok(Self { scheme: None });
        };
        let scheme = match scheme.as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            "mailto" => Scheme::Mailto,
            "tel" => Scheme::Tel,
            _ => return Err(AddressError::Scheme),
        };
        if matches!(scheme, Scheme::Http | Scheme::Https) {
            check_hierarchy(rest)?;
        }
        Ok(Self {
            scheme: Some(scheme),
        })
    }

    /// Returns whether an image can be loaded from there.
    pub(crate) fn can_be_image(self) -> bool {
        match self.scheme {
            None | Some(Scheme::Http | Scheme::Https) => true,
            Some(Scheme::Mailto | Scheme::Tel) => false,
        }
    }

    /// Returns whether the address is fetched without encryption.
    pub(crate) fn is_insecure(self) -> bool {
        self.scheme == Some(Scheme::Http)
    }
}

/// Returns whether a guide may link to `address`.
pub(crate) fn may_link(address: &str) -> bool {
    SafeAddress::parse(address).is_ok()
}

/// Returns whether a guide may show an image from `address`.
pub(crate) fn may_show(address: &str) -> bool {
    SafeAddress::parse(address).is_ok_and(SafeAddress::can_be_image)
}

/// Splits off the scheme, in lower case. A scheme with a blank belongs to nobody, and such an address names no path.
fn split_scheme(address: &str) -> Option<(String, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ' ');
    let scheme = scheme.chars().all(part).then_some(scheme)?;
    Some((scheme.to_ascii_lowercase(), rest))
}

/// Cuts off the query and the fragment.
fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// Checks the part of an `http:` or `https:` address after the colon.
fn check_hierarchy(rest: &str) -> Result<(), AddressError> {
    let rest = rest.strip_prefix("//").ok_or(AddressError::Host)?;
    let rest = path_of(rest);
    if rest.contains('\\') {
        return Err(AddressError::Backslash);
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    // A browser decodes the host before it looks for it.
    let authority = percent_decode_str(authority)
        .decode_utf8()
        .map_err(|_| AddressError::Host)?;
    if authority.contains('@') {
        return Err(AddressError::User);
    }
    let odd = |c: char| c.is_control() || c.is_whitespace() || "/\\?#%<>\"^`{|}".contains(c);
    if authority.is_empty() || authority.starts_with(':') || authority.contains(odd) {
        return Err(AddressError::Host);
    }
    check_segments(path)
}

/// Checks a path on the site itself, absolute or relative.
fn check_site_path(path: &str) -> Result<(), AddressError> {
    if path.contains('\\') {
        return Err(AddressError::Backslash);
    }
    check_segments(path)?;
    // Programs that drop `.` segments make `//host` of `/.//host`.
    let segments = path.strip_prefix('/').unwrap_or(path).split('/');
    let mut segments = segments.skip_while(|segment| is_dots(segment, 1));
    match segments.next() {
        Some("") if segments.next().is_some() => Err(AddressError::Host),
        _ => Ok(()),
    }
}

fn check_segments(path: &str) -> Result<(), AddressError> {
    let leads_up = path.split('/').any(|segment| is_dots(segment, 2));
    if leads_up {
        Err(AddressError::Parent)
    } else {
        Ok(())
    }
}

/// Returns whether a path segment is `count` dots, each of them spelt `.` or `%2e`.
fn is_dots(segment: &str, count: usize) -> bool {
    let length = segment.len();
    (count..=3 * count).contains(&length)
        && segment.to_ascii_lowercase().replace("%2e", ".") == ".".repeat(count)
}
