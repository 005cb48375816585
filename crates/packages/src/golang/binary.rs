//! Build information in Go executables (Go standard library, `debug/buildinfo`).
//!
//! It begins with a magic number on a 16-byte boundary, in a section of its own where the format
//! has named sections and otherwise somewhere in the data. Since Go 1.18 the toolchain's version
//! and the module text follow inline, each behind a length; before, two pointers led to Go string
//! headers. Build settings and checksums are ignored.

use std::io;

use seawall_model::{Location, Package, PackageKind, Problem};

use super::build_info::{modules, release};
use crate::executable::{Area, Executable};
use crate::view::View;
use crate::{Facts, File};

const MAGIC: &[u8] = b"\xff Go buildinf:";
const ALIGNMENT: usize = 16;
/// Magic number, pointer size and flags, or also the two pointers of the older form.
const HEADER: usize = 32;
const POINTER_SIZE: usize = 14;
const FLAGS: usize = 15;
const BIG_ENDIAN: u8 = 1;
const INLINE: u8 = 2;
/// The module text stands between two marks of this length.
const MARK: usize = 16;
/// Longest version and module text that are read, in bytes.
const VERSION_LIMIT: u64 = 1 << 10;
const MODULES_LIMIT: u64 = 8 << 20;
/// How far the data of an executable is searched when no section leads to the information.
const SEARCH_LIMIT: u64 = 64 << 20;
const SEARCH_STEP: usize = 64 << 10;

/// Adds the modules that were linked in and the standard library. An executable that was not
/// built by Go adds nothing.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    match build_info(file) {
        Ok(None) => {}
        Ok(Some(info)) => add(file.path, &info, facts),
        Err(reason) => facts.problems.push(Problem::at(file.path, reason)),
    }
}

fn add(path: &str, info: &BuildInfo, facts: &mut Facts) {
    let mut push = |name: &str, version: &str| {
        let location = Location::file(path);
        facts.packages.push(Package::new(PackageKind::Golang, name, version, location));
    };
    push("stdlib", release(&info.toolchain));
    for module in modules(&info.modules) {
        push(module.path, module.version);
    }
}

struct BuildInfo {
    toolchain: String,
    modules: String,
}

fn build_info(file: &File<'_>) -> Result<Option<BuildInfo>, String> {
    let Some(executable) = Executable::read(file.content)? else { return Ok(None) };
    let section =
        executable.section(".go.buildinfo").or_else(|| executable.section("__go_buildinfo"));
    let found = match section {
        Some(area) => search(executable.view(area), SEARCH_LIMIT),
        // Nothing to be found by name: it would be in the data.
        None if !executable.names_sections => search_data(&executable),
        None => return Ok(None),
    };
    let found = found.map_err(|error| error.to_string())?;
    let Some(view) = found else { return Ok(None) };
    decode(&executable, view)
        .map(Some)
        .map_err(|error| format!("go build information: {}", reason(&error)))
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "leads outside the file".to_owned(),
        _ => error.to_string(),
    }
}

fn search_data<'a>(executable: &Executable<'a>) -> io::Result<Option<View<'a>>> {
    let mut left = SEARCH_LIMIT;
    for area in executable.data() {
        let Area { size, .. } = area;
        if let Some(view) = search(executable.view(area), left)? {
            return Ok(Some(view));
        }
        left = left.saturating_sub(size);
    }
    Ok(None)
}

/// The rest of the view from the first magic number on a boundary, within `limit` bytes.
fn search(view: View<'_>, limit: u64) -> io::Result<Option<View<'_>>> {
    let mut buffer = vec![0; SEARCH_STEP.min(usize::try_from(view.size()).unwrap_or(SEARCH_STEP))];
    let end = view.size().min(limit);
    let mut offset = 0;
    // Steps are a multiple of the alignment, so no aligned magic number crosses their border.
    while offset < end {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match view.read_at(offset + filled as u64, rest)? {
                0 => break,
                count => filled += count,
            }
        }
        let read = buffer.get(..filled).unwrap_or_default();
        let aligned = |at: &usize| at.is_multiple_of(ALIGNMENT);
        if let Some(at) = memchr::memmem::find_iter(read, MAGIC).find(aligned) {
            return Ok(Some(view.part(offset + at as u64, u64::MAX)));
        }
        if filled == 0 {
            break;
        }
        offset += filled as u64;
    }
    Ok(None)
}

fn decode(executable: &Executable<'_>, view: View<'_>) -> io::Result<BuildInfo> {
    let header = view.bytes_at(0, HEADER)?;
    let byte = |at: usize| header.get(at).copied().unwrap_or_default();
    let (toolchain, modules) = if byte(FLAGS) & INLINE != 0 {
        let (toolchain, end) = inline_text(view, HEADER as u64, VERSION_LIMIT)?;
        let (modules, _) = inline_text(view, end, MODULES_LIMIT)?;
        (toolchain, modules)
    } else {
        let pointers = Pointers {
            executable,
            size: usize::from(byte(POINTER_SIZE)),
            big_endian: byte(FLAGS) & BIG_ENDIAN != 0,
        };
        let rest = header.get(ALIGNMENT..).unwrap_or_default();
        let toolchain = pointers.text(rest, 0, VERSION_LIMIT)?;
        (toolchain, pointers.text(rest, 1, MODULES_LIMIT)?)
    };
    if toolchain.is_empty() {
        return Err(io::Error::other("no toolchain version"));
    }
    Ok(BuildInfo { toolchain: lossy(toolchain), modules: lossy(unmarked(modules)) })
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The module text without its marks; empty when it is too short to have both.
fn unmarked(mut text: Vec<u8>) -> Vec<u8> {
    let end = text.len().saturating_sub(MARK);
    if end <= MARK || text.get(end - 1) != Some(&b'\n') {
        return Vec::new();
    }
    text.truncate(end);
    text.split_off(MARK)
}

/// A text behind its length (unsigned LEB128), and the offset after it.
fn inline_text(view: View<'_>, offset: u64, limit: u64) -> io::Result<(Vec<u8>, u64)> {
    let mut bytes = [0; 10];
    let count = view.read_at(offset, &mut bytes)?;
    let mut length = 0_u64;
    for (index, byte) in (0_u32..).zip(bytes.iter().take(count)) {
        let bits = u64::from(byte & 0x7f);
        length |= bits.checked_shl(7 * index).unwrap_or_default();
        if byte & 0x80 == 0 {
            let start = offset + u64::from(index) + 1;
            return Ok((
                bounded(length, limit, |length| view.bytes_at(start, length))?,
                start + length,
            ));
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

fn bounded<T>(length: u64, limit: u64, read: impl FnOnce(usize) -> io::Result<T>) -> io::Result<T> {
    match usize::try_from(length) {
        Ok(fitting) if length <= limit => read(fitting),
        _ => Err(io::Error::other(format!("a text of {length} bytes is too long"))),
    }
}

/// How the older form points to its texts.
struct Pointers<'e, 'a> {
    executable: &'e Executable<'a>,
    size: usize,
    big_endian: bool,
}

impl Pointers<'_, '_> {
    /// The text whose Go string header (address and length) the pointer at `index` leads to;
    /// empty when it leads nowhere, as in programs built without modules.
    fn text(&self, pointers: &[u8], index: usize, limit: u64) -> io::Result<Vec<u8>> {
        if !matches!(self.size, 4 | 8) {
            return Err(io::Error::other(format!("pointers of {} bytes", self.size)));
        }
        let header = self.word(pointers, index);
        if header == 0 {
            return Ok(Vec::new());
        }
        let header = self.executable.bytes_at_address(header, 2 * self.size)?;
        let (address, length) = (self.word(&header, 0), self.word(&header, 1));
        if length == 0 {
            return Ok(Vec::new());
        }
        bounded(length, limit, |length| self.executable.bytes_at_address(address, length))
    }

    fn word(&self, bytes: &[u8], index: usize) -> u64 {
        let start = index * self.size;
        let bytes = bytes.get(start..start + self.size).unwrap_or_default();
        let append = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if self.big_endian {
            bytes.iter().fold(0, append)
        } else {
            bytes.iter().rev().fold(0, append)
        }
    }
}
