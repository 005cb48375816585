//! Go module files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, golang};

fuzz_target!(|data: &[u8]| {
    let file = File { path: "go.mod", content: &data, companion: None, memory: 1 << 20 };
    golang::ANALYZER.analyze(&file, &mut Facts::default());
});
