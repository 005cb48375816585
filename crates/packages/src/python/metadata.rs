//! Core metadata of an installed distribution: `METADATA`, `PKG-INFO` or a single `.egg-info`
//! file (PyPA specifications, "Core metadata specifications", versions 1.0 to 2.4).
//!
//! Only the header part is read, up to the first blank line: the description below it can be of
//! any size. `Requires-Dist` names ranges, not packages, and is ignored.

use std::borrow::Cow;

use seawall_model::{Location, Package, PackageKind, Problem};

use crate::{Facts, File};

/// Longest header part that is read. Old metadata keeps the folded description in it.
const HEADER_LIMIT: usize = 1 << 20;

/// Adds the distribution that the file describes.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let header = match header(file) {
        Ok(header) => header,
        Err(problem) => return facts.problems.push(problem),
    };
    let mut distribution = Distribution::default();
    for (name, value) in fields(&header) {
        distribution.note(name, value);
    }
    let Distribution { name, version, .. } = distribution;
    if name.is_empty() || version.is_empty() {
        let message = "python metadata without a name and a version";
        return facts.problems.push(Problem::at(file.path, message));
    }
    let mut package = Package::new(PackageKind::Pypi, name, version, Location::file(file.path));
    package.licences = distribution.licences();
    facts.packages.push(package);
}

/// The fields that matter; of repeated ones the first counts.
#[derive(Default)]
struct Distribution<'a> {
    name: &'a str,
    version: &'a str,
    expression: &'a str,
    licence: &'a str,
    classifiers: Vec<&'a str>,
}

impl<'a> Distribution<'a> {
    fn note(&mut self, name: &str, value: &'a str) {
        let place = match name.to_ascii_lowercase().as_str() {
            "name" => &mut self.name,
            "version" => &mut self.version,
            "license-expression" => &mut self.expression,
            "license" => &mut self.licence,
            "classifier" => {
                if let Some(licence) = value.strip_prefix("License :: ") {
                    self.classifiers.push(licence.rsplit(" :: ").next().unwrap_or(licence));
                }
                return;
            }
            _ => return,
        };
        if place.is_empty() {
            *place = value;
        }
    }

    /// The expression alone where there is one, since it replaces the older fields. Otherwise the
    /// licence field, unless it carries a whole licence text, and the last part of each
    /// classifier, which is the licence's name.
    fn licences(&self) -> Vec<String> {
        if !self.expression.is_empty() {
            return vec![self.expression.to_owned()];
        }
        let names_one = !matches!(self.licence, "" | "UNKNOWN") && !self.licence.contains('\n');
        let mut licences: Vec<&str> = names_one.then_some(self.licence).into_iter().collect();
        for licence in &self.classifiers {
            if *licence != "OSI Approved" && !licences.contains(licence) {
                licences.push(licence);
            }
        }
        licences.into_iter().map(str::to_owned).collect()
    }
}

/// The header part as text.
fn header<'f>(file: &'f File<'_>) -> Result<Cow<'f, str>, Problem> {
    if let Some(bytes) = file.content.bytes() {
        let start = bytes.get(..HEADER_LIMIT).unwrap_or(bytes);
        return Ok(String::from_utf8_lossy(start));
    }
    let length = usize::try_from(file.content.size()).unwrap_or(HEADER_LIMIT).min(HEADER_LIMIT);
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.content.read_at(filled as u64, &mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) => return Err(Problem::at(file.path, error.to_string())),
        }
    }
    bytes.truncate(filled);
    Ok(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Name and value of each field; a folded value keeps its line breaks.
fn fields(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = header.strip_prefix('\u{feff}').unwrap_or(header);
    std::iter::from_fn(move || {
        loop {
            let (field, after) = rest.split_at(field_length(rest));
            if field.trim_matches(['\r', '\n']).is_empty() {
                return None;
            }
            rest = after;
            if let Some((name, value)) = field.split_once(':') {
                return Some((name.trim(), value.trim()));
            }
        }
    })
}

/// Bytes up to the first line break that no folded line follows.
fn field_length(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes())
        .map(|end| end + 1)
        .find(|&end| !text.get(end..).is_some_and(|next| next.starts_with([' ', '\t'])))
        .unwrap_or(text.len())
}
