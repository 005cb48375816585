//! A database file of arbitrary bytes: opening, every lookup and verification.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seawall_model::Namespace;
use seawall_vulndb::Database;

fuzz_target!(|bytes: &[u8]| {
    let Ok(database) = Database::from_bytes(bytes.to_vec()) else { return };
    let debian = Namespace::from_text("debian:12");
    for package in database.packages_of(&debian).unwrap_or_default() {
        let _ = database.candidates(&debian, &package);
        let _ = database.packages_named(&package);
    }
    for number in database.advisories_named("CVE-2023-44487").unwrap_or_default() {
        let _ = database.details(number);
        let _ = database.affected(number);
    }
    let _ = database.enrichment("CVE-2023-44487");
    let _ = database.lifecycle("alpine", "3.18.4");
    let _ = database.verify();
});
