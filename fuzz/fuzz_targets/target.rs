//! What a user may write as target or platform: scripts pass on what others wrote.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_image::{Platform, Target};

fuzz_target!(|text: &str| {
    let _ = Target::parse(text);
    if let Ok(platform) = text.parse::<Platform>() {
        assert_eq!(platform.to_string(), text);
    }
});
