//! Facts of known layers, on disk.
//!
//! Two sorts of file lie in the cache directory. `facts/` holds a layer's facts under a digest
//! that was computed while reading it, together with the analyzers' versions. `stamps/` remembers
//! which digest was computed for a stretch of a local file, keyed by that file's identity (device,
//! inode, times, offset); an unchanged image is then recognised without reading it again. A digest
//! that an image merely declares is never a key, so a forged image can't plant facts for another.
//!
//! Files are written beside their place and renamed into it, so any number of processes may share
//! a directory; a damaged file is treated as absent.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use seawall_image::FileStamp;
use seawall_model::Digest;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::layer::LayerFacts;

/// Raised when the encoding of cached facts changes.
const FORMAT: u32 = 3;

/// A directory of cached facts.
#[derive(Debug, Clone)]
pub struct Cache {
    directory: PathBuf,
    /// Names the analyzers and their versions.
    analyzers: u64,
}

/// What a cache holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheUse {
    /// Layers with facts.
    pub layers: u64,
    /// File stretches recognised without reading.
    pub stamps: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Digests computed for a stretch of a local file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamped {
    pub(crate) stamp: FileStamp,
    pub(crate) blob: Option<Digest>,
    pub(crate) diff_id: Option<Digest>,
}

impl Cache {
    /// A cache in `directory`, which is made readable by its owner only when it does not exist.
    ///
    /// Whoever can write to a cache decides what scans find, so a directory is refused that
    /// belongs to somebody else or that others may write to.
    ///
    /// # Errors
    /// When the directory can't be made, or is refused.
    pub fn open(directory: &Path) -> io::Result<Self> {
        for part in ["facts", "stamps"] {
            make_private(&directory.join(part))?;
        }
        for place in [directory, &directory.join("facts"), &directory.join("stamps")] {
            check_private(place)?;
        }
        let versions: Vec<String> = seawall_packages::ALL
            .iter()
            .map(|analyzer| format!("{}={}", analyzer.id(), analyzer.version()))
            .collect();
        let names = format!("{FORMAT};{}", versions.join(";"));
        Ok(Self { directory: directory.to_owned(), analyzers: xxh3_64(names.as_bytes()) })
    }

    /// The facts of the layer with this computed digest, read with so much memory for each file:
    /// with more, an analyzer may have had more to say.
    pub(crate) fn facts(&self, digest: &Digest, memory: u64) -> Option<LayerFacts> {
        read(&self.facts_path(digest, memory))
    }

    pub(crate) fn keep_facts(
        &self,
        digest: &Digest,
        memory: u64,
        facts: &LayerFacts,
    ) -> io::Result<()> {
        write(&self.facts_path(digest, memory), facts)
    }

    /// The digests computed earlier for exactly these unchanged bytes.
    pub(crate) fn stamped(&self, stamp: &FileStamp) -> Option<Stamped> {
        let stamped: Stamped = read(&self.stamp_path(stamp)?)?;
        (stamped.stamp == *stamp).then_some(stamped)
    }

    pub(crate) fn keep_stamp(&self, stamped: &Stamped) -> io::Result<()> {
        match self.stamp_path(&stamped.stamp) {
            Some(path) => write(&path, stamped),
            None => Ok(()),
        }
    }

    /// Counts what is there.
    ///
    /// # Errors
    /// When the directory can't be listed.
    pub fn usage(&self) -> io::Result<CacheUse> {
        let mut usage = CacheUse::default();
        for (part, count) in [("facts", &mut usage.layers), ("stamps", &mut usage.stamps)] {
            for entry in fs::read_dir(self.directory.join(part))? {
                *count += 1;
                usage.bytes += entry?.metadata()?.len();
            }
        }
        Ok(usage)
    }

    /// Removes everything and says what was there.
    ///
    /// # Errors
    /// When a file can't be removed.
    pub fn clean(&self) -> io::Result<CacheUse> {
        let usage = self.usage()?;
        for part in ["facts", "stamps"] {
            for entry in fs::read_dir(self.directory.join(part))? {
                match fs::remove_file(entry?.path()) {
                    // Another process may be cleaning too.
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(usage)
    }

    /// Where the cache lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn facts_path(&self, digest: &Digest, memory: u64) -> PathBuf {
        let name = format!("{}-{:016x}-{memory}", digest.hex(), self.analyzers);
        self.directory.join("facts").join(name)
    }

    fn stamp_path(&self, stamp: &FileStamp) -> Option<PathBuf> {
        let bytes = postcard::to_stdvec(stamp).ok()?;
        Some(self.directory.join("stamps").join(format!("{:032x}", xxh3_128(&bytes))))
    }
}

/// The checksum before the encoded value, little-endian.
const CHECKSUM: usize = size_of::<u64>();

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let (checksum, body) = bytes.split_first_chunk::<CHECKSUM>()?;
    if u64::from_le_bytes(*checksum) != xxh3_64(body) {
        return None;
    }
    postcard::from_bytes(body).ok()
}

fn write<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let body = postcard::to_stdvec(value).map_err(io::Error::other)?;
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(&xxh3_64(&body).to_le_bytes())?;
    file.write_all(&body)?;
    file.persist(path)?;
    Ok(())
}

/// Checks that nobody but this user (and root) can put files into a directory.
fn check_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o022;
    let metadata = fs::metadata(directory)?;
    let user = rustix::process::geteuid().as_raw();
    let reason = if metadata.uid() != user {
        format!("belongs to user {}, not to user {user}", metadata.uid())
    } else if metadata.mode() & OTHERS_WRITE != 0 {
        "can be written to by others".to_owned()
    } else {
        return Ok(());
    };
    let message = format!(
        "{} {reason}; a cache that others can write to is not believed",
        directory.display()
    );
    Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
}

fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}
