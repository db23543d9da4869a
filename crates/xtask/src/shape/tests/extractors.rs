use super::{Fixture, problems};
use crate::shape::extractors::find;
use crate::shape::resolve::Resolver;

fn stock(package: &str, text: &str) -> Vec<String> {
    let sources = Fixture::new().library(package, &[("lib.rs", text)]).read();
    problems(&find(&sources, &Resolver::new(&sources)))
}

#[test]
fn a_stock_extractor_is_found_under_every_path() {
    let text = "use axum::extract::{Query, State};\nfn show(id: axum::extract::Path<u8>) {}";

    assert_eq!(
        stock("pages", text),
        [
            "pages/lib.rs:1: `Query` of axum; ours is `annai_web::Query`",
            "pages/lib.rs:2: `Path` of axum; ours is `annai_web::Path`",
        ]
    );
}

#[test]
fn a_file_that_makes_an_extractor_may_wrap_a_stock_one() {
    let wrapper =
        "use axum::extract::{Form, FromRequest}; struct Ours; impl FromRequest<()> for Ours {}";

    assert_eq!(stock("pages", wrapper), Vec::<String>::new());
    assert_eq!(stock("web", "use axum::Json;"), Vec::<String>::new());
}
