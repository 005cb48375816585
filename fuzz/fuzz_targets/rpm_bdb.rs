//! A Berkeley DB hash. The magic is set, so that no input is lost on it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, rpm};

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    if let Some(magic) = bytes.get_mut(12..16) {
        magic.copy_from_slice(&[0x61, 0x15, 0x06, 0x00]);
    }
    let content = bytes.as_slice();
    let path = "var/lib/rpm/Packages";
    let file = File { path, content: &content, companion: None, memory: 1 << 20 };
    rpm::ANALYZER.analyze(&file, &mut Facts::default());
});
