//! Checks of the tree itself.

mod files;
mod layering;
mod licences;

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{generate, root};

pub(crate) fn run() -> Result<()> {
    let metadata = metadata()?;
    let mut faults = layering::faults(&metadata)?;
    faults.extend(licences::faults(&metadata)?);
    faults.extend(files::faults()?);
    faults.extend(generate::outdated()?);
    for fault in &faults {
        eprintln!("tidy: {fault}");
    }
    ensure!(faults.is_empty(), "{} faults in the tree", faults.len());
    Ok(())
}

/// Files that git knows or would add, with this ending.
pub(crate) fn tracked_files(ending: &str) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .context("git")?;
    ensure!(output.status.success(), "git ls-files failed");
    let listing = String::from_utf8(output.stdout)?;
    let exists = |file: &&str| root().join(file).is_file();
    Ok(listing.lines().filter(|f| f.ends_with(ending)).filter(exists).map(str::to_owned).collect())
}

fn metadata() -> Result<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}
