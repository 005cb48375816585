//! NDB, the database of SUSE's distributions.
//!
//! Source of the format: lib/backend/ndb/rpmpkg.c of rpm. Little-endian; a header of 32 bytes and
//! slots of 16 bytes fill the first pages, each slot leads to a blob that has a head, a tail and
//! a length in blocks of 16 bytes. Ignored: the checksum in the tail, which rpm does not verify on
//! reading either.

use super::bytes::{Endian, Reader};
use super::{Error, Found};
use crate::Content;

const LITTLE: Endian = Endian::Little;
const PAGE: usize = 4096;
const SLOT: usize = 16;
const BLOCK: u64 = 16;
/// The header takes the place of the first two slots.
const HEADER: usize = 32;
const HEAD: u64 = 16;
const TAIL: u64 = 12;

const SLOT_MAGIC: &[u8] = b"Slot";
const HEAD_MAGIC: &[u8] = b"BlbS";
const TAIL_MAGIC: &[u8] = b"BlbE";

/// Delivers every header blob of up to `limit` bytes.
pub(super) fn read(content: &dyn Content, limit: u64, found: &mut Found<'_>) -> Result<(), Error> {
    let mut reader = Reader::new(content);
    let mut header = [0; HEADER];
    reader.fill(0, &mut header)?;
    if LITTLE.u32(&header, 4) != Some(0) {
        return Err(Error::Malformed("NDB database has a version other than 0"));
    }
    let slot_pages = LITTLE.u32(&header, 12).unwrap_or(0);
    let mut page = [0; PAGE];
    let mut blob = Vec::new();
    for number in 0..slot_pages {
        reader.fill(u64::from(number) * PAGE as u64, &mut page)?;
        let slots = if number == 0 { &page[HEADER..] } else { &page[..] };
        for slot in slots.chunks_exact(SLOT) {
            if !slot.starts_with(SLOT_MAGIC) {
                return Err(Error::Page { page: number, what: "holds something else than slots" });
            }
            let word = |at| LITTLE.u32(slot, at).unwrap_or(0);
            let (package, offset, blocks) = (word(4), word(8), word(12));
            // A slot that is free.
            if offset == 0 {
                continue;
            }
            let extent = Extent { package, offset, blocks };
            let outcome = read_blob(&mut reader, &extent, limit, &mut blob);
            if let Err(Error::Circular) = outcome {
                return Err(Error::Circular);
            }
            found.add(outcome.map(|()| blob.as_slice()))?;
        }
    }
    Ok(())
}

/// What a slot says.
struct Extent {
    package: u32,
    /// In blocks.
    offset: u32,
    /// In blocks.
    blocks: u32,
}

fn read_blob(
    reader: &mut Reader<'_>,
    extent: &Extent,
    limit: u64,
    blob: &mut Vec<u8>,
) -> Result<(), Error> {
    let start = u64::from(extent.offset) * BLOCK;
    let stored = u64::from(extent.blocks) * BLOCK;
    let mut head = [0; HEAD as usize];
    reader.fill(start, &mut head)?;
    if !head.starts_with(HEAD_MAGIC) || LITTLE.u32(&head, 4) != Some(extent.package) {
        return Err(Error::Malformed("a slot leads to something else than its package"));
    }
    let size = u64::from(LITTLE.u32(&head, 12).unwrap_or(0));
    if (HEAD + size + TAIL).next_multiple_of(BLOCK) != stored {
        return Err(Error::Malformed("a package and its slot disagree about its length"));
    }
    if size > limit {
        return Err(Error::HeaderTooLarge { size, limit });
    }
    let mut tail = [0; TAIL as usize];
    reader.fill(start + stored - TAIL, &mut tail)?;
    if !tail.ends_with(TAIL_MAGIC) {
        return Err(Error::Malformed("a package is cut short"));
    }
    blob.clear();
    reader.append(start + HEAD, size, blob)
}
