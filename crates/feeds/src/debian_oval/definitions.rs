//! The definitions of an OVAL document. Debian repeats each test's object and state in the
//! criterion's comment (`glibc DPKG is earlier than 2.2-1`), so the tests, objects and states
//! behind the definitions are not read.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// One definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    /// Whether it is of class `vulnerability`; else it repeats one for an announcement.
    pub is_vulnerability: bool,
    /// Debian's major version: `12`.
    pub release: String,
    /// CVE ids it refers to.
    pub cves: Vec<String>,
    /// `DSA-5435`, when there is one.
    pub announcement: Option<String>,
    /// Source package.
    pub package: String,
    /// First version without the vulnerability; `0` when there is none.
    pub earlier_than: String,
    /// Prose.
    pub description: Option<String>,
}

/// Which element's text is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    None,
    Timestamp,
    Platform,
    Description,
    Announcement,
}

/// Reads a document and hands every definition, or what is wrong with it, to `visit`. Returns the
/// time stamp of the document.
///
/// # Errors
/// A message when it is not well-formed XML; definitions before that place were handed over.
pub fn definitions(
    text: &str,
    mut visit: impl FnMut(Result<Definition, String>),
) -> Result<Option<String>, String> {
    let mut reader = Reader::from_str(text);
    let mut timestamp = None;
    let mut current: Option<Definition> = None;
    let mut field = Field::None;
    let mut collected = String::new();
    loop {
        let event = reader.read_event().map_err(|error| {
            format!("not well-formed XML at byte {}: {error}", reader.error_position())
        })?;
        match event {
            Event::Start(element) | Event::Empty(element) => {
                collected.clear();
                field = start(&element, &mut current);
            }
            Event::Text(text) if field != Field::None => collected.push_str(&text),
            Event::GeneralRef(reference) if field != Field::None => {
                push_reference(&reference, &mut collected);
            }
            Event::End(element) => {
                let value = std::mem::take(&mut collected).trim().to_owned();
                match (field, &mut current) {
                    (Field::Timestamp, _) => timestamp = Some(value),
                    (Field::Platform, Some(definition)) => {
                        definition.release = release(&value).to_owned();
                    }
                    (Field::Description, Some(definition)) => {
                        definition.description = Some(value).filter(|text| !text.is_empty());
                    }
                    (Field::Announcement, Some(definition)) => {
                        definition.announcement = Some(value).filter(|text| !text.is_empty());
                    }
                    _ => {}
                }
                field = Field::None;
                if element.local_name().as_ref() == "definition"
                    && let Some(definition) = current.take()
                {
                    visit(complete(definition));
                }
            }
            Event::Eof => return Ok(timestamp),
            _ => {}
        }
    }
}

fn start(element: &BytesStart<'_>, current: &mut Option<Definition>) -> Field {
    let name = element.local_name();
    match (name.as_ref(), current.as_mut()) {
        ("definition", _) => {
            let is_vulnerability = attribute(element, "class").as_deref() == Some("vulnerability");
            *current = Some(Definition { is_vulnerability, ..Definition::default() });
        }
        ("reference", Some(definition)) => {
            let id = attribute(element, "ref_id").unwrap_or_default();
            if id.starts_with("CVE-") {
                definition.cves.push(id);
            }
        }
        ("criterion", Some(definition)) => {
            let comment = attribute(element, "comment").unwrap_or_default();
            if let Some((package, version)) = comment.split_once(" DPKG is earlier than ") {
                definition.package = package.trim().to_owned();
                definition.earlier_than = version.trim().to_owned();
            }
        }
        ("timestamp", None) => return Field::Timestamp,
        ("platform", Some(_)) => return Field::Platform,
        ("description", Some(_)) => return Field::Description,
        ("dsa", Some(_)) => return Field::Announcement,
        _ => {}
    }
    Field::None
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn push_reference(reference: &quick_xml::events::BytesRef<'_>, text: &mut String) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        text.push(character);
    } else if let Some(known) = quick_xml::escape::resolve_predefined_entity(reference) {
        text.push_str(known);
    }
}

/// `12` of `Debian GNU/Linux 12`.
fn release(platform: &str) -> &str {
    let number = platform.strip_prefix("Debian GNU/Linux ").unwrap_or_default();
    if number.chars().all(|c| c.is_ascii_digit()) { number } else { "" }
}

fn complete(definition: Definition) -> Result<Definition, String> {
    let missing = if definition.release.is_empty() {
        "names no Debian release"
    } else if definition.package.is_empty() || definition.earlier_than.is_empty() {
        "has no criterion about a package's version"
    } else {
        return Ok(definition);
    };
    let cves = crate::intake::cut(&definition.cves.join(" "));
    Err(format!("definition of `{cves}` {missing}"))
}
