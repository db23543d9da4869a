use percent_encoding::percent_decode_str;

/// Returns the query string `query` with the parameter `name` set to `value`.
///
/// Earlier values of `name` are dropped however they are spelt: `%63ursor` is `cursor` too. `name`
/// and `value` are inserted as they are, so they must not need encoding.
#[must_use]
pub fn with_parameter(query: &str, name: &str, value: &str) -> String {
    let is_other = |pair: &&str| {
        let named = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && percent_decode_str(named).ne(name.bytes())
    };
    let set = format!("{name}={value}");
    let pairs: Vec<&str> = query.split('&').filter(is_other).chain([&*set]).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::with_parameter;

    #[rstest]
    #[case("", "cursor=new")]
    #[case("limit=1&q=%E3%81%82", "limit=1&q=%E3%81%82&cursor=new")]
    #[case("cursor=old&limit=1", "limit=1&cursor=new")]
    #[case("limit=1&%63ursor=old", "limit=1&cursor=new")]
    #[case("%63%75%72%73%6f%72=old&&limit=1", "limit=1&cursor=new")]
    #[case("cursor&cursors=1", "cursors=1&cursor=new")]
    fn a_parameter_is_replaced_however_it_is_spelt(#[case] query: &str, #[case] expected: &str) {
        assert_eq!(with_parameter(query, "cursor", "new"), expected);
    }
}
