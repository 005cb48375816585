#![no_main]
//! Any bytes as a layer, compressed or not: walked without panic, with every content read.

use std::io::{Read, copy, sink};

use libfuzzer_sys::fuzz_target;
use seawall_image::{
    Entry, Interest, Limits, Verify, VisitError, Visitor, WalkOptions, walk_stream, whiteout,
};

struct ReadAll;

impl Visitor for ReadAll {
    fn entry(&mut self, entry: &Entry<'_>) -> Interest {
        let _ = whiteout(entry.path);
        assert!(!entry.path.starts_with('/') && !entry.path.ends_with('/'));
        assert!(entry.path.split('/').all(|part| part != ".." && part != "."));
        Interest::Content
    }

    fn content(&mut self, _: &Entry<'_>, reader: &mut dyn Read) -> Result<(), VisitError> {
        copy(&mut reader.take(1 << 20), &mut sink())?;
        Ok(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { layer_bytes: 16 << 20, ..Limits::default() };
    let options = WalkOptions { verify: Verify::DiffIds, limits, hash_thread: false };
    let _ = walk_stream("fuzz", &mut &*bytes, &options, &mut ReadAll);
});
