//! PE, 32 and 64 bit.

use object::LittleEndian as LE;
use object::pe::{
    IMAGE_NT_OPTIONAL_HDR64_MAGIC, IMAGE_SCN_MEM_WRITE, ImageFileHeader, ImageSectionHeader,
};
use object::pod::{from_bytes, slice_from_all_bytes};

use super::{Area, Executable, Malformed, Section, name, table};
use crate::view::View;

/// Where the DOS header points to the PE signature.
const SIGNATURE_POINTER: u64 = 0x3c;

/// The layout, or `None` for a program for DOS.
pub(super) fn layout(view: View<'_>) -> Result<Option<Executable<'_>>, Malformed> {
    let Ok(pointer) = view.bytes_at(SIGNATURE_POINTER, 4) else { return Ok(None) };
    let signature = u64::from(word(&pointer));
    match view.bytes_at(signature, 4) {
        Ok(bytes) if bytes == b"PE\0\0" => {}
        _ => return Ok(None),
    }
    let header_offset = signature + 4;
    let optional_offset = header_offset + size_of::<ImageFileHeader>() as u64;
    let header = view.bytes_at(header_offset, size_of::<ImageFileHeader>())?;
    let Ok((header, _)) = from_bytes::<ImageFileHeader>(&header) else { return Ok(None) };
    let base = image_base(view, optional_offset)?;
    let count = usize::from(header.number_of_sections.get(LE));
    let offset = optional_offset + u64::from(header.size_of_optional_header.get(LE));
    let bytes = table(view, offset, count, size_of::<ImageSectionHeader>())?;
    let sections: Vec<Section> = slice_from_all_bytes::<ImageSectionHeader>(&bytes)
        .unwrap_or_default()
        .iter()
        .map(|section| Section {
            name: name(&section.name),
            area: Area {
                address: base.saturating_add(section.virtual_address.get(LE).into()),
                offset: section.pointer_to_raw_data.get(LE).into(),
                size: section.size_of_raw_data.get(LE).into(),
                writable: section.characteristics.get(LE).0 & IMAGE_SCN_MEM_WRITE.0 != 0,
            },
        })
        .collect();
    let loaded = sections.iter().map(|section| section.area).collect();
    Ok(Some(Executable { view, sections, loaded, names_sections: false }))
}

/// The preferred load address, which the optional header keeps at a place that depends on its
/// magic number ("Optional Header Windows-Specific Fields").
fn image_base(view: View<'_>, offset: u64) -> Result<u64, Malformed> {
    let optional = view.bytes_at(offset, 32)?;
    let magic = word(optional.get(..2).unwrap_or_default());
    Ok(if magic == u32::from(IMAGE_NT_OPTIONAL_HDR64_MAGIC) {
        let low = word(optional.get(24..28).unwrap_or_default());
        let high = word(optional.get(28..32).unwrap_or_default());
        u64::from(high) << 32 | u64::from(low)
    } else {
        word(optional.get(28..32).unwrap_or_default()).into()
    })
}

/// Up to four bytes, least significant first.
fn word(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |value, &byte| value << 8 | u32::from(byte))
}
