//! dpkg's status file and file lists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_packages::{Facts, OwnedFiles, dpkg};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    dpkg::parse_status("var/lib/dpkg/status", &text, &mut Facts::default());
    dpkg::parse_list(OwnedFiles::new("a"), &text);
    dpkg::parse_md5sums(OwnedFiles::new("a"), &text);
});
