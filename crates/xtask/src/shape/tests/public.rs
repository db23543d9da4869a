use super::{Fixture, problems};
use crate::shape::public::find;
use crate::shape::resolve::Resolver;
use crate::shape::source::Kind;

fn unused(fixture: Fixture) -> Vec<String> {
    let sources = fixture.read();
    problems(&find(&sources, &Resolver::new(&sources)))
}

#[test]
fn an_item_that_no_other_crate_names_is_found_and_one_in_a_used_signature_is_not() {
    let fixture = Fixture::new()
        .library(
            "store",
            &[
                ("lib.rs", "mod rows;\npub use rows::{Row, Unused, find};"),
                (
                    "rows.rs",
                    "pub struct Row;\npub struct Unused;\npub fn find() -> Option<Row> { None }",
                ),
            ],
        )
        .target(
            "program",
            Kind::Program,
            &[("main.rs", "use store as shop; fn main() { shop::find(); }")],
        );

    assert_eq!(
        unused(fixture),
        ["store/rows.rs:2: no other crate uses `Unused`"]
    );
}

#[test]
fn a_test_of_the_public_interface_is_a_user() {
    let library = [("lib.rs", "pub mod rows { pub fn find() {} }")];
    let alone = Fixture::new().library("store", &library);
    assert_eq!(
        unused(alone),
        ["store/lib.rs:1: no other crate uses `find`"]
    );

    let test = [(
        "rows.rs",
        "use store::rows; #[test] fn finds() { rows::find(); }",
    )];
    let tried = Fixture::new()
        .library("store", &library)
        .target("store_tests", Kind::Test, &test);
    assert_eq!(unused(tried), Vec::<String>::new());
}

#[test]
fn a_method_that_no_other_crate_calls_is_found() {
    let text = "pub struct Row;\n\
                impl Row {\n\
                pub fn title(&self) {}\n\
                pub fn width(&self) {}\n\
                #[cfg(test)] pub fn trial(&self) {}\n\
                }";
    let fixture = Fixture::new().library("store", &[("lib.rs", text)]).target(
        "program",
        Kind::Program,
        &[("main.rs", "fn main() { store::Row.title(); }")],
    );

    assert_eq!(
        unused(fixture),
        ["store/lib.rs:4: no other crate uses `Row::width`"]
    );
}

#[test]
fn a_type_that_an_attribute_of_a_used_item_names_is_used() {
    let text = "pub struct Document {\n\
                #[schema(value_type = Guide)] pub data: String,\n\
                }\n\
                pub struct Guide { pub body: Option<Body> }\n\
                pub struct Body;\n\
                pub struct Unused { #[schema(value_type = Lost)] pub data: String }\n\
                pub struct Lost;";
    let fixture = Fixture::new().library("store", &[("lib.rs", text)]).target(
        "program",
        Kind::Program,
        &[("main.rs", "fn main() { drop::<store::Document>; }")],
    );

    assert_eq!(
        unused(fixture),
        [
            "store/lib.rs:6: no other crate uses `Unused`",
            "store/lib.rs:7: no other crate uses `Lost`",
        ]
    );
}

#[test]
fn an_item_that_a_used_macro_expands_to_is_used() {
    let library = [
        (
            "lib.rs",
            "mod set; #[doc(hidden)] pub mod parts { pub fn words() {} }",
        ),
        (
            "set.rs",
            "#[macro_export] macro_rules! set { ($name:ident) => { $crate::parts::words() } }",
        ),
    ];
    let alone = Fixture::new().library("store", &library);
    assert_eq!(
        unused(alone),
        [
            "store/set.rs:1: no other crate uses `set`",
            "store/lib.rs:1: no other crate uses `words`",
        ]
    );

    let program = [("main.rs", "store::set!(Colour); fn main() {}")];
    let called =
        Fixture::new()
            .library("store", &library)
            .target("program", Kind::Program, &program);
    assert_eq!(unused(called), Vec::<String>::new());
}

#[test]
fn an_item_of_a_module_that_a_group_renames_is_used() {
    let fixture = Fixture::new()
        .library(
            "store",
            &[(
                "lib.rs",
                "pub mod rows { pub fn find() {} pub fn list() {} }",
            )],
        )
        .target(
            "program",
            Kind::Program,
            &[(
                "main.rs",
                "use store::rows::{self as stored, list}; fn main() { stored::find(); list(); }",
            )],
        );

    assert_eq!(unused(fixture), Vec::<String>::new());
}
