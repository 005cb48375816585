//! os-release and the release files before it, and apk's repositories.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Analyzer, Facts, File, distribution};

fuzz_target!(|data: &[u8]| {
    let mut parts = Vec::new();
    for path in [
        "etc/os-release",
        "etc/alpine-release",
        "etc/debian_version",
        "etc/lsb-release",
        "etc/redhat-release",
        "etc/system-release-cpe",
        "etc/apk/repositories",
    ] {
        let mut facts = Facts::default();
        let file = File { path, content: &data, companion: None, memory: 1 << 20 };
        distribution::ANALYZER.analyze(&file, &mut facts);
        parts.extend(facts.distribution.map(|part| (path, part)));
    }
    distribution::merged(&parts);
});
