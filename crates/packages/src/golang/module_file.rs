//! `go.mod` (Go Modules Reference, "go.mod files").
//!
//! `require` is read, indirect ones included, and `replace` is applied to it. `exclude`,
//! `retract`, `tool`, `godebug`, `ignore`, `go` and `toolchain` name no package that is built in.

use std::collections::HashMap;

use seawall_model::{Location, Package, PackageKind, Problem};

use super::FROM_DIRECTORY;
use crate::{Facts, File};

/// Whether the file belongs to the image's own source code.
pub(super) fn is_own(path: &str) -> bool {
    !path.contains("pkg/mod/") && !path.split('/').any(|part| matches!(part, "vendor" | "testdata"))
}

/// Adds the required modules, each with the line of its requirement.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let text = match file.text() {
        Ok(text) => text,
        Err(problem) => return facts.problems.push(problem),
    };
    let mut required = Vec::new();
    let mut replaced = HashMap::new();
    let mut malformed = None;
    for Directive { line, verb, words } in directives(&text) {
        let understood = match (verb, &*words) {
            ("require", &[path, version]) if version.starts_with('v') => {
                required.push((line, path, version));
                true
            }
            ("replace", &[path, "=>", new]) => replaced.insert((path, None), (new, None)).is_none(),
            ("replace", &[path, "=>", new, new_version]) => {
                replaced.insert((path, None), (new, Some(new_version))).is_none()
            }
            ("replace", &[path, version, "=>", new]) => {
                replaced.insert((path, Some(version)), (new, None)).is_none()
            }
            ("replace", &[path, version, "=>", new, new_version]) => {
                replaced.insert((path, Some(version)), (new, Some(new_version))).is_none()
            }
            ("require" | "replace", _) => false,
            _ => true,
        };
        if !understood {
            malformed = malformed.or(Some((line, verb)));
        }
    }
    for (line, path, version) in required {
        let replacement =
            replaced.get(&(path, Some(version))).or_else(|| replaced.get(&(path, None)));
        let (path, version) = match replacement {
            Some(&(new, Some(new_version))) => (new, new_version),
            Some((_directory, None)) => (path, FROM_DIRECTORY),
            None => (path, version),
        };
        let location = Location::line(file.path, line);
        facts.packages.push(Package::new(PackageKind::Golang, path, version, location));
    }
    if let Some((line, verb)) = malformed {
        let message = format!("go.mod: malformed or repeated {verb} at line {line}");
        facts.problems.push(Problem::at(file.path, message));
    }
}

/// One directive; those of a block each carry the block's verb.
struct Directive<'a> {
    line: u32,
    verb: &'a str,
    words: Vec<&'a str>,
}

fn directives(text: &str) -> impl Iterator<Item = Directive<'_>> {
    let mut block = None;
    (1..).zip(text.lines()).filter_map(move |(line, content)| {
        let content = content.split_once("//").map_or(content, |(before, _)| before);
        let mut words: Vec<&str> =
            content.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        match (block, &*words) {
            (_, []) => None,
            (Some(_), [")"]) => {
                block = None;
                None
            }
            (Some(verb), _) => Some(Directive { line, verb, words }),
            (None, &[verb, "("]) => {
                block = Some(verb);
                None
            }
            (None, _) => {
                let verb = words.remove(0);
                Some(Directive { line, verb, words })
            }
        }
    })
}
