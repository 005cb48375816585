//! Package analyzers: one folder for each package database or lockfile format.
//!
//! An analyzer names the files it wants as data and turns one file's content into [`Facts`]. It
//! opens no path and no socket, and broken content becomes a problem among its facts, never
//! an error that ends a scan. Adding one is a folder here and a line in `registry!`.

#[cfg(test)]
mod check;
mod content;
mod executable;
mod facts;
#[cfg(test)]
mod golden;
mod line_numbers;
mod lines;
mod lock_tables;
mod view;

pub use content::{Content, File};
pub use facts::{Facts, MAX_PACKAGES, OwnedFiles, path_hash};
use seawall_model::PackageKind;

/// A reader of one format.
pub trait Analyzer: Sync {
    /// The folder's name; stable, used in caches and reports.
    fn id(&self) -> &'static str;

    /// Raised whenever the facts for the same bytes change: cached facts of older versions are
    /// then read anew.
    fn version(&self) -> u32;

    /// What it reads, for the documentation: `dpkg status files`.
    fn title(&self) -> &'static str;

    /// The kinds of package it finds; empty for analyzers that find other facts.
    fn kinds(&self) -> &'static [PackageKind];

    /// The files it wants.
    fn wanted(&self) -> &'static [Wanted];

    /// A look at the first bytes (up to 4 KiB) of a wanted file, to turn it down before the rest
    /// is kept. Called for [`Pattern::Executable`] only.
    fn accepts(&self, head: &[u8]) -> bool {
        let _ = head;
        true
    }

    /// Reads one file and adds what it says to `facts`.
    fn analyze(&self, file: &File<'_>, facts: &mut Facts);
}

/// Files that an analyzer wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Which paths.
    pub pattern: Pattern,
    /// Larger files are not read and become a problem in the report. In bytes.
    pub limit: u64,
    /// A file beside it that belongs to it (`-wal`), by suffix to the path; handed over together.
    /// A companion whose file the layer does not hold is handed over alone, under its own path.
    pub companion: Option<&'static str>,
}

impl Wanted {
    /// Files of up to `limit` bytes whose path fits.
    pub const fn new(pattern: Pattern, limit: u64) -> Self {
        Self { pattern, limit, companion: None }
    }

    /// The same files, each with the file beside it whose path is longer by `suffix`.
    pub const fn with_companion(self, suffix: &'static str) -> Self {
        Self { companion: Some(suffix), ..self }
    }
}

/// How a wanted path is recognised. Paths have no leading slash. Data rather than code, so that
/// the engine can look every path up once for all analyzers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// The file name: `package-lock.json`.
    Name(&'static str),
    /// The end of the file name, compared without case: `.jar`.
    Suffix(&'static str),
    /// The whole path: `lib/apk/db/installed`.
    Path(&'static str),
    /// Directly inside a directory, name ending in the suffix (which may be empty):
    /// `("var/lib/dpkg/info", ".list")`.
    Inside(&'static str, &'static str),
    /// Regular files with an execute bit that are not shared libraries by name.
    Executable,
}

/// Declares the analyzer modules and the list of all analyzers from the same lines.
macro_rules! registry {
    ($($analyzer:ident,)*) => {
        $(pub mod $analyzer;)*

        /// Every analyzer, in the order in which documentation lists them.
        pub const ALL: &[&dyn Analyzer] = &[$(&$analyzer::ANALYZER,)*];
    };
}

registry! {
    distribution,
    apk,
    dpkg,
    rpm,
    npm,
    python,
    golang,
    java,
    rust,
}
