//! Packages of Debian, Ubuntu and their derivatives, and the files they own.
//!
//! Reads `var/lib/dpkg/status` (deb-control(5), dpkg-query(1) for the states), the stanzas that
//! images without dpkg keep in `var/lib/dpkg/status.d` (distroless), the file lists in
//! `var/lib/dpkg/info/*.list` and the checksum lists in `var/lib/dpkg/status.d/*.md5sums`, from
//! which only the paths are taken (deb-md5sums(5)).
//!
//! A package counts as installed when its files have been unpacked: the states `installed`,
//! `unpacked`, `half-configured`, `triggers-awaited` and `triggers-pending`. The states
//! `not-installed`, `config-files` and `half-installed` don't count. A stanza without a state is
//! installed: only builders that work without dpkg leave it out.
//!
//! Ignored: `Built-Using`, diversions, and licences, which `usr/share/doc/*/copyright` tells for
//! a package's files one by one and often in prose.

mod parse;
#[cfg(test)]
mod tests;

pub use parse::{parse_list, parse_md5sums, parse_status};
use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, OwnedFiles, Pattern, Wanted};

/// Reads dpkg's database.
pub struct Dpkg;

/// The analyzer.
pub const ANALYZER: Dpkg = Dpkg;

const WANTED: &[Wanted] = &[
    Wanted::new(Pattern::Path("var/lib/dpkg/status"), 32 << 20),
    Wanted::new(Pattern::Inside("var/lib/dpkg/status.d", ""), 8 << 20),
    Wanted::new(Pattern::Inside("var/lib/dpkg/info", ".list"), 8 << 20),
];

impl Analyzer for Dpkg {
    fn id(&self) -> &'static str {
        "dpkg"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "dpkg status files and file lists"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Deb]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        let text = match file.text() {
            Ok(text) => text,
            Err(problem) => return facts.problems.push(problem),
        };
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let owned = if let Some(package) = name.strip_suffix(".list") {
            parse_list(owner(package), &text)
        } else if let Some(package) = name.strip_suffix(".md5sums") {
            parse_md5sums(owner(package), &text)
        } else {
            return parse_status(file.path, &text, facts);
        };
        if !owned.paths.is_empty() {
            facts.owned.push(owned);
        }
    }
}

/// The package that a control file's name stands for: `libc6:amd64` is `libc6`.
fn owner(name: &str) -> OwnedFiles {
    OwnedFiles::new(name.split(':').next().unwrap_or_default())
}
