//! YAML 1.2 documents as JSON values, with every scalar kept as the text that was written: a
//! version such as `4.10` must not become a number, nor `no` a truth value.
//!
//! Anchors and aliases are refused: no feed uses them, and they are how small YAML grows large.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

const MAX_DEPTH: usize = 32;

/// The first document of a YAML text. Plain scalars `null`, `~` and empty ones become null.
///
/// # Errors
/// A message for a problem: not YAML, nested deeper than 32, or with aliases.
pub(crate) fn document(text: &str) -> Result<Value, String> {
    let mut open: Vec<Container> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| format!("not YAML: {error}"))?;
        let complete = match event {
            Event::Alias(_) => return Err("YAML aliases are not accepted".to_owned()),
            Event::Scalar(text, style, _, _) => Some(scalar(&text, style)),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= MAX_DEPTH => {
                return Err(format!("YAML nested deeper than {MAX_DEPTH}"));
            }
            Event::SequenceStart(..) => {
                open.push(Container::Sequence(Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Container::Mapping(Map::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Container::value),
            Event::DocumentEnd => return Ok(Value::Null),
            _ => None,
        };
        let Some(value) = complete else { continue };
        match open.last_mut() {
            Some(container) => container.push(value)?,
            None => return Ok(value),
        }
    }
    Ok(Value::Null)
}

enum Container {
    Sequence(Vec<Value>),
    /// Entries so far, and a key that waits for its value.
    Mapping(Map<String, Value>, Option<String>),
}

impl Container {
    fn push(&mut self, value: Value) -> Result<(), String> {
        match self {
            Self::Sequence(values) => values.push(value),
            Self::Mapping(entries, key) => match key.take() {
                Some(key) => {
                    entries.insert(key, value);
                }
                None => match value {
                    Value::String(text) => *key = Some(text),
                    Value::Null => *key = Some("null".to_owned()),
                    _ => return Err("YAML mapping key is not a scalar".to_owned()),
                },
            },
        }
        Ok(())
    }

    fn value(self) -> Value {
        match self {
            Self::Sequence(values) => Value::Array(values),
            Self::Mapping(entries, _) => Value::Object(entries),
        }
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Value::Null;
    }
    Value::String(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::document;

    #[test]
    fn scalars_keep_the_text_they_were_written_as() {
        let value = document("a: 4.10\nb: no\nc: ~\nd: '~'\ne: [1.0, x]\n");
        let expected = serde_json::json!(
            {"a": "4.10", "b": "no", "c": null, "d": "~", "e": ["1.0", "x"]}
        );
        assert_eq!(value, Ok(expected));
    }

    #[test]
    fn depth_and_aliases_are_refused() {
        assert!(document(&"[".repeat(100)).is_err());
        assert!(document(&"- ".repeat(100_000)).is_err());
        assert!(document("a: &x [1]\nb: *x\n").is_err());
        assert!(document("? [a]\n: b\n").is_err());
        assert_eq!(document(""), Ok(serde_json::Value::Null));
    }
}
