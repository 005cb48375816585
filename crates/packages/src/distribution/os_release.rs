//! os-release(5): assignments in the syntax of a shell, without substitution.

use seawall_model::Distribution;

/// Reads an os-release file. Lines that are not assignments are passed over, and of two
/// assignments to a key the last counts, as in a shell.
pub fn parse_os_release(text: &str) -> Distribution {
    let mut distribution = Distribution::default();
    for (key, value) in assignments(text) {
        match key {
            "ID" => distribution.id = value.to_ascii_lowercase(),
            "VERSION_ID" => distribution.version = value,
            "ID_LIKE" => {
                let like = value.split_ascii_whitespace();
                distribution.like = like.map(str::to_ascii_lowercase).collect();
            }
            "VERSION_CODENAME" => distribution.codename = stated(value),
            "PRETTY_NAME" => distribution.name = stated(value),
            "CPE_NAME" => distribution.cpe = stated(value),
            _ => {}
        }
    }
    distribution
}

/// The keys of a file of shell assignments, with their values unquoted.
pub(super) fn assignments(text: &str) -> impl Iterator<Item = (&str, String)> {
    text.lines().filter_map(|line| {
        let (key, value) = line.trim().split_once('=')?;
        Some((key, unquoted(value)))
    })
}

pub(super) fn stated(value: String) -> Option<String> {
    (!value.is_empty()).then_some(value)
}

/// A word as a shell reads it: a backslash keeps the next character; inside double quotes it does
/// so only before `"`, `$`, `` ` `` and itself; inside single quotes never.
fn unquoted(word: &str) -> String {
    let mut value = String::with_capacity(word.len());
    let mut quote = None;
    let mut characters = word.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, ' ' | '\t') => break,
            (None, '\\') => value.extend(characters.next()),
            (Some('"'), '\\') => match characters.next() {
                Some(next @ ('"' | '$' | '`' | '\\')) => value.push(next),
                Some(next) => value.extend(['\\', next]),
                None => value.push('\\'),
            },
            _ => value.push(character),
        }
    }
    value
}
