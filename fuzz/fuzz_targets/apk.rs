//! apk's installed database.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Facts, apk};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    apk::parse_installed("lib/apk/db/installed", &text, &mut Facts::default());
});
