//! RustSec advisories.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = seawall_feeds::rustsec::advisory(text);
});
