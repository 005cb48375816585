//! The vulnerability database file: writer, reader, lookup.
//!
//! A database is one immutable file, mapped into memory. Opening it checks the frame (header,
//! section table, block directories) and decodes a page of catalogue; everything else is found in
//! place and checked block by block on first use. The rows that matching needs lie uncompressed;
//! what only findings need lies in zstd blocks. The format is ours and documented in
//! docs/database-format.md.
//!
//! ```
//! use seawall_model::{Advisory, Affected, Namespace, Range, Status, UpperBound};
//! use seawall_vulndb::{Builder, Database};
//!
//! let debian = Namespace::from_text("debian:12");
//! let mut advisory = Advisory::new("CVE-2024-3094", "example");
//! advisory.affected.push(Affected {
//!     namespace: debian.clone(),
//!     package: "xz-utils".to_owned(),
//!     status: Status::Fixed,
//!     ranges: vec![Range { introduced: None, upper: UpperBound::Fixed("5.6.1+really".into()) }],
//!     versions: Vec::new(),
//!     module: None,
//!     severity: None,
//! });
//! let mut builder = Builder::new();
//! builder.advisory(advisory);
//! let mut file = Vec::new();
//! builder.write(&mut file)?;
//!
//! let database = Database::from_bytes(file)?;
//! let candidates = database.candidates(&debian, "xz-utils")?;
//! assert_eq!(database.details(candidates[0].advisory)?.id, "CVE-2024-3094");
//! # Ok::<(), seawall_vulndb::Error>(())
//! ```

mod blocks;
mod builder;
mod database;
mod error;
mod facts;
mod identifier;
mod layout;
mod map;
mod records;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod verify;
mod wire;
mod write;

use std::fmt;

use seawall_model::Affected;

pub use builder::Builder;
pub use database::Database;
pub use error::{Error, Part};
pub use layout::Section;
pub use rows::{RangeOf, Row, UpperOf};

/// The number of an advisory in one database; meaningless in any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdvisoryNumber(pub(crate) u32);

impl fmt::Display for AdvisoryNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

/// What an advisory says about one package: enough to decide whether a version matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The advisory.
    pub advisory: AdvisoryNumber,
    /// What it says.
    pub affected: Affected,
}

/// How much a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Advisories of all sources.
    pub advisories: u64,
    /// Statements of an advisory about a package in a namespace.
    pub rows: u64,
    /// Packages, counted once in each namespace.
    pub packages: u64,
    /// Vulnerabilities about which more than advisories is known.
    pub vulnerabilities: u64,
    /// Release cycles of products.
    pub lifecycles: u64,
    /// Bytes of the file.
    pub file_size: u64,
}

impl Counts {
    /// The counts that are written to the file.
    const fn stored(&self) -> [u64; 5] {
        [self.advisories, self.rows, self.packages, self.vulnerabilities, self.lifecycles]
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How much of everything.
    pub counts: Counts,
    /// Bytes of each section, directories left out, in the order of the file.
    pub sections: Vec<(Section, u64)>,
}
