//! The smallest executables that carry given sections, for tests of what is read from them. Each
//! is loaded as one writable piece, so that offset 0 lies at [`BASE`].

/// Address of the first byte.
pub(crate) const BASE: u64 = 0x40_0000;
/// Offset of the first section, a multiple of 16.
pub(crate) const FIRST_SECTION: u64 = 0x200;

/// A format a sample can be made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Elf64,
    Elf32BigEndian,
    /// Without a section table.
    ElfSegments,
    Pe,
    MachO,
    /// A Mach-O file in a universal one.
    Universal,
}

impl Format {
    pub(crate) const ALL: [Self; 6] = [
        Self::Elf64,
        Self::Elf32BigEndian,
        Self::ElfSegments,
        Self::Pe,
        Self::MachO,
        Self::Universal,
    ];
}

/// An executable with one section.
pub(crate) fn executable(format: Format, name: &str, content: &[u8]) -> Vec<u8> {
    match format {
        Format::Elf64 => elf(name, content, true, true),
        Format::Elf32BigEndian => elf(name, content, false, true),
        Format::ElfSegments => elf(name, content, true, false),
        Format::Pe => pe(name, content),
        Format::MachO => macho(name, content),
        Format::Universal => {
            let inner = macho(name, content);
            let mut words = Writer { bytes: vec![], big: true };
            words.u32s(&[0xcafe_babe, 1, 0x0100_000c, 0, 0x1000, inner.len() as u32, 12]);
            words.bytes.resize(0x1000, 0);
            words.bytes.extend(inner);
            words.bytes
        }
    }
}

struct Writer {
    bytes: Vec<u8>,
    big: bool,
}

impl Writer {
    fn number(&mut self, value: u64, size: usize) {
        let little = value.to_le_bytes();
        let bytes = &little[..size];
        if self.big {
            self.bytes.extend(bytes.iter().rev());
        } else {
            self.bytes.extend(bytes);
        }
    }

    fn u16s(&mut self, values: &[u16]) {
        values.iter().for_each(|&value| self.number(value.into(), 2));
    }

    fn u32s(&mut self, values: &[u32]) {
        values.iter().for_each(|&value| self.number(value.into(), 4));
    }

    fn name16(&mut self, name: &str) {
        let mut bytes = name.as_bytes().to_vec();
        bytes.resize(16, 0);
        self.bytes.extend(bytes);
    }
}

fn elf(name: &str, content: &[u8], wide: bool, sections: bool) -> Vec<u8> {
    let word = if wide { 8 } else { 4 };
    let mut out = Writer { bytes: vec![], big: !wide };
    let names = format!("\0{name}\0.shstrtab\0");
    let names_at = FIRST_SECTION as usize + content.len();
    let table_at = (names_at + names.len()).next_multiple_of(8);
    let (header, segment, section) = if wide { (64, 56, 64) } else { (52, 32, 40) };
    out.bytes.extend(b"\x7fELF");
    out.bytes.extend([1 + u8::from(wide), 1 + u8::from(!wide), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    out.u16s(&[2, if wide { 62 } else { 8 }]);
    out.u32s(&[1]);
    let table = if sections { table_at as u64 } else { 0 };
    for value in [BASE, header, table] {
        out.number(value, word);
    }
    out.u32s(&[0]);
    let count = if sections { 3 } else { 0 };
    out.u16s(&[header as u16, segment, 1, section, count, count.saturating_sub(1)]);
    let flags = 6;
    out.u32s(&[1]);
    if wide {
        out.u32s(&[flags]);
    }
    for value in [0, BASE, BASE, names_at as u64, names_at as u64] {
        out.number(value, word);
    }
    if !wide {
        out.u32s(&[flags]);
    }
    out.number(16, word);
    out.bytes.resize(FIRST_SECTION as usize, 0);
    out.bytes.extend(content);
    out.bytes.extend(names.as_bytes());
    if !sections {
        return out.bytes;
    }
    out.bytes.resize(table_at, 0);
    let name_offset = name.len() as u32 + 2;
    for (name, kind, address, offset, size) in [
        (0, 0, 0, 0, 0),
        (1, 1, BASE + FIRST_SECTION, FIRST_SECTION, content.len()),
        (name_offset, 3, 0, names_at as u64, names.len()),
    ] {
        out.u32s(&[name, kind]);
        for value in [3, address, offset, size as u64] {
            out.number(value, word);
        }
        out.u32s(&[0, 0]);
        for value in [16, 0] {
            out.number(value, word);
        }
    }
    out.bytes
}

fn pe(name: &str, content: &[u8]) -> Vec<u8> {
    let mut out = Writer { bytes: b"MZ".to_vec(), big: false };
    out.bytes.resize(0x3c, 0);
    out.u32s(&[0x80]);
    out.bytes.resize(0x80, 0);
    out.bytes.extend(b"PE\0\0");
    out.u16s(&[0x8664, 1, 0, 0, 0, 0, 0, 0, 240, 0x22]);
    let optional = out.bytes.len();
    out.u16s(&[0x20b]);
    out.bytes.resize(optional + 24, 0);
    out.number(BASE, 8);
    out.bytes.resize(optional + 240, 0);
    let mut short = name.as_bytes().to_vec();
    short.resize(8, 0);
    out.bytes.extend(short);
    let size = content.len() as u32;
    let start = FIRST_SECTION as u32;
    out.u32s(&[size, start, size, start, 0, 0, 0, 0xc000_0040]);
    out.bytes.resize(FIRST_SECTION as usize, 0);
    out.bytes.extend(content);
    out.bytes
}

fn macho(name: &str, content: &[u8]) -> Vec<u8> {
    let mut out = Writer { bytes: vec![], big: false };
    let command = 72 + 80;
    let whole = FIRST_SECTION + content.len() as u64;
    out.u32s(&[0xfeed_facf, 0x0100_000c, 0, 2, 1, command, 0, 0]);
    out.u32s(&[0x19, command]);
    out.name16("__DATA");
    for value in [BASE, whole, 0, whole] {
        out.number(value, 8);
    }
    out.u32s(&[3, 3, 1, 0]);
    out.name16(name);
    out.name16("__DATA");
    out.number(BASE + FIRST_SECTION, 8);
    out.number(content.len() as u64, 8);
    out.u32s(&[FIRST_SECTION as u32, 4, 0, 0, 0, 0, 0, 0]);
    out.bytes.resize(FIRST_SECTION as usize, 0);
    out.bytes.extend(content);
    out.bytes
}
