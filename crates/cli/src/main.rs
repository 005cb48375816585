//! The `seawall` command: the only place that prints to the terminal and ends the process.

mod arguments;
mod commands;
mod progress;
mod settings;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Usage errors exit with 1; 2 is kept for "red".
            let code = if error.use_stderr() { 1 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match arguments.command {
        Command::Scan(scan) => commands::scan::run(*scan),
        Command::Db(database) => commands::database::run(database),
        Command::Cache(cache) => commands::cache::run(cache),
        Command::Policy(policy) => commands::policy::run(policy),
        Command::Completions { shell } => commands::reference::completions(shell),
        Command::Manual => commands::reference::manual(),
    };
    match outcome {
        Ok(code) => code,
        Err(error) if terminal::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("seawall: {}", terminal::described(&error));
            ExitCode::from(1)
        }
    }
}
