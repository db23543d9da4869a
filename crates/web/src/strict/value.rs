use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::InputError;

/// Deserialises `value` into a `T`; refuses unknown keys of structs at every level.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, InputError> {
    T::deserialize(Strict(value))
}

struct Strict(Value);

impl<'de> Deserializer<'de> for Strict {
    type Error = InputError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(value), _, _) => visitor.visit_u64(value),
                (None, Some(value), _) => visitor.visit_i64(value),
                (None, None, value) => visitor.visit_f64(value.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(elements) => visitor.visit_seq(Elements {
                elements: elements.into_iter(),
                index: 0,
            }),
            Value::Object(object) => visitor.visit_map(Entries::new(object)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            value => visitor.visit_some(Self(value)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match self.0 {
            Value::Object(object) => {
                if let Some(unknown) = object.keys().find(|key| !fields.contains(&key.as_str())) {
                    return Err(InputError::unknown_field(unknown, fields));
                }
                visitor.visit_map(Entries::new(object))
            }
            _ => Err(InputError::new("wrong_type", "expected an object")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(variant.into_deserializer()),
            Value::Object(object) if object.len() == 1 => match object.into_iter().next() {
                Some((variant, value)) => visitor.visit_enum(Variant { variant, value }),
                None => Err(InputError::new("wrong_type", "expected a string")),
            },
            _ => Err(InputError::new("wrong_type", "expected a string")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Elements {
    elements: std::vec::IntoIter<Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = InputError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, InputError> {
        let Some(element) = self.elements.next() else {
            return Ok(None);
        };
        let index = self.index;
        self.index += 1;
        let value = seed.deserialize(Strict(element));
        value
            .map(Some)
            .map_err(|error| error.under(index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

struct Entries {
    entries: serde_json::map::IntoIter,
    entry: Option<(String, Value)>,
}

impl Entries {
    fn new(object: Map<String, Value>) -> Self {
        Self {
            entries: object.into_iter(),
            entry: None,
        }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = InputError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InputError> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        let deserializer: StringDeserializer<InputError> = key.clone().into_deserializer();
        self.entry = Some((key, value));
        seed.deserialize(deserializer).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, InputError> {
        let (key, value) = self
            .entry
            .take()
            .ok_or_else(|| InputError::invalid_type(Unexpected::Map, &"a value after its key"))?;
        seed.deserialize(Strict(value))
            .map_err(|error| error.under(key))
    }
}

/// An enum variant written as `{"variant": value}`.
struct Variant {
    variant: String,
    value: Value,
}

/// The value of a variant, with the variant's name for the place of an error.
struct VariantValue(String, Value);

impl<'de> EnumAccess<'de> for Variant {
    type Error = InputError;
    type Variant = VariantValue;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, VariantValue), InputError> {
        let name: StringDeserializer<InputError> = self.variant.clone().into_deserializer();
        Ok((
            seed.deserialize(name)?,
            VariantValue(self.variant, self.value),
        ))
    }
}

impl<'de> VariantAccess<'de> for VariantValue {
    type Error = InputError;

    fn unit_variant(self) -> Result<(), InputError> {
        Err(InputError::new("wrong_type", "this takes no value of its own").under(self.0))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, InputError> {
        let Self(name, value) = self;
        seed.deserialize(Strict(value))
            .map_err(|error| error.under(name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, InputError> {
        let Self(name, value) = self;
        Strict(value)
            .deserialize_any(visitor)
            .map_err(|error| error.under(name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let Self(name, value) = self;
        let value = Strict(value).deserialize_struct("", fields, visitor);
        value.map_err(|error| error.under(name))
    }
}
