//! Where options come from when the command line does not give them: `seawall.toml`, then
//! defaults; and where databases and the cache lie.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use seawall_scan::{Cache, Policy};
use seawall_vulndb::Database;
use serde::Deserialize;

use crate::arguments::{Layers, VerifyMode};

/// The file that is read when none is named.
const FILE: &str = "seawall.toml";

/// The starter database, built into the program so that it works before anything is set up.
static STARTER: &[u8] = include_bytes!("../../../data/starter.seawalldb");

/// The `[scan]` table: the options of `seawall scan` under their own names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct ScanSettings {
    pub(crate) report: Vec<String>,
    pub(crate) database: Option<PathBuf>,
    pub(crate) layers: Option<Layers>,
    pub(crate) platform: Option<String>,
    pub(crate) verify: Option<VerifyMode>,
    pub(crate) strict: bool,
    pub(crate) full: bool,
    pub(crate) no_cache: bool,
    pub(crate) cache_dir: Option<PathBuf>,
    pub(crate) jobs: Option<usize>,
    pub(crate) memory: Option<String>,
    pub(crate) timeout: Option<u64>,
    pub(crate) timestamp: bool,
    pub(crate) quiet: bool,
}

/// The part of the file that is not policy.
#[derive(Default, Deserialize)]
struct SettingsFile {
    #[serde(default)]
    scan: ScanSettings,
}

/// Reads the named file, or `seawall.toml` if it exists.
pub(crate) fn read(named: Option<&Path>) -> Result<(ScanSettings, Policy)> {
    let path = match named {
        Some(path) => path,
        None if Path::new(FILE).is_file() => Path::new(FILE),
        None => return Ok((ScanSettings::default(), Policy::built_in()?)),
    };
    let shown = || path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(shown)?;
    let file: SettingsFile = toml::from_str(&text).with_context(shown)?;
    Ok((file.scan, Policy::parse(&text).with_context(shown)?))
}

/// The named database, or the first installed one, or the starter.
pub(crate) fn database(named: Option<&Path>) -> Result<Database> {
    if let Some(path) = named {
        return Ok(Database::open(path)?);
    }
    match installed_databases().into_iter().find(|path| path.is_file()) {
        Some(path) => Ok(Database::open(&path)?),
        None => Ok(Database::from_static(STARTER)?),
    }
}

fn installed_databases() -> Vec<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).or_else(home);
    let shared = PathBuf::from("/var/lib");
    let places = data.into_iter().chain([shared]);
    places.map(|place| place.join("seawall/seawall.seawalldb")).collect()
}

/// The cache in the named directory, or in the user's cache directory.
pub(crate) fn cache(named: Option<&Path>) -> Result<Cache> {
    let directory = match named {
        Some(directory) => directory.to_owned(),
        None => user_cache_directory()?,
    };
    Cache::open(&directory).with_context(|| format!("cache directory {}", directory.display()))
}

/// XDG Base Directory Specification, `XDG_CACHE_HOME`.
fn user_cache_directory() -> Result<PathBuf> {
    if let Some(base) = std::env::var_os("XDG_CACHE_HOME").filter(|base| !base.is_empty()) {
        return Ok(PathBuf::from(base).join("seawall"));
    }
    match std::env::var_os("HOME") {
        Some(home) => Ok(PathBuf::from(home).join(".cache/seawall")),
        None => bail!("neither XDG_CACHE_HOME nor HOME is set; use --cache-dir or --no-cache"),
    }
}
