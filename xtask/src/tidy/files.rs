//! Sizes of files, forbidden names, and tests beside analyzers, feeds and formats.

use std::fs;

use anyhow::{Context, Result};

use super::tracked_files;
use crate::root;

/// A file longer than this is more than one thing.
const MAX_LINES: usize = 800;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 4] = ["utils", "common", "helpers", "manager"];

/// Folders in which every entry is one unit with test data of its own.
const UNITS: [&str; 3] = ["crates/packages/src", "crates/feeds/src", "crates/report/src"];

pub(super) fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let sources = tracked_files(".rs")?;
    for file in &sources {
        let text = fs::read_to_string(root().join(file)).with_context(|| file.clone())?;
        let lines = text.lines().count();
        if lines > MAX_LINES {
            faults.push(format!("{file} has {lines} lines, more than {MAX_LINES}"));
        }
        let names = |part: &str| EMPTY_NAMES.contains(&part.trim_end_matches(".rs"));
        if file.split('/').any(names) {
            faults.push(format!("{file} has a name that says nothing"));
        }
    }
    for unit in unregistered(&sources)? {
        faults.push(format!("{unit} is not in its crate's registry"));
    }
    Ok(faults)
}

/// Folders with a `mod.rs` that no `registry!` line and no `mod` line names.
fn unregistered(sources: &[String]) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for folder in UNITS {
        let library = fs::read_to_string(root().join(folder).join("lib.rs"))?;
        for file in sources {
            let inside = file.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            let Some((unit, "mod.rs")) = inside.and_then(|rest| rest.split_once('/')) else {
                continue;
            };
            let registered = library.lines().any(|line| {
                let line = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
                line == format!("{unit},") || line == format!("mod {unit};")
            });
            if !registered {
                missing.push(format!("{folder}/{unit}"));
            }
        }
    }
    Ok(missing)
}
