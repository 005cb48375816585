//! Java archives, nested ones included.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, java};

fuzz_target!(|data: &[u8]| {
    let file = File { path: "a-1.0.jar", content: &data, companion: None, memory: 1 << 20 };
    java::ANALYZER.analyze(&file, &mut Facts::default());
});
