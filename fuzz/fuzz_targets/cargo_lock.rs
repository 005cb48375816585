//! Cargo lockfiles.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, rust};

fuzz_target!(|data: &[u8]| {
    let file = File { path: "Cargo.lock", content: &data, companion: None, memory: 1 << 20 };
    rust::ANALYZER.analyze(&file, &mut Facts::default());
});
