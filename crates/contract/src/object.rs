use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A JSON object with members in order and values as their stored bytes. A representation is cut
/// out of a stored document without serializing it again.
#[derive(Debug)]
pub struct Object<'a>(pub Vec<(String, Member<'a>)>);

/// A value of an [`Object`].
#[derive(Debug)]
pub enum Member<'a> {
    /// The stored bytes.
    Raw(&'a RawValue),
    /// A new value.
    New(Value),
    /// An object of such members.
    Object(Object<'a>),
}

impl<'a> Object<'a> {
    /// Reads an object without parsing its values.
    ///
    /// # Errors
    ///
    /// A [`serde_json::Error`] when `text` is not an object.
    pub fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Returns the stored value called `name`.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find_map(|(key, member)| match member {
            Member::Raw(raw) if key == name => Some(*raw),
            Member::Raw(_) | Member::New(_) | Member::Object(_) => None,
        })
    }

    /// Adds a member at the end.
    pub fn push(&mut self, name: &str, member: Member<'a>) {
        self.0.push((name.to_owned(), member));
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = entries.next_entry::<String, &'de RawValue>()? {
                    members.push((name, Member::Raw(value)));
                }
                Ok(Object(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, member) in &self.0 {
            map.serialize_entry(name, member)?;
        }
        map.end()
    }
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Raw(raw) => raw.serialize(serializer),
            Self::New(value) => value.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}
