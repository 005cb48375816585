//! Exceptions: findings that somebody answers for, until a day.

use std::fmt;

use seawall_model::{Date, Finding};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use toml::value::Datetime;

use crate::Error;

/// An accepted finding. It names its owner and ends on a day; there is no other sort.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Identifier or alias of the finding.
    pub id: String,
    /// Package name; `*` stands for any run of characters.
    pub package: Option<String>,
    /// Path of the package in the image; `*` stands for any run of characters.
    pub path: Option<String>,
    /// Target or name of the image; `*` stands for any run of characters.
    pub image: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds; a TOML date or a string.
    #[serde(deserialize_with = "day")]
    pub expires: Date,
}

impl Exception {
    pub(super) fn check(&self) -> Result<(), Error> {
        let empty = [("id", &self.id), ("owner", &self.owner), ("reason", &self.reason)]
            .into_iter()
            .find(|(_, value)| value.trim().is_empty());
        match empty {
            Some((key, _)) => {
                Err(Error::Policy(format!("exception `{}`: `{key}` is empty", self.id)))
            }
            None => Ok(()),
        }
    }

    /// Whether it speaks about this image; `names` are the target and the image's own names.
    pub(super) fn is_for_image(&self, names: &[&str]) -> bool {
        self.image.as_deref().is_none_or(|glob| names.iter().any(|name| matches(glob, name)))
    }

    /// Whether it speaks about this finding.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let named = finding.id == self.id || finding.aliases.contains(&self.id);
        let package = |glob: &str| matches(glob, &finding.package.name);
        // All places count: an accepted copy must not hide another one elsewhere.
        let path = |glob: &str| finding.locations.iter().all(|place| matches(glob, &place.path));
        named
            && self.package.as_deref().is_none_or(package)
            && self.path.as_deref().is_none_or(path)
    }
}

/// Reads `2027-01-31` with or without quotes: TOML has dates of its own.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    struct Day;

    impl<'de> Visitor<'de> for Day {
        type Value = Date;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a day such as 2027-01-31")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
            text.parse().map_err(|_| E::custom(format!("`{text}` is not a day such as 2027-01-31")))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Date, A::Error> {
            let day = Datetime::deserialize(MapAccessDeserializer::new(map))?;
            let text = day.to_string();
            text.parse().map_err(|_| A::Error::custom(format!("`{text}` is not a plain day")))
        }
    }

    deserializer.deserialize_any(Day)
}

/// Compares with a pattern in which `*` stands for any run of characters, `/` included. Linear
/// in the product of the lengths at worst; no backtracking beyond the last star.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while position < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, position));
                at += 1;
            }
            Some(byte) if *byte == text[position] => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    at = after;
                    position = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        assert!(matches("registry/team/*", "registry/team/shop:1.2"));
        assert!(matches("*lib*", "usr/lib/x"));
        assert!(matches("", ""));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*b", "a-b-c"));
        assert!(!matches("openssl", "openssl-libs"));
    }
}
