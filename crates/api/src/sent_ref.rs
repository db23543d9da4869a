use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{Ref, RefName};
use annai_storage::DeliveryDb;
use annai_storage::delivery::find_position;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};

use super::error::ApiError;

/// A ref as a client sends it: the name from an answer, or its number alone.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a ref such as \"142-5b1f0c9a\", or its number"
)]
pub(super) enum SentRef {
    Name(RefName),
    Number(Ref),
}

impl SentRef {
    /// Returns the number of the ref.
    ///
    /// # Errors
    ///
    /// The refusal of a ref that was never public, where the ledger knows the number under another
    /// name or not at all.
    pub(super) async fn number(self, db: &DeliveryDb) -> Result<Ref, ApiError> {
        let name = match self {
            Self::Number(number) => return Ok(number),
            Self::Name(name) => name,
        };
        match find_position(db, name.number).await? {
            Some(position) if position.name == name => Ok(name.number),
            Some(_) | None => Err(Refusal::State(StateConflict::NeverPublic).into()),
        }
    }

    /// Describes the two forms.
    pub(super) fn schema() -> RefOr<Schema> {
        let name = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "The name of a ref, as answers give it. A name of another database is refused.",
            ))
            .pattern(Some("^[0-9]+-[0-9a-f]{8}$"));
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .description(Some("The number of a ref alone."))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
        let forms = OneOfBuilder::new().item(name.build()).item(number.build());
        RefOr::T(Schema::OneOf(forms.build()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_is_sent_by_its_name_or_its_number() {
        let read = |json: &str| serde_json::from_str::<SentRef>(json);
        assert!(
            matches!(read("\"24-6ba6f00d\""), Ok(SentRef::Name(name)) if name.to_string() == "24-6ba6f00d")
        );
        assert!(matches!(read("24"), Ok(SentRef::Number(number)) if number.get() == 24));
        for wrong in ["\"24\"", "\"24-6BA6F00D\"", "null", "2.5"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains("142-5b1f0c9a"), "{wrong}: {error}");
        }
    }
}
