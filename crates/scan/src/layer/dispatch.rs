//! Which analyzers want a path: all their patterns compiled into a few hash maps, because the
//! question is asked for every entry of every layer.

use std::collections::HashMap;

use seawall_packages::{Analyzer, Pattern, Wanted};

/// One analyzer's wish for a file.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) analyzer: &'static dyn Analyzer,
    pub(crate) wanted: &'static Wanted,
}

/// The part a path plays for the analyzers that want it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// The file itself.
    Main,
    /// The companion of a file whose path is this many bytes shorter.
    Companion { suffix: usize },
}

/// All patterns of all analyzers.
#[derive(Default)]
pub(crate) struct Dispatch {
    names: HashMap<&'static str, Vec<Wish>>,
    paths: HashMap<&'static str, Vec<Wish>>,
    directories: HashMap<&'static str, Vec<(&'static str, Wish)>>,
    /// Keyed by what follows the last dot of the suffix, in lower case.
    extensions: HashMap<&'static str, Vec<(&'static str, Wish)>>,
    executables: Vec<Wish>,
    companions: HashMap<String, usize>,
}

impl Dispatch {
    pub(crate) fn new(analyzers: &'static [&'static dyn Analyzer]) -> Self {
        let mut dispatch = Self::default();
        for &analyzer in analyzers {
            for wanted in analyzer.wanted() {
                dispatch.register(Wish { analyzer, wanted });
            }
        }
        dispatch
    }

    fn register(&mut self, wish: Wish) {
        match wish.wanted.pattern {
            Pattern::Name(name) => self.names.entry(name).or_default().push(wish),
            Pattern::Path(path) => {
                self.paths.entry(path).or_default().push(wish);
                if let Some(suffix) = wish.wanted.companion {
                    self.companions.insert(format!("{path}{suffix}"), suffix.len());
                }
            }
            Pattern::Inside(directory, suffix) => {
                self.directories.entry(directory).or_default().push((suffix, wish));
            }
            Pattern::Suffix(suffix) => {
                let extension = suffix.rsplit_once('.').map_or(suffix, |(_, extension)| extension);
                self.extensions.entry(extension).or_default().push((suffix, wish));
            }
            Pattern::Executable => self.executables.push(wish),
        }
    }

    /// Adds the wishes for a regular file to `wishes` and says which part the file plays.
    pub(crate) fn wishes(&self, path: &str, mode: u32, wishes: &mut Vec<Wish>) -> Role {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        wishes.extend(self.names.get(name).into_iter().flatten());
        wishes.extend(self.paths.get(path).into_iter().flatten());
        if let Some(inside) = self.directories.get(directory) {
            wishes.extend(inside.iter().filter(|(end, _)| name.ends_with(end)).map(|(_, w)| w));
        }
        if let Some((_, extension)) = name.rsplit_once('.') {
            self.wishes_by_extension(name, extension, wishes);
        }
        if mode & 0o111 != 0 && !is_shared_library(name) {
            wishes.extend(&self.executables);
        }
        match self.companions.get(path) {
            Some(&suffix) => Role::Companion { suffix },
            None => Role::Main,
        }
    }

    fn wishes_by_extension(&self, name: &str, extension: &str, wishes: &mut Vec<Wish>) {
        const LONGEST: usize = 16;
        if extension.len() > LONGEST {
            return;
        }
        let mut lower = [0; LONGEST];
        let lower = &mut lower[..extension.len()];
        lower.copy_from_slice(extension.as_bytes());
        lower.make_ascii_lowercase();
        let known = std::str::from_utf8(lower).ok().and_then(|word| self.extensions.get(word));
        let fits = |suffix: &str| {
            let start = name.len().checked_sub(suffix.len());
            start.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        wishes.extend(known.into_iter().flatten().filter(|(end, _)| fits(end)).map(|(_, w)| w));
    }
}

/// `libc.so`, `libc.so.6`, `module.cpython-311-x86_64-linux-gnu.so`.
fn is_shared_library(name: &str) -> bool {
    name.ends_with(".so") || name.contains(".so.")
}

#[cfg(test)]
mod tests {
    use seawall_model::PackageKind;
    use seawall_packages::{Facts, File};

    use super::*;

    struct Everything;

    impl Analyzer for Everything {
        fn id(&self) -> &'static str {
            "everything"
        }
        fn version(&self) -> u32 {
            1
        }
        fn title(&self) -> &'static str {
            "one pattern of each sort"
        }
        fn kinds(&self) -> &'static [PackageKind] {
            &[]
        }
        fn wanted(&self) -> &'static [Wanted] {
            const WANTED: &[Wanted] = &[
                Wanted::new(Pattern::Name("package.json"), 1),
                Wanted::new(Pattern::Suffix(".jar"), 1),
                Wanted {
                    pattern: Pattern::Path("var/lib/rpm/rpmdb.sqlite"),
                    limit: 1,
                    companion: Some("-wal"),
                },
                Wanted::new(Pattern::Inside("var/lib/dpkg/info", ".list"), 1),
                Wanted::new(Pattern::Executable, 1),
            ];
            WANTED
        }
        fn analyze(&self, _: &File<'_>, _: &mut Facts) {}
    }

    fn check(path: &str, mode: u32, expected: Option<Pattern>) {
        static ALL: &[&dyn Analyzer] = &[&Everything];
        let mut wishes = Vec::new();
        Dispatch::new(ALL).wishes(path, mode, &mut wishes);
        let found = wishes.first().map(|wish| wish.wanted.pattern);
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn each_sort_of_pattern_finds_its_files_and_no_others() {
        check("a/b/package.json", 0o644, Some(Pattern::Name("package.json")));
        check("a/b/package.json.bak", 0o644, None);
        check("opt/App.JAR", 0o644, Some(Pattern::Suffix(".jar")));
        check("opt/jar", 0o644, None);
        let rpm = Pattern::Path("var/lib/rpm/rpmdb.sqlite");
        check("var/lib/rpm/rpmdb.sqlite", 0o644, Some(rpm));
        check("mnt/var/lib/rpm/rpmdb.sqlite", 0o644, None);
        let list = Pattern::Inside("var/lib/dpkg/info", ".list");
        check("var/lib/dpkg/info/libc6:amd64.list", 0o644, Some(list));
        check("var/lib/dpkg/info/libc6:amd64.md5sums", 0o644, None);
        check("usr/bin/dockerd", 0o755, Some(Pattern::Executable));
        check("usr/lib/libc.so.6", 0o755, None);
    }

    #[test]
    fn a_companion_is_told_apart_from_its_main_file() {
        static ALL: &[&dyn Analyzer] = &[&Everything];
        let dispatch = Dispatch::new(ALL);
        let mut wishes = Vec::new();
        let role = dispatch.wishes("var/lib/rpm/rpmdb.sqlite-wal", 0o644, &mut wishes);
        assert_eq!(role, Role::Companion { suffix: 4 });
        assert!(wishes.is_empty());
    }
}
