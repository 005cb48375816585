//! The licence fields of `package.json`, in all the shapes they have had: a string, an object
//! `{"type": …}`, or a list of either (npm documentation, package.json, "license").

use std::fmt;

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::text::Text;

/// Licence statements as written; anything of another shape is left out.
#[derive(Debug, Default)]
pub(super) struct Licences(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Licences {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LicenceVisitor)
    }
}

struct LicenceVisitor;

impl<'de> Visitor<'de> for LicenceVisitor {
    type Value = Licences;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a licence")
    }

    fn visit_str<E>(self, text: &str) -> Result<Licences, E> {
        let text = text.trim();
        Ok(Licences(if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Licences, A::Error> {
        let mut licences = Licences::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if &*key == "type" {
                licences = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(licences)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Licences, A::Error> {
        let mut licences = Licences::default();
        while let Some(Licences(more)) = list.next_element()? {
            licences.0.extend(more);
        }
        Ok(licences)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Licences, E> {
        Ok(Licences::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Licences, E> {
        Ok(Licences::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Licences, E> {
        Ok(Licences::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Licences, E> {
        Ok(Licences::default())
    }

    fn visit_unit<E>(self) -> Result<Licences, E> {
        Ok(Licences::default())
    }
}
