//! Reduces one parsed file to facts.

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, UseTree};

use super::attributes::{is_for_tests, of_item, of_method, written_path};
use super::declared::{self, access, segments};
use super::{Access, Facts, Import, Mention, tokens};

/// The traits of axum's extractors.
const EXTRACTORS: [&str; 4] = [
    "FromRequest",
    "FromRequestParts",
    "OptionalFromRequest",
    "OptionalFromRequestParts",
];

/// A module's contents before its submodules have a place.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) facts: Facts,
    pub(super) submodules: Vec<Submodule>,
    /// The number of lines that only tests are compiled with.
    pub(super) test_lines: usize,
    pub(super) is_extractor: bool,
    is_test: bool,
}

/// A `mod` line or block.
pub(super) struct Submodule {
    pub(super) name: String,
    pub(super) access: Access,
    pub(super) is_test: bool,
    /// The file that `#[path = "…"]` names.
    pub(super) path: Option<String>,
    /// `None` for a module in a file of its own.
    pub(super) inside: Option<Box<Gathered>>,
}

/// Parses a file.
///
/// # Errors
///
/// When the text is not Rust.
pub(super) fn gather(text: &str) -> syn::Result<Gathered> {
    let file = syn::parse_file(text)?;
    let mut gathered = Gathered::default();
    for item in &file.items {
        gathered.visit_item(item);
    }
    Ok(gathered)
}

impl Gathered {
    fn mention(&mut self, path: Vec<String>, line: usize) {
        let is_test = self.is_test;
        self.facts.mentions.push(Mention {
            path,
            line,
            is_test,
        });
    }

    fn tokens(&mut self, tokens: TokenStream) {
        tokens::identifiers(tokens.clone(), &mut self.facts.identifiers);
        tokens::paths(tokens, &mut |path, line| self.mention(path, line));
    }

    fn implements(&mut self, block: &syn::ItemImpl) {
        if let Some((path, _)) = &block.trait_ {
            let name = segments(path).pop().unwrap_or_default();
            self.is_extractor |= EXTRACTORS.contains(&name.as_str());
        }
        if !self.is_test {
            self.facts.methods.extend(declared::methods(block));
        }
    }

    fn submodule(&mut self, item: &syn::ItemMod) {
        let is_test = self.is_test;
        let inside = item.content.as_ref().map(|(_, items)| {
            let mut inside = Self {
                is_test,
                ..Self::default()
            };
            for item in items {
                inside.visit_item(item);
            }
            self.is_extractor |= inside.is_extractor;
            self.test_lines += inside.test_lines;
            Box::new(inside)
        });
        self.submodules.push(Submodule {
            name: item.ident.to_string(),
            access: access(&item.vis),
            is_test,
            path: item.attrs.iter().find_map(written_path),
            inside,
        });
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, access: Access) {
        let name = match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                return self.import(&tree.tree, path, access);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone(), access);
                }
                return;
            }
            UseTree::Name(name) if name.ident == "self" => path.last().cloned(),
            UseTree::Name(name) => {
                path.push(name.ident.to_string());
                path.last().cloned()
            }
            UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    path.push(rename.ident.to_string());
                }
                Some(rename.rename.to_string())
            }
            UseTree::Glob(_) => None,
        };
        self.facts.identifiers.extend(path.iter().cloned());
        self.facts.imports.push(Import {
            path,
            name,
            access,
            line: tree.span().start().line,
            is_test: self.is_test,
        });
    }
}

impl<'ast> Visit<'ast> for Gathered {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test_outside = self.is_test;
        self.is_test |= is_for_tests(of_item(item));
        if self.is_test && !is_test_outside {
            let span = item.span();
            self.test_lines += span.end().line + 1 - span.start().line;
        }
        if !self.is_test {
            self.facts.items.extend(declared::item(item));
        }
        match item {
            Item::Mod(item) => self.submodule(item),
            Item::Use(item) => self.import(&item.tree, Vec::new(), access(&item.vis)),
            Item::Impl(block) => {
                self.implements(block);
                visit::visit_item(self, item);
            }
            _ => visit::visit_item(self, item),
        }
        self.is_test = is_test_outside;
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_test_outside = self.is_test;
        self.is_test |= is_for_tests(of_method(item));
        visit::visit_impl_item(self, item);
        self.is_test = is_test_outside;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.mention(segments(path), path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_ident(&mut self, ident: &'ast proc_macro2::Ident) {
        self.facts.identifiers.insert(ident.to_string());
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }
}
