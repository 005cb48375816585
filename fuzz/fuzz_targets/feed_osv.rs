//! OSV records, JSON and YAML.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = seawall_feeds::osv::parse("osv", bytes);
});
