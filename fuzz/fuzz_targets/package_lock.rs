//! npm lockfiles of any version.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, npm};

fuzz_target!(|data: &[u8]| {
    let file = File { path: "package-lock.json", content: &data, companion: None, memory: 1 << 20 };
    npm::ANALYZER.analyze(&file, &mut Facts::default());
});
