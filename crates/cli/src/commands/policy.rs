//! `seawall policy`.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use seawall_scan::{Policy, policy};

use crate::arguments::PolicyCommand;

pub(crate) fn run(command: PolicyCommand) -> Result<ExitCode> {
    match command {
        PolicyCommand::Show => io::stdout().write_all(policy::DEFAULT.as_bytes())?,
        PolicyCommand::Check { file } => check(&file)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn check(file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let policy = Policy::parse(&text).with_context(|| file.display().to_string())?;
    let (rules, exceptions) = (policy.rules.len(), policy.exceptions.len());
    writeln!(io::stdout(), "{}: {rules} rules, {exceptions} exceptions", file.display())?;
    Ok(())
}
