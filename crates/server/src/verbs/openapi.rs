use serde_json::Value;

use crate::content_folder;
use crate::failure::Failure;
use crate::output;
use crate::settings::ContentDir;

/// Prints the description of the editors' API.
pub(crate) fn editorial() -> Result<(), Failure> {
    print(annai_api::openapi())
}

/// Prints the description of the delivery API, with the fields of the schema in `folder`.
pub(crate) fn delivery(folder: &ContentDir) -> Result<(), Failure> {
    let schema = content_folder::schema(folder)?.schema;
    print(annai_delivery::openapi(&schema))
}

fn print(document: Result<Value, serde_json::Error>) -> Result<(), Failure> {
    let text = document.and_then(|document| serde_json::to_string_pretty(&document));
    output::line(&text.map_err(|error| Failure::from(anyhow::Error::new(error)))?);
    Ok(())
}
