//! A real root directory: the machine itself, a mounted image, a build's root file system.
//!
//! Links are never followed, not even ones that appear while the walk is under way: every step
//! opens one name inside a directory that is already open. Only regular files are opened.
//!
//! Left out: what kernels make up (`/proc`, `/sys` and the like, by the type of the file system),
//! and a `/dev` that is a file system of its own.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use seawall_model::Problem;

use crate::{Entry, EntryKind, Error, Interest, Limits, Visitor, path};

/// A root directory to be walked.
#[derive(Debug)]
pub struct RootDirectory {
    path: PathBuf,
    directory: OwnedFd,
}

/// What a walk through a root directory came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RootWalked {
    /// Entries seen.
    pub entries: u64,
    /// Files and directories that could not be read, at most a thousand.
    pub problems: Vec<Problem>,
    /// Further ones beyond those.
    pub more_problems: u64,
}

const PROBLEMS: usize = 1_000;

/// File systems without files of their own, by the magic numbers of statfs(2).
const PSEUDO: &[u64] = &[
    0x0000_0187, // autofs
    0x0000_1cd1, // devpts
    0x0000_9fa0, // proc
    0x0027_e0eb, // cgroup
    0x1980_0202, // mqueue
    0x4249_4e4d, // binfmt_misc
    0x6165_676c, // pstore
    0x6265_6570, // configfs
    0x6265_6572, // sysfs
    0x6367_7270, // cgroup2
    0x6462_6720, // debugfs
    0x6573_5543, // fusectl
    0x6759_6969, // rpc_pipefs
    0x6e73_6673, // nsfs
    0x7363_6673, // securityfs
    0x7472_6163, // tracefs
    0x9584_58f6, // hugetlbfs
    0xcafe_4a11, // bpf
    0xde5e_81e4, // efivarfs
    0xf97c_ff8c, // selinuxfs
];

impl RootDirectory {
    /// Opens the directory.
    ///
    /// # Errors
    /// When it is not there, not a directory or not readable.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = rustix::fs::open(path, flags, Mode::empty())
            .map_err(|error| Error::Open { path: path.to_owned(), source: error.into() })?;
        Ok(Self { path: path.to_owned(), directory })
    }

    /// The path it was opened by.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Shows every entry below the root, directories before what they hold, names in byte order.
    /// What can't be read becomes a problem; files may change while they are read.
    ///
    /// # Errors
    /// When the limits for entries or time are passed, or the visitor asks to stop.
    pub fn walk(&self, limits: &Limits, visitor: &mut dyn Visitor) -> Result<RootWalked, Error> {
        let device = rustix::fs::fstat(&self.directory)
            .map_err(|error| Error::Open { path: self.path.clone(), source: error.into() })?
            .st_dev;
        let mut walk = Walk {
            limits,
            visitor,
            name: self.path.display().to_string(),
            done: RootWalked::default(),
        };
        walk.directory(self.directory.as_fd(), &mut Vec::new(), device, 1)?;
        Ok(walk.done)
    }
}

struct Walk<'a> {
    limits: &'a Limits,
    visitor: &'a mut dyn Visitor,
    name: String,
    done: RootWalked,
}

impl Walk<'_> {
    /// Walks an open directory; `parent` is its path as bytes and the same again on return.
    fn directory(
        &mut self,
        directory: impl AsFd + Copy,
        parent: &mut Vec<u8>,
        device: u64,
        depth: usize,
    ) -> Result<(), Error> {
        let names = match sorted_names(directory) {
            Ok(names) => names,
            Err(error) => {
                self.problem(parent, &error.to_string());
                return Ok(());
            }
        };
        for name in names {
            let length = parent.len();
            if length > 0 {
                parent.push(b'/');
            }
            parent.extend_from_slice(name.to_bytes());
            self.one(directory, &name, parent, device, depth)?;
            parent.truncate(length);
        }
        Ok(())
    }

    fn one(
        &mut self,
        directory: impl AsFd + Copy,
        name: &CStr,
        raw_path: &mut Vec<u8>,
        device: u64,
        depth: usize,
    ) -> Result<(), Error> {
        self.count()?;
        let stat = match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            Err(error) => {
                self.problem(raw_path, &error.to_string());
                return Ok(());
            }
        };
        let mut path = String::new();
        path::text(raw_path, &mut path);
        if let Err(error) = path::check(&path, &self.name, self.limits) {
            self.problem(raw_path, &error.to_string());
            return Ok(());
        }
        let entry =
            |kind, size, link| Entry { path: &path, kind, size, mode: stat.st_mode & 0o7777, link };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                let is_mount = stat.st_dev != device;
                if is_mount && path == "dev" {
                    return Ok(());
                }
                self.visitor.entry(&entry(EntryKind::Directory, 0, None));
                self.enter(directory, name, raw_path, &stat, is_mount, depth)?;
            }
            FileType::RegularFile => {
                let size = u64::try_from(stat.st_size).unwrap_or(0);
                let entry = entry(EntryKind::File, size, None);
                if self.visitor.entry(&entry) == Interest::Content {
                    self.content(directory, name, raw_path, &entry, &stat)?;
                }
            }
            FileType::Symlink => match rustix::fs::readlinkat(directory, name, Vec::new()) {
                Ok(target) => {
                    let mut link = String::new();
                    path::text(target.as_bytes(), &mut link);
                    self.visitor.entry(&entry(EntryKind::Symlink, 0, Some(&link)));
                }
                Err(error) => self.problem(raw_path, &error.to_string()),
            },
            _ => {
                self.visitor.entry(&entry(EntryKind::Other, 0, None));
            }
        }
        Ok(())
    }

    fn enter(
        &mut self,
        directory: impl AsFd,
        name: &CStr,
        raw_path: &mut Vec<u8>,
        stat: &Stat,
        is_mount: bool,
        depth: usize,
    ) -> Result<(), Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let inner = match rustix::fs::openat(directory, name, flags, Mode::empty()) {
            Ok(inner) => inner,
            Err(error) => {
                self.problem(raw_path, &error.to_string());
                return Ok(());
            }
        };
        if is_mount && is_pseudo(&inner) {
            return Ok(());
        }
        if depth >= self.limits.path_depth {
            let limit = self.limits.path_depth;
            self.problem(raw_path, &format!("it is deeper than the limit of {limit} directories"));
            return Ok(());
        }
        self.directory(inner.as_fd(), raw_path, stat.st_dev, depth + 1)
    }

    fn content(
        &mut self,
        directory: impl AsFd,
        name: &CStr,
        raw_path: &[u8],
        entry: &Entry<'_>,
        stat: &Stat,
    ) -> Result<(), Error> {
        // A pipe that took the file's place must not block.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = rustix::fs::openat(directory, name, flags, Mode::empty())
            .and_then(|file| Ok((rustix::fs::fstat(&file)?, file)));
        let file = match opened {
            Ok((now, file)) if (now.st_dev, now.st_ino) == (stat.st_dev, stat.st_ino) => file,
            Ok(_) => {
                self.problem(raw_path, "it was replaced while the directory was being read");
                return Ok(());
            }
            Err(error) => {
                self.problem(raw_path, &error.to_string());
                return Ok(());
            }
        };
        let mut reader = Reporting {
            file: File::from(file).take(entry.size),
            deadline: self.limits.deadline,
            is_late: false,
            failure: None,
        };
        let visited = self.visitor.content(entry, &mut reader);
        if reader.is_late {
            return Err(Error::Deadline { layer: self.name.clone() });
        }
        if let Some(failure) = reader.failure {
            self.problem(raw_path, &failure);
            return Ok(());
        }
        visited.map_err(|source| Error::Visitor {
            layer: self.name.clone(),
            entry: entry.path.to_owned(),
            source,
        })
    }

    fn count(&mut self) -> Result<(), Error> {
        self.done.entries += 1;
        if self.done.entries > self.limits.entries {
            let layer = self.name.clone();
            return Err(Error::TooManyEntries { layer, limit: self.limits.entries });
        }
        if self.limits.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Error::Deadline { layer: self.name.clone() });
        }
        Ok(())
    }

    fn problem(&mut self, raw_path: &[u8], message: &str) {
        if self.done.problems.len() == PROBLEMS {
            self.done.more_problems += 1;
            return;
        }
        let mut text = String::new();
        path::text(raw_path, &mut text);
        self.done.problems.push(Problem::at(text, message));
    }
}

/// Reads until the deadline and remembers that reading failed, which the visitor may not tell.
struct Reporting {
    file: std::io::Take<File>,
    deadline: Option<Instant>,
    is_late: bool,
    failure: Option<String>,
}

impl Read for Reporting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.is_late = true;
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        let count = self.file.read(buffer);
        if let Err(error) = &count
            && error.kind() != std::io::ErrorKind::Interrupted
        {
            self.failure = Some(error.to_string());
        }
        count
    }
}

fn sorted_names(directory: impl AsFd) -> Result<Vec<CString>, Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if !matches!(name.to_bytes(), b"." | b"..") {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[expect(clippy::cast_sign_loss, reason = "the kernel's magic numbers are unsigned 32-bit values")]
fn is_pseudo(directory: &OwnedFd) -> bool {
    rustix::fs::fstatfs(directory)
        .is_ok_and(|status| PSEUDO.contains(&(status.f_type as u64 & 0xffff_ffff)))
}
