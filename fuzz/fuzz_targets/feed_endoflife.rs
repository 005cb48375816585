//! endoflife.date pages.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = seawall_feeds::endoflife::parse("product", text);
});
