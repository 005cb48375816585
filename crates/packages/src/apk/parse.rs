//! The installed database: blocks of `<letter>:<value>` lines, an empty line after each.

use seawall_model::{Location, Package, PackageKind, Problem, SourcePackage};

use crate::facts::MAX_PATH;
use crate::lines::Lines;
use crate::{Facts, MAX_PACKAGES, OwnedFiles};

/// Adds the packages and owned files of an installed database, found at `path` in the image.
pub fn parse_installed(path: &str, text: &str, facts: &mut Facts) {
    let mut block = Block::default();
    let mut broken = None;
    // The last block may lack its empty line.
    for (number, line) in (1..).zip(Lines::new(text).chain([""])) {
        if !line.is_empty() {
            block.read(number, line);
            continue;
        }
        if facts.packages.len() >= MAX_PACKAGES && block.first_line.is_some() {
            let message = format!("has more than {MAX_PACKAGES} packages; the rest is not read");
            facts.problems.push(Problem::at(path, message));
            break;
        }
        broken = broken.or(block.finish(path, facts));
    }
    if let Some(line) = broken {
        let message = format!("the package at line {line} has no name or no version");
        facts.problems.push(Problem::at(path, message));
    }
}

/// What has been read of the current package.
#[derive(Default)]
struct Block<'a> {
    first_line: Option<u32>,
    name: &'a str,
    version: &'a str,
    architecture: &'a str,
    licence: &'a str,
    origin: &'a str,
    vendor: &'a str,
    directory: &'a str,
    file: String,
    owned: OwnedFiles,
}

impl<'a> Block<'a> {
    fn read(&mut self, number: u32, line: &'a str) {
        self.first_line.get_or_insert(number);
        let (Some(letter), Some(b':'), Some(value)) =
            (line.as_bytes().first(), line.as_bytes().get(1), line.get(2..))
        else {
            return;
        };
        match letter {
            b'P' => self.name = value,
            b'V' => self.version = value,
            b'A' => self.architecture = value,
            b'L' => self.licence = value,
            b'o' => self.origin = value,
            b'm' => self.vendor = value,
            b'F' => self.directory = value,
            b'R' => self.own(value),
            _ => {}
        }
    }

    fn own(&mut self, name: &str) {
        if self.directory.len() + name.len() >= MAX_PATH {
            return;
        }
        self.file.clear();
        if !self.directory.is_empty() {
            self.file.push_str(self.directory);
            self.file.push('/');
        }
        self.file.push_str(name);
        self.owned.add(&self.file);
    }

    /// Files the package and starts the next one. Returns the first line of a block that is not
    /// a package.
    fn finish(&mut self, path: &str, facts: &mut Facts) -> Option<u32> {
        let block = std::mem::take(self);
        self.file = block.file;
        let line = block.first_line?;
        if block.name.is_empty() || block.version.is_empty() {
            return Some(line);
        }
        let location = Location::line(path, line);
        let mut package = Package::new(PackageKind::Apk, block.name, block.version, location);
        package.source = stated(block.origin)
            .map(|name| SourcePackage { name, version: block.version.to_owned() });
        package.architecture = stated(block.architecture);
        package.licences.extend(stated(block.licence));
        package.vendor = stated(block.vendor);
        facts.packages.push(package);
        if !block.owned.paths.is_empty() {
            facts.owned.push(OwnedFiles { package: block.name.to_owned(), ..block.owned });
        }
        None
    }
}

fn stated(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}
