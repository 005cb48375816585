//! Core metadata of installed Python distributions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, python};

fuzz_target!(|data: &[u8]| {
    let file =
        File { path: "a.dist-info/METADATA", content: &data, companion: None, memory: 1 << 20 };
    python::ANALYZER.analyze(&file, &mut Facts::default());
});
