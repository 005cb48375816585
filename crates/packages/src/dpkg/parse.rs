//! Stanzas of `Field: value` lines (deb-control(5)), and lists of paths.

use seawall_model::{Location, Package, PackageKind, Problem, SourcePackage};

use crate::lines::Lines;
use crate::{Facts, MAX_PACKAGES, OwnedFiles};

/// Adds the installed packages of a status file, found at `path` in the image.
pub fn parse_status(path: &str, text: &str, facts: &mut Facts) {
    let mut stanza = Stanza::default();
    let mut broken = None;
    // The last stanza may lack its empty line.
    for (number, line) in (1..).zip(Lines::new(text).chain([""])) {
        if !line.is_empty() {
            stanza.read(number, line);
            continue;
        }
        if facts.packages.len() >= MAX_PACKAGES && stanza.first_line.is_some() {
            let message = format!("has more than {MAX_PACKAGES} packages; the rest is not read");
            facts.problems.push(Problem::at(path, message));
            break;
        }
        broken = broken.or(std::mem::take(&mut stanza).finish(path, facts));
    }
    if let Some(line) = broken {
        let message = format!("the package at line {line} has no name or no version");
        facts.problems.push(Problem::at(path, message));
    }
}

/// What has been read of the current package.
#[derive(Default)]
struct Stanza<'a> {
    first_line: Option<u32>,
    name: &'a str,
    status: &'a str,
    version: &'a str,
    source: &'a str,
    architecture: &'a str,
    maintainer: &'a str,
}

impl<'a> Stanza<'a> {
    fn read(&mut self, number: u32, line: &'a str) {
        self.first_line.get_or_insert(number);
        // Most lines continue a field or belong to one of two dozen others: one look at the
        // first letter settles those. A continuation line starts with a space or a tab.
        let first = line.bytes().next().unwrap_or_default() | 0x20;
        if !matches!(first, b'a' | b'm' | b'p' | b's' | b'v') {
            return;
        }
        let Some((field, value)) = line.split_once(':') else { return };
        let target = match field.len() {
            6 if field.eq_ignore_ascii_case("Status") => &mut self.status,
            6 if field.eq_ignore_ascii_case("Source") => &mut self.source,
            7 if field.eq_ignore_ascii_case("Package") => &mut self.name,
            7 if field.eq_ignore_ascii_case("Version") => &mut self.version,
            10 if field.eq_ignore_ascii_case("Maintainer") => &mut self.maintainer,
            12 if field.eq_ignore_ascii_case("Architecture") => &mut self.architecture,
            _ => return,
        };
        *target = value.trim();
    }

    /// Files the package if it is installed. Returns the first line of a stanza that is not a
    /// package.
    fn finish(self, path: &str, facts: &mut Facts) -> Option<u32> {
        let line = self.first_line?;
        if !is_unpacked(self.status) {
            return None;
        }
        if self.name.is_empty() || self.version.is_empty() {
            return Some(line);
        }
        let location = Location::line(path, line);
        let mut package = Package::new(PackageKind::Deb, self.name, self.version, location);
        package.source = source(self.source, self.version);
        package.architecture = stated(self.architecture);
        package.vendor = stated(self.maintainer);
        facts.packages.push(package);
        None
    }
}

/// `Status` is three words: what is wanted, an error flag, the state.
fn is_unpacked(status: &str) -> bool {
    let state = status.split_ascii_whitespace().nth(2);
    status.is_empty()
        || matches!(
            state,
            Some(
                "installed"
                    | "unpacked"
                    | "half-configured"
                    | "triggers-awaited"
                    | "triggers-pending"
            )
        )
}

/// `Source: name (version)`; the version is left out where it is the binary package's.
fn source(field: &str, binary_version: &str) -> Option<SourcePackage> {
    let (name, version) = match field.split_once('(') {
        Some((name, version)) => (name.trim(), version.trim_end_matches(')').trim()),
        None => (field, binary_version),
    };
    let name = stated(name)?;
    let version = if version.is_empty() { binary_version } else { version };
    Some(SourcePackage { name, version: version.to_owned() })
}

fn stated(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

/// Adds the files of a `.list`: an absolute path on each line. Directories are left out where
/// the list shows what they are, which is where a path inside them comes next.
pub fn parse_list(mut owned: OwnedFiles, text: &str) -> OwnedFiles {
    let mut lines = Lines::new(text).peekable();
    while let Some(line) = lines.next() {
        let holds_the_next = lines.peek().is_some_and(|next| {
            next.as_bytes().get(line.len()) == Some(&b'/') && next.starts_with(line)
        });
        if !holds_the_next && line != "/." {
            owned.add(line.trim_start_matches('/'));
        }
    }
    owned
}

/// Adds the files of an `.md5sums`: 32 hexadecimal digits, two spaces and a path on each line.
pub fn parse_md5sums(mut owned: OwnedFiles, text: &str) -> OwnedFiles {
    for line in Lines::new(text) {
        if let Some((_, path)) = line.split_once("  ") {
            owned.add(path.trim_start_matches('/'));
        }
    }
    owned
}
