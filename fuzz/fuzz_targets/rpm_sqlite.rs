//! An SQLite database and its log. The first two bytes say how long the database is, the magic
//! is set, and the rest is the log.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Content, Facts, File, rpm};

fuzz_target!(|data: &[u8]| {
    let Some((length, rest)) = data.split_first_chunk() else { return };
    let (database, log) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
    let mut bytes = database.to_vec();
    if let Some(magic) = bytes.get_mut(..16) {
        magic.copy_from_slice(b"SQLite format 3\0");
    }
    let content = bytes.as_slice();
    let companion = Some(&log as &dyn Content).filter(|log| log.size() > 0);
    let path = "var/lib/rpm/rpmdb.sqlite";
    let file = File { path, content: &content, companion, memory: 1 << 20 };
    rpm::ANALYZER.analyze(&file, &mut Facts::default());
});
