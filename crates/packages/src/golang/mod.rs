//! Go modules, from `go.mod` and from the build information inside executables.
//!
//! * `module_file`: a `go.mod` in the module cache (`pkg/mod/`), below `vendor/` or `testdata/`
//!   describes what somebody else's module would like, not what is built, and is passed over.
//! * `binary`: what was linked in. The standard library is a package too, `stdlib`, whose
//!   version is the toolchain's without the letters `go`.
//!
//! Module versions keep their `v`, as Go writes them. A module that was built from a directory
//! has Go's own word for that, `(devel)`, as its version.

mod binary;
mod build_info;
mod module_file;
#[cfg(test)]
mod tests;

use seawall_model::PackageKind;

use crate::{Analyzer, Facts, File, Pattern, Wanted, executable};

/// Reads `go.mod` and Go executables.
pub const ANALYZER: Golang = Golang;

/// The analyzer.
pub struct Golang;

/// The version of a module that was built from a directory.
const FROM_DIRECTORY: &str = "(devel)";

const WANTED: &[Wanted] =
    &[Wanted::new(Pattern::Name("go.mod"), 4 << 20), Wanted::new(Pattern::Executable, 4 << 30)];

impl Analyzer for Golang {
    fn id(&self) -> &'static str {
        "golang"
    }

    fn version(&self) -> u32 {
        1
    }

    fn title(&self) -> &'static str {
        "Go module files and executables"
    }

    fn kinds(&self) -> &'static [PackageKind] {
        &[PackageKind::Golang]
    }

    fn wanted(&self) -> &'static [Wanted] {
        WANTED
    }

    /// Every executable in a known format: the note that marks most Go programs is missing from
    /// those built with `-buildid=`, and the section that holds the build information lies at the
    /// end of the file.
    fn accepts(&self, head: &[u8]) -> bool {
        executable::has_magic(head)
    }

    fn analyze(&self, file: &File<'_>, facts: &mut Facts) {
        let name = file.path.rsplit('/').next().unwrap_or(file.path);
        if name != "go.mod" {
            binary::read(file, facts);
        } else if module_file::is_own(file.path) {
            module_file::read(file, facts);
        }
    }
}
