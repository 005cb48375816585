//! The visitor of a layer walk: keeps what analyzers want, runs them, and notes everything that
//! merging needs later.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use seawall_image::{Entry, EntryKind, Interest, VisitError, Visitor, Whiteout, whiteout};
use seawall_model::Problem;
use seawall_packages::{Facts, File, Pattern, path_hash};

use super::dispatch::{Dispatch, Role, Wish};
use super::spool::Held;
use super::{FileFacts, LayerFacts, PathHashes};

/// Enough to recognise an executable format and the notes at its start.
const HEAD_BYTES: usize = 4096;

/// Files up to this size are held in memory, larger ones in a temporary file.
const MEMORY_BYTES: u64 = 4 << 20;

/// Beyond this many packages a layer is hostile: the largest real images have some ten thousand.
const MAX_PACKAGES: usize = 250_000;

/// Beyond this many problems in one layer the rest is only counted.
const MAX_PROBLEMS: usize = 200;

/// Collects the facts of one layer.
pub(crate) struct Collector<'a> {
    dispatch: &'a Dispatch,
    /// Bytes an analyzer may hold for one file.
    memory: u64,
    facts: LayerFacts,
    entries: Vec<u64>,
    wishes: Vec<Wish>,
    role: Role,
    buffer: Vec<u8>,
    read: HashSet<u64>,
    links: Vec<(String, String)>,
    awaiting_companion: Vec<(String, Vec<Wish>, Held)>,
    /// By the path of the file they belong to.
    companions: HashMap<String, (String, Held)>,
    packages: usize,
    problems_left_out: usize,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(dispatch: &'a Dispatch, memory: u64) -> Self {
        Self {
            dispatch,
            memory,
            facts: LayerFacts::default(),
            entries: Vec::new(),
            wishes: Vec::new(),
            role: Role::Main,
            buffer: Vec::new(),
            read: HashSet::new(),
            links: Vec::new(),
            awaiting_companion: Vec::new(),
            companions: HashMap::new(),
            packages: 0,
            problems_left_out: 0,
        }
    }

    /// Ends the layer: files that wait for companions are read and hard links resolved.
    pub(crate) fn finish(mut self) -> LayerFacts {
        for (path, wishes, held) in std::mem::take(&mut self.awaiting_companion) {
            let companion = self.companions.remove(&path);
            self.run(&path, &wishes, &held, companion.as_ref().map(|(_, held)| held));
        }
        // A companion without its file is handed over alone, for the analyzer to say what it means.
        let mut orphans: Vec<_> = self.companions.drain().collect();
        orphans.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        for (main, (path, held)) in orphans {
            let mut wishes = Vec::new();
            self.dispatch.wishes(&main, 0, &mut wishes);
            self.run(&path, &wishes, &held, None);
        }
        self.keep_last_of_each_path();
        self.resolve_links();
        if self.problems_left_out > 0 {
            let message = format!("{} more problems in this layer", self.problems_left_out);
            self.facts.problems.push(Problem { path: None, message });
        }
        self.facts.entries = PathHashes::new(self.entries);
        self.facts
    }

    /// A layer may hold a path twice; what is extracted last stays.
    fn keep_last_of_each_path(&mut self) {
        let mut seen = HashSet::new();
        self.facts.files.reverse();
        self.facts.files.retain(|file| seen.insert((file.path.clone(), file.analyzer.clone())));
        self.facts.files.reverse();
    }

    /// A hard link shares its target's content, so it says what the target said.
    fn resolve_links(&mut self) {
        let mut by_path: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, file) in self.facts.files.iter().enumerate() {
            by_path.entry(path_hash(&file.path)).or_default().push(index);
        }
        for (path, target) in std::mem::take(&mut self.links) {
            let said = by_path.get(&path_hash(&target)).into_iter().flatten();
            let copies: Vec<FileFacts> =
                said.map(|&index| renamed(&self.facts.files[index], &path)).collect();
            if copies.is_empty() && !self.read.contains(&path_hash(&target)) {
                self.wishes.clear();
                self.dispatch.wishes(&path, 0, &mut self.wishes);
                if !self.wishes.is_empty() {
                    let message = format!("hard link to {target}, whose content was not read");
                    self.problem(Problem::at(path, message));
                }
            }
            self.facts.files.extend(copies);
        }
    }

    fn run(&mut self, path: &str, wishes: &[Wish], held: &Held, companion: Option<&Held>) {
        let file = File {
            path,
            content: held,
            companion: companion.map(|held| held as &dyn seawall_packages::Content),
            memory: self.memory,
        };
        for wish in wishes {
            let mut facts = Facts::default();
            // A defect in one analyzer must not lose the scan; it is reported like broken input.
            let outcome =
                catch_unwind(AssertUnwindSafe(|| wish.analyzer.analyze(&file, &mut facts)));
            if outcome.is_err() {
                let message = format!("the {} analyzer failed on this file", wish.analyzer.id());
                self.problem(Problem::at(path, message));
                continue;
            }
            for problem in std::mem::take(&mut facts.problems) {
                self.problem(problem);
            }
            self.packages += facts.packages.len();
            if self.packages > MAX_PACKAGES {
                let message = format!("more than {MAX_PACKAGES} packages in this layer");
                self.problem(Problem::at(path, message));
                continue;
            }
            if facts != Facts::default() {
                let analyzer = wish.analyzer.id().to_owned();
                self.facts.files.push(FileFacts { path: path.to_owned(), analyzer, facts });
            }
        }
    }

    fn problem(&mut self, problem: Problem) {
        if self.facts.problems.len() < MAX_PROBLEMS {
            self.facts.problems.push(problem);
        } else {
            self.problems_left_out += 1;
        }
    }

    /// Drops wishes for files above their limit, each with a problem.
    fn drop_oversized(&mut self, path: &str, size: u64) {
        for wish in std::mem::take(&mut self.wishes) {
            if size <= wish.wanted.limit {
                self.wishes.push(wish);
            } else if wish.wanted.pattern != Pattern::Executable {
                let limit = wish.wanted.limit;
                let message = format!("{size} bytes exceed the limit of {limit} for this format");
                self.problem(Problem::at(path, message));
            }
        }
    }
}

impl Visitor for Collector<'_> {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        match whiteout(entry.path) {
            Some(Whiteout::Removed(path)) => {
                self.facts.removed.push(path);
                return Interest::Skip;
            }
            Some(Whiteout::Opaque(directory)) => {
                self.facts.opaque.push(directory.to_owned());
                return Interest::Skip;
            }
            None => {}
        }
        if entry.kind == EntryKind::Directory {
            return Interest::Skip;
        }
        self.entries.push(path_hash(entry.path));
        match entry.kind {
            EntryKind::File => {
                self.wishes.clear();
                self.role = self.dispatch.wishes(entry.path, entry.mode, &mut self.wishes);
                let wanted = !self.wishes.is_empty() || self.role != Role::Main;
                if wanted { Interest::Content } else { Interest::Skip }
            }
            EntryKind::Hardlink => {
                if let Some(target) = entry.link {
                    self.links.push((entry.path.to_owned(), target.to_owned()));
                }
                Interest::Skip
            }
            _ => Interest::Skip,
        }
    }

    fn content(&mut self, entry: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        if let Role::Companion { suffix } = self.role {
            let held = Held::take(&[], reader, entry.size, MEMORY_BYTES, Vec::new())?;
            let main = entry.path.len().saturating_sub(suffix);
            let main = entry.path.get(..main).unwrap_or_default().to_owned();
            self.companions.insert(main, (entry.path.to_owned(), held));
            return Ok(());
        }
        self.drop_oversized(entry.path, entry.size);
        let mut head = [0; HEAD_BYTES];
        let head = filled(reader, &mut head)?;
        self.wishes.retain(|wish| {
            wish.wanted.pattern != Pattern::Executable || wish.analyzer.accepts(head)
        });
        self.read.insert(path_hash(entry.path));
        if self.wishes.is_empty() {
            return Ok(());
        }
        let buffer = std::mem::take(&mut self.buffer);
        let held = Held::take(head, reader, entry.size, MEMORY_BYTES, buffer)?;
        let wishes = std::mem::take(&mut self.wishes);
        if wishes.iter().any(|wish| wish.wanted.companion.is_some()) {
            self.awaiting_companion.push((entry.path.to_owned(), wishes, held));
        } else {
            self.run(entry.path, &wishes, &held, None);
            self.buffer = held.into_buffer();
            self.wishes = wishes;
        }
        Ok(())
    }
}

fn renamed(file: &FileFacts, path: &str) -> FileFacts {
    let mut copy = file.clone();
    path.clone_into(&mut copy.path);
    for package in &mut copy.facts.packages {
        path.clone_into(&mut package.location.path);
    }
    copy
}

/// Reads until the buffer is full or the content ends.
fn filled<'b>(reader: &mut dyn Read, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
    let mut length = 0;
    while length < buffer.len() {
        match reader.read(&mut buffer[length..])? {
            0 => break,
            count => length += count,
        }
    }
    Ok(&buffer[..length])
}
