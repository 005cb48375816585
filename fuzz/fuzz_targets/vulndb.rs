//! A database file of arbitrary bytes: opening, every lookup and verification. Checksums are set
//! right first: whoever forges a database can do that too, and a mutation would rarely hit one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_model::Namespace;
use seawall_vulndb::Database;
use xxhash_rust::xxh3::xxh3_64;

const HEADER: usize = 64;
const SECTION: usize = 32;
const BLOCK: usize = 24;

fuzz_target!(|bytes: &[u8]| {
    let _ = Database::from_bytes(bytes.to_vec());
    let mut bytes = bytes.to_vec();
    if set_checksums(&mut bytes).is_none() {
        return;
    }
    let Ok(database) = Database::from_bytes(bytes) else { return };
    for namespace in ["debian:12", "debian", "alpine:3.18", "npm", "pypi", "maven", "go", "cargo"] {
        let namespace = Namespace::from_text(namespace);
        for package in database.packages_of(&namespace).unwrap_or_default().iter().take(32) {
            let _ = database.candidates(&namespace, package);
            let _ = database.packages_named(package);
        }
    }
    for name in ["CVE-2023-44487", "CVE-2021-44228", "CVE-2019-11358", "GHSA-jfh8-c2jp-5v3q"] {
        for number in database.advisories_named(name).unwrap_or_default().into_iter().take(32) {
            let _ = database.details(number);
            let _ = database.affected(number);
        }
        let _ = database.enrichment(name);
    }
    let _ = database.lifecycle("alpine", "3.18.4");
    let _ = database.verify();
});

/// Sets the length, the header's, the directories' and the blocks' checksums, as
/// docs/database-format.md places them; `None` where a place lies outside the file.
fn set_checksums(file: &mut [u8]) -> Option<()> {
    let length = file.len() as u64;
    file.get_mut(16..24)?.copy_from_slice(&length.to_le_bytes());
    let sections = number(file, 12, 4)?.min(64);
    for section in 0..sections {
        let entry = HEADER + section * SECTION;
        let blocks = number(file, entry + 4, 4)?;
        let start = number(file, entry + 8, 8)?;
        let end = start.checked_add(number(file, entry + 16, 8)?)?;
        let directory = end.checked_sub(blocks.checked_mul(BLOCK)?)?;
        let mut block = start;
        for place in (directory..end).step_by(BLOCK) {
            let next = start.checked_add(number(file, place, 4)?)?;
            let checksum = xxh3_64(file.get(block..next)?);
            file.get_mut(place + 16..place + 24)?.copy_from_slice(&checksum.to_le_bytes());
            block = next;
        }
        let checksum = xxh3_64(file.get(directory..end)?);
        file.get_mut(entry + 24..entry + 32)?.copy_from_slice(&checksum.to_le_bytes());
    }
    let mut frame = file.get(..HEADER - 8)?.to_vec();
    frame.extend_from_slice(file.get(HEADER..HEADER + sections * SECTION)?);
    file.get_mut(HEADER - 8..HEADER)?.copy_from_slice(&xxh3_64(&frame).to_le_bytes());
    Some(())
}

/// The little-endian number of `width` bytes at `place`.
fn number(file: &[u8], place: usize, width: usize) -> Option<usize> {
    let mut bytes = [0; 8];
    bytes.get_mut(..width)?.copy_from_slice(file.get(place..place.checked_add(width)?)?);
    usize::try_from(u64::from_le_bytes(bytes)).ok()
}
