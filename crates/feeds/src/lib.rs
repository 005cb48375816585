//! Advisory sources: one folder for each feed.
//!
//! A feed names the files it looks for below a feeds directory as data and turns each record into
//! the nouns of `seawall_model`. Nothing here fetches, and nothing depends on a clock: dates come
//! out of the data. A record that can't be understood becomes a [`FeedProblem`] and the rest is
//! kept; an archive that ends too early is an [`Error`], because a database made from half a feed
//! would be silently wrong. Adding a feed is a folder here and a line in `registry!`.

mod date;
mod directory;
mod error;
mod files;
mod intake;
mod span;
mod yaml;

#[cfg(test)]
mod tests;

pub use directory::{Selection, read_directory};
pub use error::Error;
pub use files::{FeedFile, Files};
pub use intake::Intake;
use seawall_model::{Advisory, Enrichment, Lifecycle};

/// A reader of one source.
pub trait Feed: Sync {
    /// Who publishes it, under which terms, and in which files.
    fn origin(&self) -> &'static Origin;

    /// Reads all files of the feed that were found and hands every record to `intake`.
    ///
    /// # Errors
    /// When a file can't be read to its end. A record that can't be understood is a problem
    /// told to `intake` instead.
    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error>;
}

/// What is known about a source before any of its files is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The folder's name with hyphens: `debian-oval`; stable, kept in databases.
    pub id: &'static str,
    /// The publisher's name for it.
    pub title: &'static str,
    /// Where it is published.
    pub url: &'static str,
    /// SPDX licence expression, or the terms in a few words.
    pub licence: &'static str,
    /// Whether its facts may be passed on in the starter database.
    pub redistributable: bool,
    /// Paths below the feeds directory, without the suffixes of packing; `*` stands for any part
    /// of the last component: `rustsec` is found as `rustsec.tar.zst` and as the directory
    /// `rustsec`, `kev/schema.json` also as `kev/schema.json.xz`.
    pub wanted: &'static [&'static str],
}

impl dyn Feed + '_ {
    /// The feed's stable name.
    pub fn id(&self) -> &'static str {
        self.origin().id
    }

    /// The publisher's name for it.
    pub fn title(&self) -> &'static str {
        self.origin().title
    }

    /// Where it is published.
    pub fn url(&self) -> &'static str {
        self.origin().url
    }

    /// SPDX licence expression, or the terms in a few words.
    pub fn licence(&self) -> &'static str {
        self.origin().licence
    }

    /// Whether its facts may be passed on in the starter database.
    pub fn redistributable(&self) -> bool {
        self.origin().redistributable
    }

    /// The files it looks for; see [`Origin::wanted`].
    pub fn wanted(&self) -> &'static [&'static str] {
        self.origin().wanted
    }
}

/// Where facts go: the database builder, or a test.
pub trait Sink {
    /// An advisory. The same feed may hand over several with the same id; their rows add up.
    fn advisory(&mut self, advisory: Advisory);

    /// Facts about a vulnerability (a CVE); several feeds add to the same one.
    fn enrich(&mut self, id: &str, enrichment: Enrichment);

    /// The life of one release of a product.
    fn lifecycle(&mut self, lifecycle: Lifecycle);

    /// A record that was left out.
    fn problem(&mut self, problem: FeedProblem);
}

/// A record that could not be understood and was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct FeedProblem {
    /// The feed's id.
    pub feed: String,
    /// The file, with the path inside an archive after it.
    pub file: String,
    /// What is wrong, lower case, without full stop.
    pub message: String,
}

/// Declares the feed modules and the list of all feeds from the same lines.
macro_rules! registry {
    ($($feed:ident,)*) => {
        $(pub mod $feed;)*

        /// Every feed, in the order in which documentation lists them.
        pub const ALL: &[&dyn Feed] = &[$(&$feed::FEED,)*];
    };
}

registry! {
    almalinux,
    alpine_secdb,
    debian_oval,
    debian_security,
    endoflife,
    epss,
    ghsa,
    golang,
    kev,
    maven_kb,
    nodejs_wg,
    osv,
    pypa,
    retire_js,
    rustsec,
    ubuntu_tracker,
    vulnrichment,
}
