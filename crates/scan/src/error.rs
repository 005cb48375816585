//! What can end a scan. Broken content never does; it becomes a gap in the report.

/// Errors of the scan engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The image could not be opened at all.
    #[error(transparent)]
    Image(#[from] seawall_image::Error),
    /// The layers name more software and files than any real image.
    #[error("the layers hold more than the limit of {limit} bytes of facts together")]
    TooManyFacts {
        /// The limit.
        limit: u64,
    },
    /// The vulnerability database is damaged.
    #[error(transparent)]
    Database(#[from] seawall_vulndb::Error),
    /// The policy file can't be used.
    #[error("policy: {0}")]
    Policy(String),
}
