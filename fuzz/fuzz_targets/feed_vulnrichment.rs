//! CVE records.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = seawall_feeds::vulnrichment::parse(bytes);
});
