//! What can go wrong with a database file.

use std::path::PathBuf;

use crate::{AdvisoryNumber, layout::Section};

/// Why a database could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be opened or mapped.
    #[error("database {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file does not begin as a database does.
    #[error("file is not a seawall vulnerability database")]
    NotADatabase,
    /// The file is in another version of the format.
    #[error("database has format version {found}, this program reads version {supported}")]
    Version {
        /// The version in the file.
        found: u32,
        /// The version this program reads.
        supported: u32,
    },
    /// The file is shorter or longer than its header says.
    #[error("database is {actual} bytes long, its header says {expected}")]
    Length {
        /// The length in the header.
        expected: u64,
        /// The length of the file.
        actual: u64,
    },
    /// A checksum does not match: the bytes changed after the file was written.
    #[error("database is damaged: checksum of {part} does not match")]
    Checksum {
        /// Which part of the file.
        part: Part,
    },
    /// The checksums match but the content breaks the format's rules.
    #[error("database is malformed: {part}: {reason}")]
    Malformed {
        /// Which part of the file.
        part: Part,
        /// Which rule it breaks.
        reason: &'static str,
    },
    /// No advisory has this number in this database.
    #[error("database has no advisory number {0}")]
    NoSuchAdvisory(AdvisoryNumber),
    /// The input does not fit the format's limits.
    #[error("database can't be written: {what} is larger than the limit of {limit}")]
    Limit {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The output can't be written.
    #[error("database can't be written: {0}")]
    Write(#[from] std::io::Error),
}

/// A part of a database file, as errors name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The fixed fields at the start and the section table.
    Header,
    /// Everything after the header, as the header's digest sees it.
    Content,
    /// The block directory of a section.
    Directory(Section),
    /// One block of a section, counted from zero.
    Block(Section, u32),
    /// A section as a whole.
    Whole(Section),
}

impl std::fmt::Display for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header => formatter.write_str("header"),
            Self::Content => formatter.write_str("content"),
            Self::Directory(section) => write!(formatter, "directory of section {section}"),
            Self::Block(section, block) => write!(formatter, "block {block} of section {section}"),
            Self::Whole(section) => write!(formatter, "section {section}"),
        }
    }
}
