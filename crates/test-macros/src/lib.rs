#![doc = include_str!("../README.md")]

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Lints that do not hold a test: it is `async` for its database, and tells one story to its end.
const LINTS: &str = "#[allow(
    clippy::similar_names,
    clippy::too_many_lines,
    clippy::unused_async,
    reason = \"a test may be long\"
)]";

/// The function that every test calls. `cargo xtask shape` looks for users of it in the arguments of macros.
const RUN: &str = concat!("::", "annai_test_world::run");

/// Runs an `async fn` as a test with one parameter, the connection to a fresh database.
///
/// With `#[annai_test(empty)]` the database has none of our migrations.
#[proc_macro_attribute]
pub fn annai_test(arguments: TokenStream, test: TokenStream) -> TokenStream {
    let start = match arguments.to_string().as_str() {
        "" => "Migrated",
        "empty" => "Empty",
        _ => return error("expected `#[annai_test]` or `#[annai_test(empty)]`"),
    };
    let mut attributes: Vec<TokenTree> = test.into_iter().collect();
    let Some(begin) = attributes.iter().position(|token| is_word(token, "async")) else {
        return error("expected an `async fn`");
    };
    let function = attributes.split_off(begin);
    let Some(name) = function.get(2).map(TokenTree::to_string) else {
        return error("expected an `async fn` with a name");
    };
    let run = format!(
        "{RUN}(
            env!(\"CARGO_MANIFEST_DIR\"),
            concat!(module_path!(), \"::{name}\"),
            ::annai_test_world::Start::{start},
            {name},
        );"
    );
    let body = function.into_iter().chain(parsed(&run)).collect();
    let mut expanded: TokenStream = attributes.into_iter().collect();
    expanded.extend(parsed(&format!(
        "{LINTS} #[::core::prelude::v1::test] fn {name}()"
    )));
    expanded.extend([TokenTree::from(Group::new(Delimiter::Brace, body))]);
    expanded
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}

fn error(message: &str) -> TokenStream {
    parsed(&format!("::core::compile_error!({message:?});"))
}

fn parsed(text: &str) -> TokenStream {
    text.parse().expect("the text is Rust")
}
