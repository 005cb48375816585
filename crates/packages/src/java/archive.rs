//! The zip files that Java archives are (APPNOTE.TXT, sections 4.3 and 4.4).
//!
//! Only the central directory and the few wanted entries are read. An archive stored inside
//! another is read where it lies; a compressed one is inflated into memory, one at each depth.
//! Declared sizes are hints here: what is inflated is counted.

use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder,
    ZipLocator,
};
use seawall_model::{Location, Package, PackageKind, Problem};

use super::SUFFIXES;
use super::identity::identity;
use super::manifest::{Manifest, manifest};
use super::pom_properties::{Coordinates, coordinates};
use crate::view::View;
use crate::{Facts, File};

/// How deep archives are opened; a jar in a war in an ear has depth 3.
const DEPTH_LIMIT: usize = 4;
/// Archives and directory entries read for one file, however its archives nest or overlap.
const ARCHIVES_LIMIT: u32 = 20_000;
const ENTRIES_LIMIT: u32 = 4_000_000;
/// Bytes inflated for one file.
const INFLATED_LIMIT: u64 = 2 << 30;
/// What a compressed byte costs of that beyond as many as came out. Only empty blocks, which an
/// archive made to waste time repeats, take more than they give.
const SURPLUS_COST: u64 = 64;
/// Problems told of one file; archives broken on purpose have no end of them.
const PROBLEMS_LIMIT: usize = 50;
/// Bytes of a `pom.properties` or of a manifest's start that are read.
const TEXT_LIMIT: u64 = 64 << 10;

/// Adds the packages that the archive and the archives in it say they are.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let mut walk = Walk {
        path: file.path,
        memory: file.memory,
        archives: ARCHIVES_LIMIT,
        entries: ENTRIES_LIMIT,
        inflated: INFLATED_LIMIT,
        problems: PROBLEMS_LIMIT,
        facts,
    };
    walk.archive(View::whole(file.content), None, 1);
}

impl ReaderAt for View<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        View::read_at(*self, offset, buffer)
    }
}

/// One file's archives, and what may still be spent on them.
struct Walk<'w> {
    path: &'w str,
    memory: u64,
    archives: u32,
    entries: u32,
    inflated: u64,
    problems: usize,
    facts: &'w mut Facts,
}

/// An entry that tells something.
struct Entry {
    role: Role,
    path: String,
    method: CompressionMethod,
    encrypted: bool,
    place: ZipArchiveEntryWayfinder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Coordinates,
    Manifest,
    Archive,
}

impl Walk<'_> {
    /// Reads the archive found at `inner` inside the file.
    fn archive(&mut self, view: View<'_>, inner: Option<&str>, depth: usize) {
        let Some(archives) = self.archives.checked_sub(1) else { return };
        self.archives = archives;
        if archives == 0 {
            return self.problem(inner, &format!("more than {ARCHIVES_LIMIT} nested archives"));
        }
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let located = ZipLocator::new().locate_in_reader(view, &mut buffer, view.size());
        let archive = match located {
            Ok(archive) => archive,
            Err((_, error)) => {
                return self.problem(inner, &format!("not a zip file: {}", lower(&error)));
            }
        };
        let entries = self.wanted_entries(&archive, &mut buffer, inner);
        drop(buffer);
        self.own_identity(&archive, &entries, inner);
        for entry in entries.iter().filter(|entry| entry.role == Role::Archive) {
            if self.archives == 0 {
                // What is inside would be inflated for nothing.
                break;
            }
            let inner = joined(inner, &entry.path);
            if depth == DEPTH_LIMIT {
                self.problem(Some(&inner), &format!("nested deeper than {DEPTH_LIMIT} archives"));
            } else if let Err(reason) = self.nested(&archive, entry, &inner, depth) {
                self.problem(Some(&inner), &reason);
            }
        }
    }

    /// The entries worth reading; those before an error in the directory are kept.
    fn wanted_entries(
        &mut self,
        archive: &ZipArchive<View<'_>>,
        buffer: &mut [u8],
        inner: Option<&str>,
    ) -> Vec<Entry> {
        let mut wanted = Vec::new();
        let mut entries = archive.entries(buffer);
        loop {
            let entry = match entries.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => break,
                Err(error) => {
                    self.problem(inner, &format!("zip directory: {}", lower(&error)));
                    break;
                }
            };
            self.entries = self.entries.saturating_sub(1);
            if self.entries == 0 {
                self.problem(inner, &format!("more than {ENTRIES_LIMIT} entries"));
                break;
            }
            let path = entry.file_path();
            let Some(role) = role(path.as_ref()) else { continue };
            wanted.push(Entry {
                role,
                path: String::from_utf8_lossy(path.as_ref()).into_owned(),
                method: entry.compression_method(),
                encrypted: entry.flags().is_encrypted(),
                place: entry.wayfinder(),
            });
        }
        wanted
    }

    /// Adds what the archive itself says it is.
    fn own_identity(
        &mut self,
        archive: &ZipArchive<View<'_>>,
        entries: &[Entry],
        inner: Option<&str>,
    ) {
        let mut found: Vec<(Coordinates, String)> = Vec::new();
        let mut described = (Manifest::default(), String::new());
        for entry in entries.iter().filter(|entry| entry.role != Role::Archive) {
            let place = joined(inner, &entry.path);
            match self.content(archive, entry, TEXT_LIMIT) {
                Err(reason) => self.problem(Some(&place), &reason),
                Ok(text) if entry.role == Role::Manifest => {
                    described = (manifest(&String::from_utf8_lossy(&text)), place);
                }
                Ok(text) => {
                    let coordinates = coordinates(&String::from_utf8_lossy(&text));
                    found.extend(coordinates.map(|coordinates| (coordinates, place)));
                }
            }
        }
        let (manifest, manifest_place) = described;
        let file_name = inner.unwrap_or(self.path).rsplit(['/', '!']).next().unwrap_or_default();
        let mut licences = Vec::new();
        if !manifest.bundle_licence.is_empty() {
            licences.push(manifest.bundle_licence.clone());
        }
        // Merged archives keep the descriptors of all and the manifest of any one of them, so
        // beside coordinates only the file name is believed.
        let own = if found.is_empty() {
            identity(file_name, &manifest)
        } else {
            let named = |artifact: &str| found.iter().any(|(one, _)| one.artifact == artifact);
            identity(file_name, &Manifest::default()).filter(|own| !named(&own.artifact))
        };
        let alone = found.len() + usize::from(own.is_some()) == 1;
        if !alone {
            licences.clear();
        }
        for (Coordinates { group, artifact, version }, place) in found {
            self.add(format!("{group}:{artifact}"), version, Some(place), licences.clone());
        }
        if let Some(own) = own {
            let place =
                if own.from_manifest { Some(manifest_place) } else { inner.map(str::to_owned) };
            self.add(own.name, own.version, place, licences);
        }
    }

    /// Reads an archive inside `archive`.
    fn nested(
        &mut self,
        archive: &ZipArchive<View<'_>>,
        entry: &Entry,
        inner: &str,
        depth: usize,
    ) -> Result<(), String> {
        if entry.method == CompressionMethod::STORE && !entry.encrypted {
            let place = archive.get_entry(entry.place).map_err(|error| lower(&error))?;
            let (start, end) = place.compressed_data_range();
            let view = archive.get_ref().part(start, end.saturating_sub(start));
            self.archive(view, Some(inner), depth + 1);
            return Ok(());
        }
        let limit = self.memory;
        if entry.place.uncompressed_size_hint() > limit {
            return Err(too_large(limit));
        }
        let content = self.content(archive, entry, limit.saturating_add(1))?;
        let held = content.len() as u64;
        if held > limit {
            return Err(too_large(limit));
        }
        self.memory = limit - held;
        self.archive(View::whole(&content.as_slice()), Some(inner), depth + 1);
        self.memory = limit;
        Ok(())
    }

    /// Up to `limit` bytes of an entry's content.
    fn content(
        &mut self,
        archive: &ZipArchive<View<'_>>,
        entry: &Entry,
        limit: u64,
    ) -> Result<Vec<u8>, String> {
        if entry.encrypted {
            return Err("is encrypted".to_owned());
        }
        let limit = limit.min(self.inflated);
        if limit == 0 {
            return Err(format!("more than {INFLATED_LIMIT} bytes of nested archives"));
        }
        let place = archive.get_entry(entry.place).map_err(|error| lower(&error))?;
        // The declared size spares growing the buffer; beyond the limit it is not believed.
        let expected = entry.place.uncompressed_size_hint().min(limit);
        let mut content = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
        let mut consumed = 0;
        let outcome = match entry.method {
            CompressionMethod::STORE => place.reader().take(limit).read_to_end(&mut content),
            CompressionMethod::DEFLATE => {
                let mut decoder = DeflateDecoder::new(place.reader());
                let outcome = decoder.by_ref().take(limit).read_to_end(&mut content);
                consumed = decoder.total_in();
                outcome
            }
            method => return Err(format!("compressed with method {method}")),
        };
        let produced = content.len() as u64;
        let surplus = consumed.saturating_sub(produced).saturating_mul(SURPLUS_COST);
        self.inflated = self.inflated.saturating_sub(produced.saturating_add(surplus));
        outcome.map(|_| content).map_err(|error| error.to_string())
    }

    fn add(&mut self, name: String, version: String, inner: Option<String>, licences: Vec<String>) {
        let location = Location { path: self.path.to_owned(), line: None, inner };
        let mut package = Package::new(PackageKind::Maven, name, version, location);
        package.licences = licences;
        self.facts.packages.push(package);
    }

    fn problem(&mut self, inner: Option<&str>, reason: &str) {
        let Some(problems) = self.problems.checked_sub(1) else { return };
        self.problems = problems;
        let message = match inner {
            Some(inner) => format!("java archive: {inner}: {reason}"),
            None => format!("java archive: {reason}"),
        };
        self.facts.problems.push(Problem::at(self.path, message));
    }
}

/// The library's message in the form of ours.
fn lower(error: &rawzip::Error) -> String {
    let message = error.to_string();
    let mut rest = message.chars();
    rest.next().map_or_else(String::new, |first| first.to_lowercase().chain(rest).collect())
}

fn too_large(limit: u64) -> String {
    format!("does not fit into the memory limit of {limit} bytes")
}

/// The path of an entry inside the archive at `inner`.
fn joined(inner: Option<&str>, path: &str) -> String {
    match inner {
        Some(inner) => format!("{inner}!{path}"),
        None => path.to_owned(),
    }
}

/// What the entry at `path` can tell.
fn role(path: &[u8]) -> Option<Role> {
    if path.ends_with(b"/pom.properties") {
        let descriptor = b"META-INF/maven/";
        let at = memchr::memmem::find(path, descriptor)?;
        let starts = at == 0 || path.get(at - 1) == Some(&b'/');
        return starts.then_some(Role::Coordinates);
    }
    if path.eq_ignore_ascii_case(b"META-INF/MANIFEST.MF") {
        return Some(Role::Manifest);
    }
    let is_archive = SUFFIXES.iter().any(|suffix| {
        let end = path.len().checked_sub(suffix.len()).and_then(|start| path.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
    });
    is_archive.then_some(Role::Archive)
}
