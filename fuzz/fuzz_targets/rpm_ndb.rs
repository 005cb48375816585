//! An NDB database. The magic is set, so that no input is lost on it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, rpm};

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    if let Some(magic) = bytes.get_mut(..4) {
        magic.copy_from_slice(b"RpmP");
    }
    let content = bytes.as_slice();
    let path = "var/lib/rpm/Packages.db";
    let file = File { path, content: &content, companion: None, memory: 1 << 20 };
    rpm::ANALYZER.analyze(&file, &mut Facts::default());
});
