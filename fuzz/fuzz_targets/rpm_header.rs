//! One package's header blob.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Facts, rpm};

fuzz_target!(|data: &[u8]| {
    let _ = rpm::parse_header("var/lib/rpm/Packages", data, &mut Facts::default());
});
