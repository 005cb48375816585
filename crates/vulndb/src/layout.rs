//! The frame of a database file: header, section table and block directories. Everything here is
//! checked when a database is opened; the blocks that the directories list are checked when they
//! are first used.
//!
//! docs/database-format.md has the layout as a picture.

use std::fmt;

use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Error, error::Part, wire::Reader};

/// The first eight bytes of every database.
pub(crate) const MAGIC: [u8; 8] = *b"SEAWALL\x1a";
/// The version of the format: a reader reads exactly its own.
pub(crate) const VERSION: u32 = 1;
/// Bytes of the header before the section table.
pub(crate) const HEADER_LENGTH: usize = 64;
/// Bytes of a section table entry.
const ENTRY_LENGTH: usize = 32;
/// Bytes of a block directory entry.
const BLOCK_LENGTH: usize = 24;
/// No database has more sections; unknown ones are skipped.
const MAXIMUM_SECTIONS: usize = 64;

/// The sections of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Namespaces, sources and counts; decoded on opening.
    Catalogue,
    /// Package names, each with its row list in every namespace.
    Packages,
    /// Row lists.
    Rows,
    /// Identifiers and aliases, each with its advisories and enrichment.
    Identifiers,
    /// Identifiers, dates and ratings of advisories.
    Facts,
    /// Links of advisories.
    References,
    /// Titles and descriptions of advisories.
    Prose,
    /// What is known about vulnerabilities besides advisories.
    Enrichments,
    /// Texts that many records share: vectors and the names of sources.
    Texts,
    /// Support periods of products.
    Lifecycles,
}

impl Section {
    /// All sections in the order of the file.
    pub(crate) const ALL: [Self; 10] = [
        Self::Catalogue,
        Self::Packages,
        Self::Rows,
        Self::Identifiers,
        Self::Facts,
        Self::References,
        Self::Prose,
        Self::Enrichments,
        Self::Texts,
        Self::Lifecycles,
    ];

    const fn kind(self) -> u32 {
        self as u32 + 1
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Packages => "packages",
            Self::Rows => "rows",
            Self::Identifiers => "identifiers",
            Self::Facts => "facts",
            Self::References => "references",
            Self::Prose => "prose",
            Self::Enrichments => "enrichments",
            Self::Texts => "texts",
            Self::Lifecycles => "lifecycles",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// Where a block lies and what it holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// First byte, from the start of the file.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    /// Length after decompression; equal to the stored length in sections that are not compressed.
    pub(crate) unpacked: usize,
    /// Records in this and all earlier blocks of the section.
    pub(crate) records: u32,
    /// XXH3-64 of the stored bytes.
    pub(crate) checksum: u64,
}

/// The checked frame of a file.
pub(crate) struct Frame {
    /// SHA-256 of everything after the header.
    pub(crate) digest: [u8; 32],
    /// The blocks of each section, in the order of [`Section::ALL`].
    pub(crate) sections: Vec<Vec<Block>>,
}

impl Frame {
    /// Reads and checks the frame.
    pub(crate) fn read(file: &[u8]) -> Result<Self, Error> {
        let malformed = |reason| Error::Malformed { part: Part::Header, reason };
        if !file.starts_with(&MAGIC) {
            return Err(Error::NotADatabase);
        }
        let short = || Error::Length { expected: HEADER_LENGTH as u64, actual: file.len() as u64 };
        let mut header = Reader::at(file, MAGIC.len()).ok_or_else(short)?;
        let version = header.u32().ok_or_else(short)?;
        if version != VERSION {
            return Err(Error::Version { found: version, supported: VERSION });
        }
        let count = header.u32().ok_or_else(short)? as usize;
        let expected = header.u64().ok_or_else(short)?;
        let digest: [u8; 32] =
            header.take(32).and_then(|bytes| bytes.try_into().ok()).ok_or_else(short)?;
        let checksum = header.u64().ok_or_else(short)?;
        if count > MAXIMUM_SECTIONS {
            return Err(malformed("too many sections"));
        }
        let table_end = HEADER_LENGTH + count * ENTRY_LENGTH;
        let Some(table) = file.get(HEADER_LENGTH..table_end) else {
            return Err(Error::Length { expected, actual: file.len() as u64 });
        };
        if checksum != header_checksum(&file[..HEADER_LENGTH], table) {
            return Err(Error::Checksum { part: Part::Header });
        }
        if expected != file.len() as u64 {
            return Err(Error::Length { expected, actual: file.len() as u64 });
        }
        let sections = read_table(file, table).ok_or_else(|| malformed("bad section table"))?;
        let sections = sections
            .into_iter()
            .zip(Section::ALL)
            .map(|(entry, section)| entry.directory(file, section))
            .collect::<Result<_, _>>()?;
        Ok(Self { digest, sections })
    }
}

/// XXH3-64 of the header up to the checksum itself, and of the section table.
fn header_checksum(header: &[u8], table: &[u8]) -> u64 {
    let mut bytes = Vec::with_capacity(header.len() + table.len());
    bytes.extend_from_slice(header.get(..HEADER_LENGTH - 8).unwrap_or(header));
    bytes.extend_from_slice(table);
    xxh3_64(&bytes)
}

/// An entry of the section table.
#[derive(Clone, Copy)]
struct Entry {
    offset: usize,
    length: usize,
    blocks: usize,
    checksum: u64,
}

/// The entries of all known sections in order, or `None` if one is missing, named twice or
/// outside the file.
fn read_table(file: &[u8], table: &[u8]) -> Option<Vec<Entry>> {
    let mut found = [None; Section::ALL.len()];
    let mut reader = Reader::new(table);
    while !reader.is_empty() {
        let kind = reader.u32()?;
        let blocks = usize::try_from(reader.u32()?).ok()?;
        let offset = usize::try_from(reader.u64()?).ok()?;
        let length = usize::try_from(reader.u64()?).ok()?;
        let checksum = reader.u64()?;
        file.get(offset..offset.checked_add(length)?)?;
        let Some(position) = Section::ALL.iter().position(|section| section.kind() == kind) else {
            continue;
        };
        let slot = found.get_mut(position)?;
        if slot.is_some() {
            return None;
        }
        *slot = Some(Entry { offset, length, blocks, checksum });
    }
    found.into_iter().collect()
}

impl Entry {
    /// Reads the block directory, which lies at the end of the section.
    fn directory(self, file: &[u8], section: Section) -> Result<Vec<Block>, Error> {
        let part = Part::Directory(section);
        let malformed = |reason| Error::Malformed { part, reason };
        let bytes = file
            .get(self.offset..)
            .and_then(|bytes| bytes.get(..self.length))
            .ok_or_else(|| malformed("outside the file"))?;
        let (_, directory) = self
            .blocks
            .checked_mul(BLOCK_LENGTH)
            .and_then(|length| self.length.checked_sub(length))
            .and_then(|split| bytes.split_at_checked(split))
            .ok_or_else(|| malformed("longer than the section"))?;
        if xxh3_64(directory) != self.checksum {
            return Err(Error::Checksum { part });
        }
        let mut reader = Reader::new(directory);
        let mut blocks = Vec::with_capacity(self.blocks);
        let (mut start, limit) = (0, self.length - directory.len());
        let mut earlier = 0;
        while !reader.is_empty() {
            let block = self.block(&mut reader, start).ok_or_else(|| malformed("cut short"))?;
            start = block.end - self.offset;
            if start > limit || block.start > block.end || block.records < earlier {
                return Err(malformed("blocks out of order"));
            }
            earlier = block.records;
            blocks.push(block);
        }
        if start != limit {
            return Err(malformed("blocks do not fill the section"));
        }
        Ok(blocks)
    }

    fn block(&self, reader: &mut Reader<'_>, start: usize) -> Option<Block> {
        let end = usize::try_from(reader.u32()?).ok()?;
        let unpacked = usize::try_from(reader.u32()?).ok()?;
        let records = reader.u32()?;
        // Four bytes keep the checksums aligned for a reader in another language.
        reader.u32()?;
        let checksum = reader.u64()?;
        let (start, end) = (self.offset.checked_add(start)?, self.offset.checked_add(end)?);
        Some(Block { start, end, unpacked, records, checksum })
    }
}

/// A block that is ready to be written.
pub(crate) struct Stored {
    pub(crate) bytes: Vec<u8>,
    pub(crate) unpacked: usize,
    pub(crate) records: u32,
}

/// Puts the blocks of all sections, in the order of [`Section::ALL`], into one file.
pub(crate) fn assemble(sections: &[Vec<Stored>]) -> Result<Vec<u8>, Error> {
    let table_end = HEADER_LENGTH + sections.len() * ENTRY_LENGTH;
    let mut content = Vec::new();
    let mut table = Vec::new();
    for (blocks, section) in sections.iter().zip(Section::ALL) {
        let offset = content.len();
        let mut directory = Vec::new();
        for block in blocks {
            content.extend_from_slice(&block.bytes);
            directory.extend_from_slice(&narrow(content.len() - offset)?.to_le_bytes());
            directory.extend_from_slice(&narrow(block.unpacked)?.to_le_bytes());
            directory.extend_from_slice(&block.records.to_le_bytes());
            directory.extend_from_slice(&0_u32.to_le_bytes());
            directory.extend_from_slice(&xxh3_64(&block.bytes).to_le_bytes());
        }
        content.extend_from_slice(&directory);
        table.extend_from_slice(&section.kind().to_le_bytes());
        table.extend_from_slice(&narrow(blocks.len())?.to_le_bytes());
        table.extend_from_slice(&((table_end + offset) as u64).to_le_bytes());
        table.extend_from_slice(&((content.len() - offset) as u64).to_le_bytes());
        table.extend_from_slice(&xxh3_64(&directory).to_le_bytes());
    }
    let mut file = Vec::with_capacity(table_end + content.len());
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&narrow(sections.len())?.to_le_bytes());
    file.extend_from_slice(&((table_end + content.len()) as u64).to_le_bytes());
    file.extend_from_slice(&Sha256::new().chain_update(&table).chain_update(&content).finalize());
    let checksum = header_checksum(&file, &table);
    file.extend_from_slice(&checksum.to_le_bytes());
    file.extend_from_slice(&table);
    file.extend_from_slice(&content);
    Ok(file)
}

/// A length or count as the format stores it.
pub(crate) fn narrow(value: usize) -> Result<u32, Error> {
    u32::try_from(value).map_err(|_| Error::Limit { what: "a section", limit: u64::from(u32::MAX) })
}
