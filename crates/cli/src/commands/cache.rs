//! `seawall cache`.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use seawall_scan::CacheUse;

use crate::arguments::{CacheChoice, CacheCommand};
use crate::settings;
use crate::terminal::size;

pub(crate) fn run(command: CacheCommand) -> Result<ExitCode> {
    let mut out = io::stdout();
    match command {
        CacheCommand::Status(choice) => {
            let cache = open(&choice)?;
            writeln!(out, "{}: {}", cache.directory().display(), described(cache.usage()?))?;
        }
        CacheCommand::Clean(choice) => {
            let cache = open(&choice)?;
            let removed = described(cache.clean()?);
            writeln!(out, "{}: removed {removed}", cache.directory().display())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn open(choice: &CacheChoice) -> Result<seawall_scan::Cache> {
    settings::cache(choice.cache_dir.as_deref())
}

fn described(usage: CacheUse) -> String {
    let CacheUse { layers, stamps, bytes } = usage;
    format!("{layers} layers, {stamps} known files, {}", size(bytes))
}
