//! Mach-O, 32 and 64 bit, and universal files that wrap several.

use object::Endianness;
use object::macho::{FatArch32, FatHeader, MachHeader32, MachHeader64, VM_PROT_WRITE};
use object::pod::{from_bytes, slice_from_all_bytes};
use object::read::macho::{MachHeader, Section as _, Segment as _};

use super::{Area, Executable, Malformed, Section, TABLE_LIMIT, name, table};
use crate::view::View;

const MAGICS_32: [[u8; 4]; 2] = [[0xfe, 0xed, 0xfa, 0xce], [0xce, 0xfa, 0xed, 0xfe]];
const MAGICS_64: [[u8; 4]; 2] = [[0xfe, 0xed, 0xfa, 0xcf], [0xcf, 0xfa, 0xed, 0xfe]];
const MAGIC_UNIVERSAL: [u8; 4] = [0xca, 0xfe, 0xba, 0xbe];
/// Java class files share the universal magic number; the next word is their version, which began
/// at 45, while nobody has shipped this many architectures.
const MAXIMUM_ARCHITECTURES: u32 = 42;

pub(super) fn has_magic(head: &[u8]) -> bool {
    let Some(magic) = head.first_chunk::<4>() else { return false };
    MAGICS_32.contains(magic) || MAGICS_64.contains(magic) || is_universal(head)
}

fn is_universal(head: &[u8]) -> bool {
    match head.split_first_chunk::<4>() {
        Some((&MAGIC_UNIVERSAL, rest)) => rest
            .first_chunk::<4>()
            .is_some_and(|count| (1..=MAXIMUM_ARCHITECTURES).contains(&u32::from_be_bytes(*count))),
        _ => false,
    }
}

pub(super) fn layout(view: View<'_>) -> Result<Executable<'_>, Malformed> {
    let head = view.bytes_at(0, 8)?;
    let view = if is_universal(&head) { first_architecture(view)? } else { view };
    let magic = view.bytes_at(0, 4)?;
    if MAGICS_64.iter().any(|known| *known == *magic) {
        layout_of::<MachHeader64<Endianness>>(view)
    } else if MAGICS_32.iter().any(|known| *known == *magic) {
        layout_of::<MachHeader32<Endianness>>(view)
    } else {
        Err(Malformed("universal binary without a mach-o file".to_owned()))
    }
}

fn first_architecture(view: View<'_>) -> Result<View<'_>, Malformed> {
    let bytes = table(view, size_of::<FatHeader>() as u64, 1, size_of::<FatArch32>())?;
    let entries = slice_from_all_bytes::<FatArch32>(&bytes).unwrap_or_default();
    let first = entries.first().ok_or_else(|| Malformed("empty universal binary".to_owned()))?;
    let endian = object::BigEndian;
    Ok(view.part(first.offset.get(endian).into(), first.size.get(endian).into()))
}

fn layout_of<H>(view: View<'_>) -> Result<Executable<'_>, Malformed>
where
    H: MachHeader<Endian = Endianness>,
{
    let head = view.bytes_at(0, size_of::<H>())?;
    let Ok((header, _)) = from_bytes::<H>(&head) else {
        return Err(Malformed("mach-o header too short".to_owned()));
    };
    let endian = header.endian()?;
    let commands = usize::try_from(header.sizeofcmds(endian)).unwrap_or(usize::MAX);
    if commands > TABLE_LIMIT {
        return Err(Malformed(format!("load commands of {commands} bytes are too long")));
    }
    let bytes = view.bytes_at(0, size_of::<H>() + commands)?;
    let mut commands = header.load_commands(endian, &*bytes, 0)?;
    let mut executable =
        Executable { view, sections: Vec::new(), loaded: Vec::new(), names_sections: true };
    while let Some(command) = commands.next()? {
        let Some((segment, sections)) = H::Segment::from_command(command)? else { continue };
        let writable = segment.initprot(endian).0 & VM_PROT_WRITE.0 != 0;
        executable.loaded.push(Area {
            address: segment.vmaddr(endian).into(),
            offset: segment.fileoff(endian).into(),
            size: segment.filesize(endian).into(),
            writable,
        });
        for section in segment.sections(endian, sections)? {
            let area = Area {
                address: section.addr(endian).into(),
                offset: section.offset(endian).into(),
                size: section.size(endian).into(),
                writable,
            };
            executable.sections.push(Section { name: name(section.sectname()), area });
        }
    }
    Ok(executable)
}
