//! Seawall's own tasks, run as `cargo xtask TASK`.

mod example;
mod generate;
mod test;
mod tidy;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask TASK

  test       everything continuous integration checks: format, lints, layering, licences,
             documentation, tests; says what is missing on this machine
  tidy       the checks of the tree alone: layering, licences, file sizes, generated pages
  generate   write the generated pages of docs/ anew
  format     format every source file, those declared by macros included
  example    write examples/images/storefront.tar anew
  database   build data/starter.seawalldb from feeds: cargo xtask database FEEDS_DIRECTORY";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_default();
    match task.as_str() {
        "test" => test::run(),
        "tidy" => tidy::run(),
        "generate" => generate::run(),
        "format" => test::format(),
        "example" => example::run(),
        "database" => match arguments.next() {
            Some(feeds) => generate::database(Path::new(&feeds)),
            None => bail!("{USAGE}"),
        },
        _ => bail!("{USAGE}"),
    }
}

/// The top of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
