//! Packages of the distributions that use rpm, and the files they own.
//!
//! Reads the package database in all three of its forms, in the directories where distributions
//! keep it: a Berkeley DB hash (`Packages`), NDB (`Packages.db`) and SQLite (`rpmdb.sqlite` with
//! its `-wal`). Each has a reader of its own here that fetches page after page, so that memory
//! holds one package at a time however large the database is. Each yields header blobs, whose
//! format the `header` module names.
//!
//! Reads `var/lib/rpmmanifest/container-manifest-2` too, the list that Azure Linux leaves in
//! images without a database.
//!
//! Ignored: keys (`gpg-pubkey` packages), secondary indexes, SQLite's rollback journals, and
//! whether files were really installed (`FILESTATES`).

mod bdb;
mod bytes;
mod error;
mod header;
mod manifest;
mod ndb;
mod package;
mod sqlite;
#[cfg(test)]
mod tests;

use error::Error;
pub use package::parse_header;
use seawall_model::{PackageKind, Problem};

use crate::{Analyzer, Facts, File, MAX_PACKAGES, Pattern, Wanted};

/// Reads rpm's package database.
pub struct Rpm;

/// The analyzer.
pub const ANALYZER: Rpm = Rpm;

const LIMIT: u64 = 512 << 20;

/// rpm itself refuses headers that are larger (`hdrchkData` in lib/header.c).
const MAX_HEADER: u64 = 256 << 20;

const MANIFEST: &str = "var/lib/rpmmanifest/container-manifest-2";

const WANTED: &[Wanted] = &[
    path("var/lib/rpm/Packages"),
    path("usr/lib/sysimage/rpm/Packages"),
    path("usr/share/rpm/Packages"),
    path("var/lib/rpm/Packages.db"),
    path("usr/lib/sysimage/rpm/Packages.db"),
    path("usr/share/rpm/Packages.db"),
    path("var/lib/rpm/rpmdb.sqlite").with_companion("-wal"),
    path("usr/lib/sysimage/rpm/rpmdb.sqlite").with_companion("-wal"),
    path("usr/share/rpm/rpmdb.sqlite").with_companion("-wal"),
    Wanted::new(Pattern::Path(MANIFEST), 8 << 20),
];

const fn path(path: &'static str) -> Wanted {
    Wanted::new(Pattern::Path(path), LIMIT)
}

impl Analyzer for Rpm {
    fn id(&self) -> &'static str {
        "rpm"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "rpm databases (Berkeley DB, NDB, SQLite)"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Rpm]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        if file.path == MANIFEST {
            match file.text() {
                Ok(text) => manifest::parse(file.path, &text, facts),
                Err(problem) => facts.problems.push(problem),
            }
        } else if file.path.ends_with("-wal") {
            if file.content.size() > 0 {
                let message = "write-ahead log whose database is not in the same layer: \
                               the packages it adds or removes are not known";
                facts.problems.push(Problem::at(file.path, message));
            }
        } else {
            read_database(file, facts);
        }
    }
}

fn read_database(file: &File<'_>, facts: &mut Facts) {
    let mut found = Found { path: file.path, facts, broken: 0, first: None };
    let outcome = read_format(file, &mut found);
    let Found { broken, first, .. } = found;
    if let Some(error) = first {
        let message = match broken {
            1 => format!("one package could not be read: {error}"),
            _ => format!("{broken} packages could not be read, the first because: {error}"),
        };
        facts.problems.push(Problem::at(file.path, message));
    }
    if let Err(error) = outcome {
        facts.problems.push(Problem::at(file.path, error.to_string()));
    }
}

/// The form is told by content, since tools convert databases and leave old names behind.
fn read_format(file: &File<'_>, found: &mut Found<'_>) -> Result<(), Error> {
    let limit = file.memory.min(MAX_HEADER);
    let mut magic = [0; 16];
    bytes::read_some(file.content, 0, &mut magic)?;
    match &magic {
        b"SQLite format 3\0" => sqlite::read(file.content, file.companion, limit, found),
        [b'R', b'p', b'm', b'P', ..] => ndb::read(file.content, limit, found),
        _ if bdb::is_hash(&magic) => bdb::read(file.content, limit, found),
        _ => Err(Error::Malformed("not a Berkeley DB hash, NDB or SQLite database")),
    }
}

/// Where the readers of the three forms deliver.
struct Found<'a> {
    path: &'a str,
    facts: &'a mut Facts,
    /// How many packages could not be read.
    broken: u32,
    /// Why the first of them could not.
    first: Option<Error>,
}

impl Found<'_> {
    /// Takes one package's header blob, or the reason why there is none.
    ///
    /// # Errors
    /// When there are too many packages to go on.
    fn add(&mut self, blob: Result<&[u8], Error>) -> Result<(), Error> {
        if self.facts.packages.len() >= MAX_PACKAGES {
            return Err(Error::TooManyPackages);
        }
        if let Err(error) = blob.and_then(|blob| parse_header(self.path, blob, self.facts)) {
            self.broken += 1;
            self.first.get_or_insert(error);
        }
        Ok(())
    }

    /// Notes what is wrong with the database beside its packages.
    fn note(&mut self, error: &Error) {
        self.facts.problems.push(Problem::at(self.path, error.to_string()));
    }
}
