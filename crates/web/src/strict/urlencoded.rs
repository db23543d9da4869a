use percent_encoding::percent_decode_str;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::InputError;

/// The parameters of a query string or form, in order of appearance, each with its values.
pub(crate) struct UrlEncoded(Vec<(String, Vec<String>)>);

impl UrlEncoded {
    /// Parses `a=1&b=2&a=3`.
    ///
    /// Percent signs must be followed by two hexadecimal digits. The bytes must be UTF-8 without
    /// NUL, which the database cannot hold.
    pub(crate) fn read(encoded: &str) -> Result<Self, InputError> {
        let mut texts: Vec<(String, Vec<String>)> = Vec::new();
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let value = decode(value).map_err(|error| error.under(name.clone()))?;
            match texts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => texts.push((name, vec![value])),
            }
        }
        Ok(Self(texts))
    }

    /// Deserialises the parameters into a `T`.
    ///
    /// A parameter that `T` does not know is refused; so is a repeated one, unless `T` holds a list
    /// there.
    pub(crate) fn into<T: DeserializeOwned>(self) -> Result<T, InputError> {
        T::deserialize(self)
    }
}

fn decode(text: &str) -> Result<String, InputError> {
    let wrong = || InputError::new("bad_encoding", "this is not percent-encoded UTF-8");
    let bytes = text.as_bytes();
    let whole = bytes.iter().enumerate().all(|(at, byte)| {
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
        *byte != b'%' || is_digit(at + 1) && is_digit(at + 2)
    });
    if !whole {
        return Err(wrong());
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| wrong())?;
    if decoded.contains('\0') {
        return Err(InputError::new(
            "invalid",
            "text cannot contain the character NUL",
        ));
    }
    Ok(decoded.into_owned())
}

impl<'de> Deserializer<'de> for UrlEncoded {
    type Error = InputError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_map(Entries {
            entries: self.0.into_iter(),
            entry: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        if let Some((unknown, _)) = self
            .0
            .iter()
            .find(|(name, _)| !fields.contains(&name.as_str()))
        {
            return Err(InputError::unknown_field(unknown, fields));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Entries {
    entries: std::vec::IntoIter<(String, Vec<String>)>,
    entry: Option<(String, Vec<String>)>,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = InputError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InputError> {
        let Some((name, values)) = self.entries.next() else {
            return Ok(None);
        };
        let deserializer: StringDeserializer<InputError> = name.clone().into_deserializer();
        self.entry = Some((name, values));
        seed.deserialize(deserializer).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, InputError> {
        let (name, values) = self.entry.take().unwrap_or_default();
        seed.deserialize(Values(values))
            .map_err(|error| error.under(name))
    }
}

/// The values of one parameter: exactly one, unless a list is expected.
struct Values(Vec<String>);

impl Values {
    fn one(self) -> Result<String, InputError> {
        let mut values = self.0.into_iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(InputError::new("repeated", "this may be given only once")),
        }
    }

    fn parsed<T: std::str::FromStr>(self, what: &str) -> Result<T, InputError> {
        let text = self.one()?;
        let wrong = || InputError::new("wrong_type", format!("`{text}` is not {what}"));
        text.parse().map_err(|_| wrong())
    }
}

macro_rules! parse_numbers {
    ($($method:ident => $visit:ident $type:ty, $what:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
            visitor.$visit(self.parsed::<$type>($what)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values {
    type Error = InputError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_string(self.one()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InputError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InputError> {
        visitor.visit_seq(Sequence(self.0.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InputError> {
        let variant: StringDeserializer<InputError> = self.one()?.into_deserializer();
        visitor.visit_enum(variant)
    }

    parse_numbers! {
        deserialize_bool => visit_bool bool, "true or false";
        deserialize_i8 => visit_i8 i8, "a whole number between -128 and 127";
        deserialize_i16 => visit_i16 i16, "a whole number of 16 bits";
        deserialize_i32 => visit_i32 i32, "a whole number of 32 bits";
        deserialize_i64 => visit_i64 i64, "a whole number of 64 bits";
        deserialize_u8 => visit_u8 u8, "a whole number between 0 and 255";
        deserialize_u16 => visit_u16 u16, "a whole number between 0 and 65535";
        deserialize_u32 => visit_u32 u32, "a whole number from 0 to 4294967295";
        deserialize_u64 => visit_u64 u64, "a whole number from 0";
        deserialize_f64 => visit_f64 f64, "a number";
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

struct Sequence(std::vec::IntoIter<String>);

impl<'de> SeqAccess<'de> for Sequence {
    type Error = InputError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, InputError> {
        let element = self
            .0
            .next()
            .map(|value| seed.deserialize(Values(vec![value])));
        element.transpose()
    }
}
