//! Files of the Ubuntu CVE tracker.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let entry = seawall_feeds::ubuntu_tracker::entry(text);
    let _ = seawall_feeds::ubuntu_tracker::advisory(&entry);
});
