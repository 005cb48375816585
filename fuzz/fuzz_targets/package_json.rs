//! Manifests of installed npm packages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, npm};

fuzz_target!(|data: &[u8]| {
    let file = File {
        path: "node_modules/a/package.json",
        content: &data,
        companion: None,
        memory: 1 << 20,
    };
    npm::ANALYZER.analyze(&file, &mut Facts::default());
});
