//! Policy files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_scan::Policy;

fuzz_target!(|text: &str| {
    let _ = Policy::parse(text);
});
