//! Alpine secdb documents.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut fixes = seawall_feeds::alpine_secdb::Fixes::default();
    if fixes.add(bytes).is_ok() {
        fixes.advisories().for_each(drop);
    }
});
