//! Why a database or a package in it can't be read. Outside this folder these are the words of
//! problems.

use std::io;

/// The reason.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The storage behind the content failed.
    #[error("can't be read: {0}")]
    Read(#[from] io::Error),
    /// Something lies behind the end.
    #[error("{length} bytes at offset {offset} lie behind its end")]
    Short {
        /// Where it should be.
        offset: u64,
        /// How long it should be.
        length: u64,
    },
    /// A value that the format does not allow.
    #[error("{0}")]
    Malformed(&'static str),
    /// A page that the format does not allow.
    #[error("page {page} {what}")]
    Page {
        /// The page's number.
        page: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A package that does not fit into memory.
    #[error("a package header of {size} bytes is larger than the limit of {limit}")]
    HeaderTooLarge {
        /// Stated size in bytes.
        size: u64,
        /// Allowed size in bytes.
        limit: u64,
    },
    /// The reading went round in circles.
    #[error("refers to the same pages again and again")]
    Circular,
    /// The limit on packages is reached.
    #[error("has more than {} packages; the rest is not read", crate::MAX_PACKAGES)]
    TooManyPackages,
}
