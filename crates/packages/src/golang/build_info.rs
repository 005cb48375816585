//! The text of Go's build information (Go standard library, `runtime/debug`, `BuildInfo`): one
//! record on each line, its fields separated by tabs.

/// What a line says about a module. Settings (`build`) and the main package (`path`) are ignored.
pub(super) struct Module<'a> {
    pub(super) path: &'a str,
    pub(super) version: &'a str,
}

/// The main module and its dependencies, in order, with replacements in place of what they
/// replace. A replacement by a directory keeps the module's own path.
pub(super) fn modules(text: &str) -> Vec<Module<'_>> {
    let mut modules: Vec<Module<'_>> = Vec::new();
    for line in text.lines() {
        let mut fields = line.split('\t');
        let (Some(record), Some(path), version) =
            (fields.next(), fields.next(), fields.next().unwrap_or_default())
        else {
            continue;
        };
        match (record, modules.last_mut()) {
            ("mod" | "dep", _) if !path.is_empty() => modules.push(Module { path, version }),
            ("=>", Some(replaced)) => {
                if !is_directory(path) {
                    replaced.path = path;
                }
                replaced.version = version;
            }
            _ => {}
        }
    }
    modules
}

fn is_directory(path: &str) -> bool {
    path.starts_with(['.', '/']) || path.as_bytes().get(1) == Some(&b':')
}

/// The release in a toolchain's version: `1.21.3` of `go1.21.3 X:boringcrypto`,
/// `1.22-0d8b4e5` of `devel go1.22-0d8b4e5 Tue Oct 3`; empty when there is none.
pub(super) fn release(toolchain: &str) -> &str {
    toolchain
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("go"))
        .find(|release| release.starts_with(|first: char| first.is_ascii_digit()))
        .unwrap_or_default()
}
