//! The command line's definition. Help, man page and completions are generated from it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use seawall_model::Date;

/// Says what is inside a container image, what is wrong with it, and whether it may sail.
#[derive(Debug, Parser)]
#[command(name = "seawall", version, max_term_width = 100, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan an image or a root directory and judge it
    #[command(after_help = SCAN_HELP)]
    Scan(Box<ScanArguments>),
    /// Build and look into vulnerability databases
    #[command(subcommand)]
    Db(DatabaseCommand),
    /// Look at or clean the cache of layer facts
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Show or check policies
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    #[command(name = "man")]
    Manual,
}

const SCAN_HELP: &str = "\
Targets:
  FILE or docker-archive:FILE, oci-archive:FILE   what `docker save` and others write;
                                                  plain, gzip or zstd
  DIRECTORY or oci:DIRECTORY[:TAG]                an OCI image layout
  dir:DIRECTORY                                   a root directory; dir:/ is this machine
  -                                               an archive from standard input

Exit codes:
  0  green or yellow      2  red      3  yellow, under --strict
  1  the job could not be done

Every option can also be set in the [scan] table of seawall.toml, under the same name.
Precedence: option, environment, file, default.";

/// How to scan.
#[derive(Debug, Args)]
pub(crate) struct ScanArguments {
    /// What to scan; see below
    pub(crate) target: String,

    /// Write a report: table, json, sarif or cyclonedx, to standard output or to FILE; may be
    /// given several times [default: table]
    #[arg(
        long,
        short,
        value_name = "FORMAT[=FILE]",
        env = "SEAWALL_REPORT",
        value_delimiter = ','
    )]
    pub(crate) report: Vec<String>,

    /// The database [default: the installed one, else the built-in starter]
    #[arg(long, value_name = "FILE", env = "SEAWALL_DATABASE")]
    pub(crate) database: Option<PathBuf>,

    /// Settings, policy and exceptions [default: seawall.toml if it exists]
    #[arg(long, value_name = "FILE", env = "SEAWALL_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// Which layers' software to report [default: squashed]
    #[arg(long, value_enum, env = "SEAWALL_LAYERS")]
    pub(crate) layers: Option<Layers>,

    /// Choose an image from an index: os/architecture[/variant]
    #[arg(long, env = "SEAWALL_PLATFORM")]
    pub(crate) platform: Option<String>,

    /// Which digests to compute and check [default: blob]
    #[arg(long, value_enum, env = "SEAWALL_VERIFY")]
    pub(crate) verify: Option<VerifyMode>,

    /// Exit with 3 when the verdict is yellow
    #[arg(long, env = "SEAWALL_STRICT")]
    pub(crate) strict: bool,

    /// List every finding in the table instead of counting the minor ones
    #[arg(long, env = "SEAWALL_FULL")]
    pub(crate) full: bool,

    /// Neither read nor write the cache of layer facts
    #[arg(long, env = "SEAWALL_NO_CACHE")]
    pub(crate) no_cache: bool,

    /// Where layer facts are kept [default: seawall/ in the user's cache directory]
    #[arg(long, value_name = "DIRECTORY", env = "SEAWALL_CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Layers read at once [default: one for each processor]
    #[arg(long, env = "SEAWALL_JOBS")]
    pub(crate) jobs: Option<usize>,

    /// Memory an analyzer may hold for one huge file, such as 256MiB [default: 16MiB]
    #[arg(long, value_name = "SIZE", env = "SEAWALL_MEMORY")]
    pub(crate) memory: Option<String>,

    /// Give up on reading after this many seconds; what was read is still judged
    #[arg(long, value_name = "SECONDS", env = "SEAWALL_TIMEOUT")]
    pub(crate) timeout: Option<u64>,

    /// Judge ages and expiry as of this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", env = "SEAWALL_DATE")]
    pub(crate) date: Option<Date>,

    /// Put the time of the scan into reports; without it the same input gives the same bytes
    #[arg(long, env = "SEAWALL_TIMESTAMP")]
    pub(crate) timestamp: bool,

    /// Show neither progress nor the path of written reports
    #[arg(long, short, env = "SEAWALL_QUIET")]
    pub(crate) quiet: bool,
}

/// Which layers' software is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Layers {
    /// What a running container sees
    Squashed,
    /// Also what upper layers hide, marked as hidden
    All,
}

/// Which digests are computed while reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerifyMode {
    /// The stored blob's, which the manifest vouches for
    Blob,
    /// The uncompressed layer's, which the configuration vouches for
    DiffIds,
    /// None: for local archives you trust
    None,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Build a database from feeds in a directory
    Build {
        /// Directory with the feeds as published, packed or unpacked
        #[arg(long, value_name = "DIRECTORY")]
        feeds: PathBuf,
        /// Where to write the database
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Leave out titles, descriptions and feeds whose terms forbid passing them on
        #[arg(long)]
        facts_only: bool,
        /// Show no progress
        #[arg(long, short)]
        quiet: bool,
    },
    /// Show a database's sources, dates, counts and age
    Status {
        #[command(flatten)]
        choice: DatabaseChoice,
        /// Check every byte
        #[arg(long)]
        verify: bool,
        /// Age as of this day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", env = "SEAWALL_DATE")]
        date: Option<Date>,
    },
    /// Look up a package or a vulnerability
    Lookup {
        /// A package name, or an identifier such as CVE-2021-44228
        name: String,
        #[command(flatten)]
        choice: DatabaseChoice,
    },
}

/// Which database.
#[derive(Debug, Args)]
pub(crate) struct DatabaseChoice {
    /// The database [default: the installed one, else the built-in starter]
    #[arg(long, value_name = "FILE", env = "SEAWALL_DATABASE")]
    pub(crate) database: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Show where the cache is and how much it holds
    Status(CacheChoice),
    /// Remove everything from the cache
    Clean(CacheChoice),
}

/// Which cache.
#[derive(Debug, Args)]
pub(crate) struct CacheChoice {
    /// Where layer facts are kept [default: seawall/ in the user's cache directory]
    #[arg(long, value_name = "DIRECTORY", env = "SEAWALL_CACHE_DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Print the built-in policy, ready to be saved and changed
    Show,
    /// Check a policy file
    Check {
        /// The file
        file: PathBuf,
    },
}
