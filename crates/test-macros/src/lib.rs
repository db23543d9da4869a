#![doc = include_str!("../README.md")]

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// The attribute of a migrated database.
const MIGRATED: &str = r#"#[::sqlx::test(migrator = "annai_storage::MIGRATOR")]"#;

/// The attribute of an empty database.
const EMPTY: &str = "#[::sqlx::test(migrations = false)]";

/// The parameter that `sqlx::test` insists on; the pools of Annai are made from the connection alone.
const POOL: &str = "_: ::sqlx::postgres::PgPoolOptions,";

/// Runs an `async fn` as a test with one parameter, the connection to a fresh database.
///
/// With `#[annai_test(empty)]` the database has none of our migrations.
#[proc_macro_attribute]
pub fn annai_test(arguments: TokenStream, test: TokenStream) -> TokenStream {
    let attribute = match arguments.to_string().as_str() {
        "" => MIGRATED,
        "empty" => EMPTY,
        _ => return error("expected `#[annai_test]` or `#[annai_test(empty)]`"),
    };
    let mut expanded = parsed(attribute);
    let mut is_missing = true;
    for token in test {
        expanded.extend([match token {
            TokenTree::Group(group)
                if is_missing && group.delimiter() == Delimiter::Parenthesis =>
            {
                is_missing = false;
                TokenTree::Group(with_pool(&group))
            }
            token => token,
        }]);
    }
    expanded
}

/// Puts the pool before the test's own parameter.
fn with_pool(parameters: &Group) -> Group {
    let mut all = parsed(POOL);
    all.extend(parameters.stream());
    let mut group = Group::new(Delimiter::Parenthesis, all);
    group.set_span(parameters.span());
    group
}

fn error(message: &str) -> TokenStream {
    parsed(&format!("::core::compile_error!({message:?});"))
}

fn parsed(text: &str) -> TokenStream {
    text.parse().expect("the constants are Rust")
}
