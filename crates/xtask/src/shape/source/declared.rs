//! Items and methods with the paths in their signatures.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{ImplItem, Visibility};

use super::attributes::{is_exported, is_for_tests, of_method};
use super::{Access, Item, Method, tokens};

/// Reduces an item to its name, visibility and signature; `None` for what has no name.
pub(super) fn item(item: &syn::Item) -> Option<Item> {
    if let syn::Item::Macro(item) = item {
        return macro_item(item);
    }
    let (name, visibility, signature) = match item {
        syn::Item::Const(item) => (&item.ident, &item.vis, paths(|of| of.visit_type(&item.ty))),
        syn::Item::Static(item) => (&item.ident, &item.vis, paths(|of| of.visit_type(&item.ty))),
        syn::Item::Type(item) => (&item.ident, &item.vis, paths(|of| of.visit_type(&item.ty))),
        syn::Item::Fn(item) => (
            &item.sig.ident,
            &item.vis,
            paths(|of| of.visit_signature(&item.sig)),
        ),
        syn::Item::Enum(item) => (&item.ident, &item.vis, paths(|of| of.visit_item_enum(item))),
        syn::Item::Struct(item) => (&item.ident, &item.vis, of_struct(item)),
        syn::Item::Trait(item) => (&item.ident, &item.vis, of_trait(item)),
        _ => return None,
    };
    Some(Item {
        name: name.to_string(),
        access: access(visibility),
        line: line(name),
        signature,
        is_exported_macro: false,
    })
}

/// Reduces a `macro_rules!`. Its signature is the `$crate::…` paths that a call expands to: the caller's
/// code names these items.
fn macro_item(item: &syn::ItemMacro) -> Option<Item> {
    let name = item.ident.as_ref()?;
    let is_exported_macro = is_exported(&item.attrs);
    let mut signature = Vec::new();
    tokens::paths(item.mac.tokens.clone(), &mut |path, _| {
        if path.first().is_some_and(|name| name == "crate") {
            signature.push(path);
        }
    });
    Some(Item {
        name: name.to_string(),
        access: if is_exported_macro {
            Access::Public
        } else {
            Access::Private
        },
        line: line(name),
        signature,
        is_exported_macro,
    })
}

fn of_struct(item: &syn::ItemStruct) -> Vec<Vec<String>> {
    paths(|of| {
        of.visit_generics(&item.generics);
        for field in &item.fields {
            if access(&field.vis) == Access::Public {
                of.visit_field(field);
            }
        }
    })
}

/// Leaves the bodies of a trait's functions out.
fn of_trait(item: &syn::ItemTrait) -> Vec<Vec<String>> {
    paths(|of| {
        for bound in &item.supertraits {
            of.visit_type_param_bound(bound);
        }
        for part in &item.items {
            match part {
                syn::TraitItem::Fn(function) => of.visit_signature(&function.sig),
                other => of.visit_trait_item(other),
            }
        }
    })
}

/// Lists the public functions and constants of a block, or every item of a trait's block.
pub(super) fn methods(block: &syn::ItemImpl) -> Vec<Method> {
    let syn::Type::Path(of_type) = &*block.self_ty else {
        return Vec::new();
    };
    let is_inherent = block.trait_.is_none();
    let mut methods = Vec::new();
    for item in &block.items {
        let (name, visibility, signature) = match item {
            ImplItem::Fn(item) => (
                &item.sig.ident,
                &item.vis,
                paths(|of| of.visit_signature(&item.sig)),
            ),
            ImplItem::Const(item) => (&item.ident, &item.vis, paths(|of| of.visit_type(&item.ty))),
            ImplItem::Type(item) => (&item.ident, &item.vis, paths(|of| of.visit_type(&item.ty))),
            _ => continue,
        };
        let is_public = access(visibility) == Access::Public && !is_for_tests(of_method(item));
        if !is_inherent || is_public {
            methods.push(Method {
                of: segments(&of_type.path),
                name: name.to_string(),
                line: line(name),
                signature,
                is_inherent,
            });
        }
    }
    methods
}

struct Paths(Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(segments(path));
        visit::visit_path(self, path);
    }

    // `#[schema(value_type = Guide)]` names the type that readers of the field meet.
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            tokens::paths(list.tokens.clone(), &mut |path, _| self.0.push(path));
        }
    }
}

fn paths(visit: impl FnOnce(&mut Paths)) -> Vec<Vec<String>> {
    let mut paths = Paths(Vec::new());
    visit(&mut paths);
    paths.0
}

/// Returns the names of a path.
pub(super) fn segments(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

/// Returns the visibility without the folder that `pub(in …)` names.
pub(super) fn access(visibility: &Visibility) -> Access {
    match visibility {
        Visibility::Public(_) => Access::Public,
        Visibility::Restricted(_) => Access::Crate,
        Visibility::Inherited => Access::Private,
    }
}

fn line(name: &Ident) -> usize {
    name.span().start().line
}
