//! ELF, 32 and 64 bit, of either byte order.

use object::Endianness;
use object::elf::{FileHeader32, FileHeader64, PF_W, PT_LOAD, SHN_XINDEX, SHT_NOBITS};
use object::pod::slice_from_all_bytes;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};

use super::{Area, Executable, Malformed, Section, TABLE_LIMIT, name, table};
use crate::view::View;

const CLASS: usize = 4;
const CLASS_64: u8 = 2;

pub(super) fn layout(view: View<'_>) -> Result<Executable<'_>, Malformed> {
    let head = view.bytes_at(0, size_of::<FileHeader32<Endianness>>())?;
    if head.get(CLASS) == Some(&CLASS_64) {
        let head = view.bytes_at(0, size_of::<FileHeader64<Endianness>>())?;
        layout_of(view, FileHeader64::<Endianness>::parse(&*head)?)
    } else {
        layout_of(view, FileHeader32::<Endianness>::parse(&*head)?)
    }
}

fn layout_of<'a, H>(view: View<'a>, header: &H) -> Result<Executable<'a>, Malformed>
where
    H: FileHeader<Endian = Endianness>,
{
    let endian = header.endian()?;
    let sections = sections(view, header, endian)?;
    let count = usize::from(header.e_phnum(endian));
    let segments =
        table(view, header.e_phoff(endian).into(), count, size_of::<H::ProgramHeader>())?;
    let loaded = slice_from_all_bytes::<H::ProgramHeader>(&segments)
        .unwrap_or_default()
        .iter()
        .filter(|segment| segment.p_type(endian) == PT_LOAD)
        .map(|segment| Area {
            address: segment.p_vaddr(endian).into(),
            offset: segment.p_offset(endian).into(),
            size: segment.p_filesz(endian).into(),
            writable: segment.p_flags(endian).0 & PF_W.0 != 0,
        })
        .collect();
    let names_sections = !sections.is_empty();
    Ok(Executable { view, sections, loaded, names_sections })
}

/// The sections with their names; none when the section table was stripped off.
fn sections<H>(view: View<'_>, header: &H, endian: Endianness) -> Result<Vec<Section>, Malformed>
where
    H: FileHeader<Endian = Endianness>,
{
    let offset: u64 = header.e_shoff(endian).into();
    if offset == 0 {
        return Ok(Vec::new());
    }
    let entry = size_of::<H::SectionHeader>();
    // Counts and indexes too large for the file header stand in the first section (gABI, "ELF
    // Header", e_shnum and e_shstrndx).
    let first = table(view, offset, 1, entry)?;
    let first = slice_from_all_bytes::<H::SectionHeader>(&first).unwrap_or_default();
    let count = match header.e_shnum(endian) {
        0 => first.first().map_or(0, |section| section.sh_size(endian).into()),
        count => u64::from(count),
    };
    let names_index = match header.e_shstrndx(endian) {
        SHN_XINDEX => first.first().map_or(0, |section| section.sh_link(endian)),
        index => u32::from(index.0),
    };
    let bytes = table(view, offset, usize::try_from(count).unwrap_or(usize::MAX), entry)?;
    let headers = slice_from_all_bytes::<H::SectionHeader>(&bytes).unwrap_or_default();
    let names = match headers.get(usize::try_from(names_index).unwrap_or(usize::MAX)) {
        Some(section) => {
            let names = view.part(section.sh_offset(endian).into(), section.sh_size(endian).into());
            let length = usize::try_from(names.size()).unwrap_or(usize::MAX);
            names.bytes_at(0, length.min(TABLE_LIMIT))?
        }
        None => Vec::new(),
    };
    Ok(headers
        .iter()
        .map(|section| {
            let start = usize::try_from(section.sh_name(endian)).unwrap_or(usize::MAX);
            let in_file = section.sh_type(endian) != SHT_NOBITS;
            let area = Area {
                address: section.sh_addr(endian).into(),
                offset: section.sh_offset(endian).into(),
                size: if in_file { section.sh_size(endian).into() } else { 0 },
                writable: false,
            };
            Section { name: name(names.get(start..).unwrap_or_default()), area }
        })
        .collect())
}
