#![no_main]
//! What a whiteout removes is a path inside the directory that holds the whiteout.

use libfuzzer_sys::fuzz_target;
use seawall_image::{Whiteout, whiteout};

fuzz_target!(|path: &str| match whiteout(path) {
    Some(Whiteout::Removed(removed)) => {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        assert!(removed.starts_with(directory));
        assert_eq!(removed.matches('/').count(), path.matches('/').count());
    }
    Some(Whiteout::Opaque(directory)) => assert!(path.starts_with(directory)),
    None => {}
});
