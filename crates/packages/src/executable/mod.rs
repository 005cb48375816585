//! Where the parts of an executable lie: ELF (System V gABI, chapters 4 and 5), PE ("PE Format",
//! Microsoft) and Mach-O (`mach-o/loader.h`), the first architecture of a universal one included.
//!
//! Only headers are read, a few KiB whatever the size of the file; symbols and code are not
//! looked at. Analyzers find their data by section name, or by address where a format points.

mod elf;
mod macho;
mod pe;
#[cfg(test)]
pub(crate) mod sample;

use std::io;

use crate::Content;
use crate::view::View;

/// Longest header table that is read, in bytes; the largest of real linkers stay far below.
const TABLE_LIMIT: usize = 1 << 20;
/// Longest section name that is kept, in bytes; those looked for are shorter.
const NAME_LIMIT: usize = 32;

/// The layout of one executable.
pub(crate) struct Executable<'a> {
    view: View<'a>,
    sections: Vec<Section>,
    /// What is loaded from the file into memory.
    loaded: Vec<Area>,
    /// Whether its sections carry the names that looking for data by name relies on. PE linkers
    /// merge sections, and an ELF file may come without any.
    pub(crate) names_sections: bool,
}

/// A named part.
pub(crate) struct Section {
    name: Vec<u8>,
    area: Area,
}

/// Bytes in the file and their address in memory.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    /// Address of the first byte.
    pub(crate) address: u64,
    /// Offset of the first byte in the file.
    pub(crate) offset: u64,
    /// Bytes in the file; 0 where memory is only reserved.
    pub(crate) size: u64,
    /// Whether the program may write there.
    writable: bool,
}

/// Whether a file that begins with `head` is in one of the formats.
pub(crate) fn has_magic(head: &[u8]) -> bool {
    head.starts_with(b"\x7fELF") || head.starts_with(b"MZ") || macho::has_magic(head)
}

impl<'a> Executable<'a> {
    /// The layout, or `None` when the content is no executable.
    ///
    /// # Errors
    /// What is wrong with the headers.
    pub(crate) fn read(content: &'a dyn Content) -> Result<Option<Self>, String> {
        let view = View::whole(content);
        let mut head = [0; 8];
        let layout = match view.read_at(0, &mut head) {
            Ok(8) if head.starts_with(b"\x7fELF") => elf::layout(view).map(Some),
            Ok(8) if head.starts_with(b"MZ") => pe::layout(view),
            Ok(8) if macho::has_magic(&head) => macho::layout(view).map(Some),
            Ok(_) => Ok(None),
            Err(error) => Err(error.into()),
        };
        layout.map_err(|Malformed(reason)| format!("executable headers: {reason}"))
    }

    /// The first section of that name which has bytes in the file.
    pub(crate) fn section(&self, name: &str) -> Option<Area> {
        let named = |section: &&Section| section.name == name.as_bytes() && section.area.size > 0;
        self.sections.iter().find(named).map(|section| section.area)
    }

    /// The loaded parts that the program may write to.
    pub(crate) fn data(&self) -> impl Iterator<Item = Area> {
        self.loaded.iter().copied().filter(|area| area.writable)
    }

    /// The bytes of a part.
    pub(crate) fn view(&self, area: Area) -> View<'a> {
        self.view.part(area.offset, area.size)
    }

    /// Exactly `length` bytes at a memory address.
    ///
    /// # Errors
    /// `UnexpectedEof` when they are not loaded from the file as one piece.
    pub(crate) fn bytes_at_address(&self, address: u64, length: usize) -> io::Result<Vec<u8>> {
        let found = self.loaded.iter().find_map(|area| {
            let offset = address.checked_sub(area.address)?;
            (offset < area.size).then_some((*area, offset))
        });
        let (area, offset) = found.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.view(area).bytes_at(offset, length)
    }
}

/// What is wrong with the headers, in a few words.
struct Malformed(String);

impl From<io::Error> for Malformed {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self("end before their tables do".to_owned()),
            _ => Self(error.to_string()),
        }
    }
}

impl From<object::Error> for Malformed {
    fn from(error: object::Error) -> Self {
        Self(error.to_string().to_lowercase())
    }
}

/// A table of `count` entries of `size` bytes, refused when it is longer than any real one.
fn table(view: View<'_>, offset: u64, count: usize, size: usize) -> Result<Vec<u8>, Malformed> {
    match count.checked_mul(size) {
        Some(length) if length <= TABLE_LIMIT => Ok(view.bytes_at(offset, length)?),
        _ => Err(Malformed(format!("a table of {count} entries is too long"))),
    }
}

/// A name up to its first zero byte.
fn name(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.get(..NAME_LIMIT).unwrap_or(bytes);
    bytes.iter().copied().take_while(|&byte| byte != 0).collect()
}
