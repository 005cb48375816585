//! `cargo xtask test`: what a contributor and continuous integration run.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::{root, tidy};

/// Programs that some tests compare with. Without them those tests say that they were skipped.
const ORACLES: [(&str, &str); 3] = [
    ("tar", "tar: listings of archives are compared with GNU tar's"),
    ("python3", "python3: listings of archives are compared with its tarfile module's"),
    ("cc", "gcc: zstd and the linker need a C compiler"),
];

pub(crate) fn run() -> Result<()> {
    for (program, package) in ORACLES {
        if !is_installed(program) {
            eprintln!("xtask: missing: `apt-get install {package}");
        }
    }
    ensure!(is_installed("cc"), "a C compiler is needed: apt-get install gcc");
    step("format", check_format)?;
    step("tidy", tidy::run)?;
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    step("lints", || cargo(&lints, &[]))?;
    let docs = ["doc", "--workspace", "--no-deps", "--locked"];
    step("documentation", || cargo(&docs, &[("RUSTDOCFLAGS", "-D warnings")]))?;
    step("tests", || cargo(&["test", "--workspace", "--locked", "--no-fail-fast"], &[]))
}

pub(crate) fn format() -> Result<()> {
    rustfmt(&[])
}

fn check_format() -> Result<()> {
    rustfmt(&["--check"])
}

/// `cargo fmt` does not follow modules that a macro declares, so files are named one by one.
fn rustfmt(options: &[&str]) -> Result<()> {
    let files = tidy::tracked_files(".rs")?;
    let status = Command::new("rustfmt")
        .args(["--edition", "2024", "--quiet"])
        .args(options)
        .args(files)
        .current_dir(root())
        .status()
        .context("rustfmt (rustup component add rustfmt)")?;
    ensure!(status.success(), "files are not formatted: cargo xtask format");
    Ok(())
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root())
        .status()?;
    if !status.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    Ok(())
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    eprintln!("xtask: {name}");
    let start = Instant::now();
    work().with_context(|| name.to_owned())?;
    eprintln!("xtask: {name} passed in {} s", start.elapsed().as_secs());
    Ok(())
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}
