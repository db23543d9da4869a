use super::{Fixture, problems};
use crate::shape::circles::find;
use crate::shape::resolve::Resolver;

fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let sources = Fixture::new().library("house", files).read();
    problems(&find(&sources, &Resolver::new(&sources)))
}

#[test]
fn a_parent_that_collects_its_children_makes_no_circle() {
    let found = circles(&[
        (
            "lib.rs",
            "mod one; mod two; pub use one::One; pub use two::Two;",
        ),
        ("one.rs", "pub struct One;"),
        ("two.rs", "use crate::One; pub struct Two(One);"),
    ]);

    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn files_that_use_each_other_through_re_exports_make_a_circle() {
    let found = circles(&[
        (
            "lib.rs",
            "mod one; mod two; pub use one::One; pub use two::*;",
        ),
        ("one.rs", "use super::Two;\n\npub struct One(Box<Two>);"),
        ("two.rs", "pub struct Two(Option<crate::One>);"),
    ]);

    assert_eq!(
        found,
        [
            "house/one.rs: a circle of 2 files: house/one.rs, house/two.rs\n    \
             house/one.rs:3 uses Two\n    \
             house/two.rs:1 uses crate::One"
        ]
    );
}

#[test]
fn a_module_and_its_submodules_may_use_each_other() {
    let found = circles(&[
        (
            "lib.rs",
            "mod child;\nstruct Limit;\nfn run() { child::help(); }",
        ),
        (
            "child.rs",
            "mod inner; pub(crate) fn help() -> super::Limit { inner::limit() }",
        ),
        (
            "child/inner.rs",
            "pub(super) fn limit() -> crate::Limit { crate::Limit }",
        ),
    ]);

    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_circle_through_another_modules_submodule_is_found() {
    let found = circles(&[
        ("lib.rs", "mod one; mod two;"),
        ("one.rs", "pub(crate) mod inner; pub(crate) struct One;"),
        (
            "one/inner.rs",
            "pub(crate) fn f(_: super::One, _: crate::two::Two) {}",
        ),
        (
            "two.rs",
            "pub(crate) struct Two; fn g() { crate::one::inner::f; }",
        ),
    ]);

    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("a circle of 2 files: house/one/inner.rs, house/two.rs"),
        "{found:?}"
    );
}

#[test]
fn paths_in_macros_and_attributes_count_and_fields_do_not() {
    let one = "#[doc(alias = \"crate::two::Two\")] pub struct One;";
    let in_attribute = circles(&[
        ("lib.rs", "mod one; mod two;"),
        ("one.rs", one),
        (
            "two.rs",
            "pub struct Two; fn f() { println!(\"{}\", crate::one::One); }",
        ),
    ]);
    assert_eq!(in_attribute.len(), 1, "{in_attribute:?}");

    let field = circles(&[
        ("lib.rs", "mod one; mod two;"),
        (
            "one.rs",
            "use crate::two::Two; pub fn one(two: Two) { drop(two); }",
        ),
        (
            "two.rs",
            "pub struct Two { one: u8 } fn f(two: Two) { println!(\"{}\", two.one); }",
        ),
    ]);
    assert_eq!(field, Vec::<String>::new());
}

#[test]
fn tests_may_use_everything() {
    let found = circles(&[
        ("lib.rs", "mod one; mod two; #[cfg(test)] mod tests;"),
        (
            "one.rs",
            "pub struct One; #[cfg(test)] mod tests { use crate::two::Two; fn f(_: Two) {} }",
        ),
        ("two.rs", "use crate::one::One; pub struct Two(One);"),
        ("tests.rs", "mod a; mod b;"),
        ("tests/a.rs", "pub struct A(super::b::B);"),
        ("tests/b.rs", "pub struct B(Box<super::a::A>);"),
    ]);

    assert_eq!(found, Vec::<String>::new());
}
