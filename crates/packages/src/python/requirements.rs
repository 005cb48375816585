//! `requirements.txt` (pip documentation, "Requirements File Format"; PEP 508 for one line).
//!
//! Only exact pins say what is installed: one `==` or `===` clause without a wildcard. Ranges,
//! addresses, paths, editable installs and options are passed over, `-r` and `-c` among them: the
//! files they name are read in their own right when they are called `requirements.txt`.

use seawall_model::{Location, Package, PackageKind};

use crate::{Facts, File};

/// Adds the pinned distributions, each with the first line of its requirement.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let text = match file.text() {
        Ok(text) => text,
        Err(problem) => return facts.problems.push(problem),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    for (line, requirement) in requirements(text) {
        if let Some((name, version)) = pin(&requirement) {
            let location = Location::line(file.path, line);
            facts.packages.push(Package::new(PackageKind::Pypi, name, version, location));
        }
    }
}

/// Logical lines with the number of their first line, continuations joined.
fn requirements(text: &str) -> impl Iterator<Item = (u32, String)> {
    let mut lines = (1..).zip(text.lines());
    std::iter::from_fn(move || {
        let (number, first) = lines.next()?;
        let mut joined = String::new();
        let mut part = first;
        // A comment ends a continuation, as it does for pip.
        while let Some(continued) = part.strip_suffix('\\').filter(|part| !is_comment(part)) {
            joined.push_str(continued);
            part = lines.next().map_or("", |(_, line)| line);
        }
        joined.push_str(part);
        Some((number, joined))
    })
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// Name and version of an exact pin.
fn pin(requirement: &str) -> Option<(&str, &str)> {
    let requirement = requirement.trim();
    if requirement.starts_with(['#', '-']) {
        return None;
    }
    let uncommented = requirement.split_once(" #").map_or(requirement, |(before, _)| before);
    let unmarked = uncommented.split(';').next().unwrap_or_default();
    let specifier = unmarked.split(" --").next().unwrap_or_default();
    let (name, clause) = specifier.split_once("==")?;
    let version = clause.strip_prefix('=').unwrap_or(clause);
    let version = version.trim_matches([' ', '\t', ')']);
    let name = name.split('[').next().unwrap_or_default().trim_matches([' ', '\t', '(']);
    (is_name(name) && is_version(version)).then_some((name, version))
}

fn is_name(name: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric();
    let bytes = name.as_bytes();
    bytes.first().is_some_and(|&byte| word(byte))
        && bytes.last().is_some_and(|&byte| word(byte))
        && bytes.iter().all(|&byte| word(byte) || matches!(byte, b'.' | b'-' | b'_'))
}

/// Without wildcards, further clauses and environment variables.
fn is_version(version: &str) -> bool {
    !version.is_empty()
        && version.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'!' | b'+' | b'-' | b'_')
        })
}
