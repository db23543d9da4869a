//! Paths in tokens that syn leaves as they are: arguments of macros and attributes.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream, TokenTree};

/// Calls `found` with each run of `name::name` and the line where it begins.
///
/// Skips names behind a dot: these are fields and methods.
pub(super) fn paths(tokens: TokenStream, found: &mut dyn FnMut(Vec<String>, usize)) {
    let mut path: Vec<String> = Vec::new();
    let mut line = 0;
    let mut colons = 0;
    let mut after_dot = false;
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                colons += 1;
                continue;
            }
            TokenTree::Ident(ident) if !after_dot => {
                if colons != 2 {
                    finish(&mut path, line, found);
                    line = ident.span().start().line;
                }
                path.push(ident.to_string());
            }
            other => {
                finish(&mut path, line, found);
                after_dot = matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '.');
                match other {
                    TokenTree::Group(group) => paths(group.stream(), found),
                    TokenTree::Literal(literal) => written_path(&literal, found),
                    TokenTree::Ident(_) | TokenTree::Punct(_) => {}
                }
            }
        }
        colons = 0;
    }
    finish(&mut path, line, found);
}

fn finish(path: &mut Vec<String>, line: usize, found: &mut dyn FnMut(Vec<String>, usize)) {
    if !path.is_empty() {
        found(std::mem::take(path), line);
    }
}

/// Finds the path in `with = "crate::hex"`.
fn written_path(literal: &Literal, found: &mut dyn FnMut(Vec<String>, usize)) {
    let text = literal.to_string();
    let names = text.trim_matches('"').split("::");
    let path: Vec<String> = names.map(str::to_owned).collect();
    let is_name = |name: &String| {
        let mut letters = name.chars();
        !name.is_empty() && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
    };
    if path.len() > 1 && path.iter().all(is_name) {
        found(path, literal.span().start().line);
    }
}

/// Adds every identifier, also those behind dots.
pub(super) fn identifiers(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
