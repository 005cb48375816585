//! Orders two hostile versions in every scheme, and reads one as an npm range.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_model::Scheme;
use seawall_model::version::{npm_range_contains, npm_ranges};

fuzz_target!(|pair: (&str, &str)| {
    let (left, right) = pair;
    for scheme in [
        Scheme::Apk,
        Scheme::Dpkg,
        Scheme::Rpm,
        Scheme::Npm,
        Scheme::Pep440,
        Scheme::Maven,
        Scheme::Go,
        Scheme::Cargo,
    ] {
        let order = scheme.compare(left, right).ok();
        let reverse = scheme.compare(right, left).ok();
        assert_eq!(order, reverse.map(std::cmp::Ordering::reverse), "{scheme:?}");
    }
    let _ = npm_ranges(left);
    let _ = npm_range_contains(left, right);
});
