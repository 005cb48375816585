//! Debian OVAL definitions.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = seawall_feeds::debian_oval::definitions(text, drop);
});
