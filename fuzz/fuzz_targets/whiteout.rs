#![no_main]
//! What a whiteout removes is a path inside the directory that holds the whiteout. Paths come
//! normalised, as the tar target asserts, so none begins with a slash.

use libfuzzer_sys::fuzz_target;
use seawall_image::{Whiteout, whiteout};

fuzz_target!(|path: &str| {
    let path = path.trim_start_matches('/');
    match whiteout(path) {
        Some(Whiteout::Removed(removed)) => {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            assert!(removed.starts_with(directory));
            assert_eq!(removed.matches('/').count(), path.matches('/').count());
        }
        Some(Whiteout::Opaque(directory)) => assert!(path.starts_with(directory)),
        None => {}
    }
});
