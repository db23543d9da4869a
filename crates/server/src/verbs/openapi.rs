use crate::cli::Face;
use crate::failure::Failure;
use crate::output;

/// Prints the OpenAPI document of one API.
pub(crate) fn run(face: Face) -> Result<(), Failure> {
    let document = match face {
        Face::Editorial => annai_api::openapi(),
        Face::Delivery => annai_delivery::openapi(),
    };
    let json = document
        .to_pretty_json()
        .map_err(|error| Failure::from(anyhow::Error::new(error)))?;
    output::line(&json);
    Ok(())
}
