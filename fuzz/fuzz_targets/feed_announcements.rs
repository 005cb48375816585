//! Debian announcement lists.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    seawall_feeds::debian_security::announcements(text).for_each(drop);
});
