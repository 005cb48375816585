//! The visitor of a layer walk: keeps what analyzers want, runs them, and notes everything that
//! merging needs later.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use seawall_image::{
    Entry, EntryKind, FilePart, Interest, VisitError, Visitor, Whiteout, whiteout,
};
use seawall_model::Problem;
use seawall_packages::{Facts, File, Pattern, path_hash};

use super::dispatch::{Dispatch, Role, Wish};
use super::spool::Held;
use super::{FileFacts, LayerFacts, PathHashes};

/// Enough to recognise an executable format and the notes at its start.
const HEAD_BYTES: usize = 4096;

/// Files up to this size are read whole even where they could be read in place.
const STORED_BYTES: u64 = 64 << 10;

/// Files up to this size are held in memory, larger ones in a temporary file.
const MEMORY_BYTES: u64 = 4 << 20;

/// Beyond this many packages a layer is hostile: the largest real images have some ten thousand.
const MAX_PACKAGES: usize = 250_000;

/// Beyond this the facts of a layer are hostile; those of real layers take a few MiB. Bounds what
/// names without end, or hard links to the same lockfile without end, can make us remember.
const MAX_WEIGHT: u64 = 128 << 20;

/// Names of hard links that wait for the end of the layer.
const MAX_LINK_BYTES: usize = 16 << 20;

/// Content of large files that is copied to temporary files for one layer, in bytes. A sparse
/// file of a few bytes may claim to be as large as its format allows, and a layer may hold
/// millions of them.
const MAX_SPOOLED: u64 = 16 << 30;

/// Beyond this many problems in one layer the rest is only counted.
const MAX_PROBLEMS: usize = 200;

/// Collects the facts of one layer.
pub(crate) struct Collector<'a> {
    dispatch: &'a Dispatch,
    /// Bytes an analyzer may hold for one file.
    memory: u64,
    facts: LayerFacts,
    entries: Vec<u64>,
    removed: Vec<u64>,
    opaque: Vec<u64>,
    wishes: Vec<Wish>,
    role: Role,
    buffer: Vec<u8>,
    read: HashSet<u64>,
    links: Vec<(String, String)>,
    link_bytes: usize,
    links_left_out: usize,
    awaiting_companion: Vec<(String, Vec<Wish>, Held)>,
    /// By the path of the file they belong to.
    companions: HashMap<String, (String, Held)>,
    packages: usize,
    weight: u64,
    spooled: u64,
    problems_left_out: usize,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(dispatch: &'a Dispatch, memory: u64) -> Self {
        Self {
            dispatch,
            memory,
            facts: LayerFacts::default(),
            entries: Vec::new(),
            removed: Vec::new(),
            opaque: Vec::new(),
            wishes: Vec::new(),
            role: Role::Main,
            buffer: Vec::new(),
            read: HashSet::new(),
            links: Vec::new(),
            link_bytes: 0,
            links_left_out: 0,
            awaiting_companion: Vec::new(),
            companions: HashMap::new(),
            packages: 0,
            weight: 0,
            spooled: 0,
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
        self.facts.removed = PathHashes::new(self.removed);
        self.facts.opaque = PathHashes::new(self.opaque);
        self.facts
    }

    /// A layer may hold a path twice; what is extracted last stays.
    fn keep_last_of_each_path(&mut self) {
        let mut seen = HashSet::new();
        self.facts.files.reverse();
        self.facts
            .files
            .retain(|file| seen.insert((path_hash(&file.path), path_hash(&file.analyzer))));
        self.facts.files.reverse();
    }

    /// A hard link shares its target's content, so it says what the target said.
    fn resolve_links(&mut self) {
        let mut by_path: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, file) in self.facts.files.iter().enumerate() {
            by_path.entry(path_hash(&file.path)).or_default().push(index);
        }
        for (path, target) in std::mem::take(&mut self.links) {
            let said = by_path.get(&path_hash(&target)).map(Vec::as_slice).unwrap_or_default();
            if said.is_empty() && !self.read.contains(&path_hash(&target)) {
                self.wishes.clear();
                self.dispatch.wishes(&path, 0, &mut self.wishes);
                if !self.wishes.is_empty() {
                    let message = format!("hard link to {target}, whose content was not read");
                    self.problem(Problem::at(&*path, message));
                }
            }
            for &index in said {
                let file = &self.facts.files[index];
                // Copying what will not be kept would cost as much as keeping it.
                if self.packages + file.facts.packages.len() > MAX_PACKAGES
                    || self.weight + file.weight() > MAX_WEIGHT
                {
                    let message = "hard link to a file whose facts are too many to repeat";
                    self.problem(Problem::at(&*path, message));
                    continue;
                }
                let copy = renamed(file, &path);
                self.keep(copy);
            }
        }
        if self.links_left_out > 0 {
            let message = format!("{} hard links are too many to follow", self.links_left_out);
            self.problem(Problem { path: None, message });
        }
    }

    /// Keeps the facts of a file as long as there are not too many.
    fn keep(&mut self, file: FileFacts) {
        let packages = self.packages.saturating_add(file.facts.packages.len());
        let weight = self.weight.saturating_add(file.weight());
        let message = if packages > MAX_PACKAGES {
            format!("more than {MAX_PACKAGES} packages in this layer")
        } else if weight > MAX_WEIGHT {
            format!("more than {MAX_WEIGHT} bytes of facts in this layer")
        } else {
            (self.packages, self.weight) = (packages, weight);
            self.facts.files.push(file);
            return;
        };
        self.problem(Problem::at(file.path, message));
    }

    /// Remembers a hard link under a name that an analyzer wants.
    fn link(&mut self, path: &str, mode: u32, target: &str) {
        self.wishes.clear();
        self.dispatch.wishes(path, mode, &mut self.wishes);
        if self.wishes.is_empty() {
            return;
        }
        self.link_bytes += path.len() + target.len() + size_of::<(String, String)>();
        if self.link_bytes > MAX_LINK_BYTES {
            self.links_left_out += 1;
            return;
        }
        self.links.push((path.to_owned(), target.to_owned()));
    }

    /// Whether a file of this size may still be held; one that may not is a problem.
    fn affords(&mut self, path: &str, size: u64) -> bool {
        if size <= MEMORY_BYTES {
            return true;
        }
        self.spooled = self.spooled.saturating_add(size);
        if self.spooled > MAX_SPOOLED {
            let message = format!("large files of this layer exceed {MAX_SPOOLED} bytes together");
            self.problem(Problem::at(path, message));
        }
        self.spooled <= MAX_SPOOLED
    }

    /// Holds a companion until its file is there too.
    fn companion(
        &mut self,
        entry: &Entry<'_>,
        suffix: usize,
        reader: &mut dyn Read,
    ) -> Result<(), VisitError> {
        let main = entry.path.len().saturating_sub(suffix);
        let main = entry.path.get(..main).unwrap_or_default().to_owned();
        self.wishes.clear();
        self.dispatch.wishes(&main, 0, &mut self.wishes);
        self.drop_oversized(entry.path, entry.size);
        if !self.wishes.is_empty() && self.affords(entry.path, entry.size) {
            let held = Held::take(&[], reader, entry.size, MEMORY_BYTES, Vec::new())?;
            self.companions.insert(main, (entry.path.to_owned(), held));
        }
        Ok(())
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
            if facts != Facts::default() {
                let analyzer = wish.analyzer.id().to_owned();
                self.keep(FileFacts { path: path.to_owned(), analyzer, facts });
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
            } else {
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
                self.removed.push(path_hash(&path));
                return Interest::Skip;
            }
            Some(Whiteout::Opaque(directory)) => {
                self.opaque.push(path_hash(directory));
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
                    self.link(entry.path, entry.mode, target);
                }
                Interest::Skip
            }
            _ => Interest::Skip,
        }
    }

    fn content(&mut self, entry: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        if let Role::Companion { suffix } = self.role {
            return self.companion(entry, suffix, reader);
        }
        let mut head = [0; HEAD_BYTES];
        let head = filled(reader, &mut head)?;
        if !self.still_wants(entry, head) || !self.affords(entry.path, entry.size) {
            return Ok(());
        }
        let buffer = std::mem::take(&mut self.buffer);
        let held = Held::take(head, reader, entry.size, MEMORY_BYTES, buffer)?;
        self.hand_over(entry, held);
        Ok(())
    }

    fn stored(&mut self, entry: &Entry<'_>, part: FilePart) -> bool {
        if self.role != Role::Main || entry.size <= STORED_BYTES {
            return false;
        }
        let mut head = [0; HEAD_BYTES];
        // What can't be read the analyzers will find out and say.
        let length = part.read_at(0, &mut head).unwrap_or(0);
        if self.still_wants(entry, &head[..length]) {
            self.hand_over(entry, Held::Stored(part));
        }
        true
    }
}

impl Collector<'_> {
    /// Whether any analyzer wants the file after a look at its first bytes and its size.
    fn still_wants(&mut self, entry: &Entry<'_>, head: &[u8]) -> bool {
        self.wishes.retain(|wish| {
            wish.wanted.pattern != Pattern::Executable || wish.analyzer.accepts(head)
        });
        // After the first look: most large files with an execute bit are nothing we could read.
        self.drop_oversized(entry.path, entry.size);
        self.read.insert(path_hash(entry.path));
        !self.wishes.is_empty()
    }

    /// Runs the analyzers, or lets the file wait for its companion.
    fn hand_over(&mut self, entry: &Entry<'_>, held: Held) {
        let wishes = std::mem::take(&mut self.wishes);
        if wishes.iter().any(|wish| wish.wanted.companion.is_some()) {
            // What is extracted last stays; what came before must not stay in memory.
            self.awaiting_companion.retain(|(path, ..)| path != entry.path);
            self.awaiting_companion.push((entry.path.to_owned(), wishes, held));
        } else {
            self.run(entry.path, &wishes, &held, None);
            self.buffer = held.into_buffer().unwrap_or(std::mem::take(&mut self.buffer));
            self.wishes = wishes;
        }
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
