//! Finding a feed's files and reading them entry by entry, packed or unpacked.
//!
//! Archives are tar (POSIX.1-1988 ustar, with GNU `L` long names and the `path` record of
//! POSIX.1-2001 pax headers) inside zstd, xz or bzip2; nothing is written to disk, links and
//! special files are passed over. Limits: [`MAX_ENTRY`] for one file inside an archive or
//! directory, [`MAX_DOCUMENT`] for a feed that is a single file, [`MAX_STREAM`] for what an
//! archive unpacks to.

mod archive;

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::{Error, Intake};

const MAX_ENTRY: u64 = 16 << 20;
const MAX_DOCUMENT: u64 = 512 << 20;
const MAX_STREAM: u64 = 16 << 30;
const MAX_DEPTH: usize = 16;
const BUFFER: usize = 256 << 10;

/// One file of a feed, whole in memory.
#[derive(Debug, Clone, Copy)]
pub struct FeedFile<'a> {
    /// The file's path below the feeds directory, without the suffix of its compression. For
    /// entries of an archive the path inside it follows the archive's:
    /// `rustsec.tar.zst/crates/time/RUSTSEC-2020-0071.md`.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

impl FeedFile<'_> {
    /// The last component of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The content as text.
    ///
    /// # Errors
    /// A message for a problem when it is not UTF-8.
    pub fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(self.bytes).map_err(|error| format!("not UTF-8: {error}"))
    }
}

/// The files of one feed that were found.
#[derive(Debug, Default)]
pub struct Files {
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    /// Path below the feeds directory.
    name: String,
    /// The same without the suffixes of packing.
    stem: String,
    path: PathBuf,
    packing: Packing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Directory,
    File(Compression),
    Tar(Compression),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    None,
    Bzip2,
    Xz,
    Zstd,
}

const SUFFIXES: [(&str, Compression); 3] =
    [(".zst", Compression::Zstd), (".xz", Compression::Xz), (".bz2", Compression::Bzip2)];

impl Files {
    /// Looks for `wanted` below `directory`. Where a file is there in several packings the first
    /// name in byte order counts.
    pub(crate) fn find(directory: &Path, wanted: &[&str]) -> Result<Self, Error> {
        let mut found: Vec<Found> = Vec::new();
        for pattern in wanted {
            let (parent, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
            let below = |name: &str| match parent {
                "" => name.to_owned(),
                _ => format!("{parent}/{name}"),
            };
            for name in names(&directory.join(parent))? {
                let path = directory.join(parent).join(&name);
                let (stem, packing) = unpacked_name(&name, path.is_dir());
                let (name, fits, stem) = (below(&name), matches(last, stem), below(stem));
                if fits && !found.iter().any(|known| known.stem == stem) {
                    found.push(Found { name, stem, path, packing });
                }
            }
        }
        Ok(Self { found })
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The names found, below the feeds directory.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.found.iter().map(|found| found.name.as_str())
    }

    /// Hands every file to `visit`, in the order of the archive or, for directories, of names.
    /// A file that is too large becomes a problem.
    ///
    /// # Errors
    /// When a file or archive can't be read to its end.
    pub fn each(
        &self,
        intake: &mut Intake<'_>,
        mut visit: impl FnMut(FeedFile<'_>, &mut Intake<'_>),
    ) -> Result<(), Error> {
        for found in &self.found {
            found.each(intake, &mut visit).map_err(Error::unreadable(&found.path))?;
        }
        Ok(())
    }
}

type Visit<'v> = dyn FnMut(FeedFile<'_>, &mut Intake<'_>) + 'v;

impl Found {
    fn each(&self, intake: &mut Intake<'_>, visit: &mut Visit<'_>) -> io::Result<()> {
        match self.packing {
            Packing::Directory => walk(&self.path, &self.name, 0, intake, visit),
            Packing::Tar(compression) => {
                let reader = reader(&self.path, compression)?.take(MAX_STREAM);
                archive::each(reader, &self.name, intake, visit)
            }
            Packing::File(compression) => {
                let limit = MAX_DOCUMENT;
                document(reader(&self.path, compression)?, &self.stem, limit, intake, visit)
            }
        }
    }
}

fn walk(
    directory: &Path,
    name: &str,
    depth: usize,
    intake: &mut Intake<'_>,
    visit: &mut Visit<'_>,
) -> io::Result<()> {
    if depth > MAX_DEPTH {
        intake.problem(name, format!("directories deeper than {MAX_DEPTH}"));
        return Ok(());
    }
    let mut entries: Vec<_> = fs::read_dir(directory)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &inner, depth + 1, intake, visit)?;
        } else if kind.is_file() {
            document(File::open(entry.path())?, &inner, MAX_ENTRY, intake, visit)?;
        }
    }
    Ok(())
}

/// Reads one file whole, unless it is larger than `limit`.
fn document(
    reader: impl Read,
    name: &str,
    limit: u64,
    intake: &mut Intake<'_>,
    visit: &mut Visit<'_>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        intake.problem(name, format!("larger than {limit} bytes"));
    } else {
        visit(FeedFile { path: name, bytes: &bytes }, intake);
    }
    Ok(())
}

fn reader(path: &Path, compression: Compression) -> io::Result<Box<dyn Read>> {
    let file = BufReader::with_capacity(BUFFER, File::open(path)?);
    Ok(match compression {
        Compression::None => Box::new(file),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(file)),
        Compression::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(file, true, 256 << 10)),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(file)?),
    })
}

/// Names directly inside a directory, sorted; none when there is no such directory.
fn names(directory: &Path) -> Result<Vec<String>, Error> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::unreadable(directory)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::unreadable(directory))?;
        names.extend(entry.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// Strips what packing added to a name.
fn unpacked_name(name: &str, is_directory: bool) -> (&str, Packing) {
    if is_directory {
        return (name, Packing::Directory);
    }
    let (name, compression) = SUFFIXES
        .iter()
        .find_map(|&(suffix, compression)| Some((name.strip_suffix(suffix)?, compression)))
        .unwrap_or((name, Compression::None));
    match name.strip_suffix(".tar") {
        Some(stem) => (stem, Packing::Tar(compression)),
        None => (name, Packing::File(compression)),
    }
}

/// Whether a name fits a pattern with at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
        }
    }
}
