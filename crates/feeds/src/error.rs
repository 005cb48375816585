//! What can go wrong with a feeds directory as a whole.

use std::io;
use std::path::PathBuf;

/// Why reading feeds had to stop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory could not be read to its end.
    #[error("can't read {}: {source}", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system or the decompressor said.
        source: io::Error,
    },
    /// A feed was asked for by a name that no feed has.
    #[error("`{0}` is not a feed")]
    UnknownFeed(String),
}

impl Error {
    pub(crate) fn unreadable(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Unreadable { path, source }
    }
}
