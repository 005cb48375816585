//! Generated pages: tables that would otherwise be a second list to forget.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use seawall_packages::Pattern;

use crate::root;

/// Writes every generated page anew.
pub(crate) fn run() -> Result<()> {
    for (path, text) in pages() {
        fs::write(root().join(path), text)?;
        eprintln!("xtask: wrote {path}");
    }
    Ok(())
}

/// One fault for each generated page that is not what the code says now.
pub(crate) fn outdated() -> Result<Vec<String>> {
    let is_old = |(path, text): &(&str, String)| {
        fs::read_to_string(root().join(path)).is_ok_and(|current| current == *text)
    };
    let old = pages().into_iter().filter(|page| !is_old(page));
    Ok(old.map(|(path, _)| format!("{path} is out of date: cargo xtask generate")).collect())
}

/// Builds the starter database from a directory of feeds.
pub(crate) fn database(feeds: &Path) -> Result<()> {
    let build = ["run", "--release", "--package", "seawall", "--", "db", "build", "--facts-only"];
    let status = Command::new(env!("CARGO"))
        .args(build)
        .arg("--feeds")
        .arg(feeds)
        .args(["--out", "data/starter.seawalldb"])
        .current_dir(root())
        .status()?;
    ensure!(status.success(), "the database was not built");
    Ok(())
}

fn pages() -> Vec<(&'static str, String)> {
    vec![("docs/coverage.md", coverage())]
}

/// What can be read: analyzers, feeds, report formats.
fn coverage() -> String {
    let mut page = String::from(
        "# What Seawall reads and writes\n\n\
         Generated from the code by `cargo xtask generate`.\n\n\
         ## Package formats\n\n\
         | analyzer | reads | kinds | files |\n| --- | --- | --- | --- |\n",
    );
    for analyzer in seawall_packages::ALL {
        let kinds: Vec<&str> = analyzer.kinds().iter().map(|kind| kind.word()).collect();
        let mut files: Vec<String> =
            analyzer.wanted().iter().map(|wanted| described(wanted.pattern)).collect();
        files.dedup();
        let (id, title) = (analyzer.id(), analyzer.title());
        let _ = writeln!(page, "| {id} | {title} | {} | {} |", kinds.join(", "), files.join(", "));
    }
    page.push_str(
        "\n## Advisory feeds\n\n\
         | feed | what | licence | in the starter database |\n| --- | --- | --- | --- |\n",
    );
    for feed in seawall_feeds::ALL {
        let starter = if feed.redistributable() { "yes" } else { "no" };
        let (id, title, url, licence) = (feed.id(), feed.title(), feed.url(), feed.licence());
        let _ = writeln!(page, "| {id} | [{title}]({url}) | {licence} | {starter} |");
    }
    page.push_str("\n## Report formats\n\n| name | what | media type |\n| --- | --- | --- |\n");
    for format in seawall_report::ALL {
        let (id, title, media) = (format.id(), format.title(), format.media_type());
        let _ = writeln!(page, "| {id} | {title} | `{media}` |");
    }
    page
}

fn described(pattern: Pattern) -> String {
    match pattern {
        Pattern::Name(name) => format!("`**/{name}`"),
        Pattern::Suffix(suffix) => format!("`**/*{suffix}`"),
        Pattern::Path(path) => format!("`{path}`"),
        Pattern::Inside(directory, suffix) => format!("`{directory}/*{suffix}`"),
        Pattern::Executable => "executable files".to_owned(),
    }
}
