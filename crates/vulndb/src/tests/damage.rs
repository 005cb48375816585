//! Files that were cut, changed or made to do harm.

use super::*;

/// Neither opening nor any answer may panic; the answers that succeed must be the right ones.
fn check_damaged(file: Vec<u8>, expected: &str, facts: &Facts, what: &str) -> bool {
    let told = Database::from_bytes(file).and_then(|database| answers(&database, facts));
    match told {
        Ok(told) => {
            assert_eq!(told, expected, "{what} changed an answer without an error");
            false
        }
        Err(_) => true,
    }
}

#[test]
fn a_file_cut_at_any_byte_is_refused_on_opening() {
    let file = sample().file();
    for length in 0..file.len() {
        let error = Database::from_bytes(file[..length].to_vec()).err();
        let told = matches!(error, Some(Error::Length { .. }));
        let unrecognised = length < 8 && matches!(error, Some(Error::NotADatabase));
        assert!(told || unrecognised, "cut at {length}: {error:?}");
    }
    let mut longer = file;
    longer.push(0);
    assert!(matches!(Database::from_bytes(longer), Err(Error::Length { .. })));
}

#[test]
fn a_flipped_bit_is_an_error_or_changes_no_answer_and_verify_always_tells() {
    let facts = sample();
    let file = facts.file();
    let expected = answers(&facts.database(), &facts).unwrap();
    for position in 0..file.len() {
        let mut damaged = file.clone();
        damaged[position] ^= 1 << (position % 8);
        let what = format!("bit {} of byte {position}", position % 8);
        let verified = Database::from_bytes(damaged.clone()).and_then(|it| it.verify());
        assert!(verified.is_err(), "{what} passed verification");
        // The sample asks for every block, so that no flip stays unseen.
        assert!(check_damaged(damaged, &expected, &facts, &what), "{what} was not seen");
    }
}

#[test]
fn the_error_names_the_damaged_block() {
    let facts = sample();
    let file = facts.file();
    let frame = layout::Frame::read(&file).unwrap();
    for (section, blocks) in Section::ALL.into_iter().zip(&frame.sections) {
        let Some(block) = blocks.first() else { continue };
        let mut damaged = file.clone();
        damaged[block.start] ^= 0x10;
        let error = Database::from_bytes(damaged).and_then(|it| answers(&it, &facts)).unwrap_err();
        let message = error.to_string();
        let expected =
            format!("database is damaged: checksum of block 0 of section {section} does not match");
        assert_eq!(message, expected);
    }
}

#[test]
fn damage_in_the_frame_is_told_on_opening() {
    let file = sample().file();
    let check = |position: usize, expected: &str| {
        let mut damaged = file.clone();
        damaged[position] ^= 1;
        let error = Database::from_bytes(damaged).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some(expected), "byte {position}");
    };
    check(0, "file is not a seawall vulnerability database");
    check(8, "database has format version 0, this program reads version 1");
    check(16, "database is damaged: checksum of header does not match");
    check(30, "database is damaged: checksum of header does not match");
    check(70, "database is damaged: checksum of header does not match");
    check(
        file.len() - 1,
        "database is damaged: checksum of directory of section lifecycles does not match",
    );
}

#[test]
fn a_block_with_a_right_checksum_and_wrong_content_is_malformed_never_a_panic() {
    let facts = sample();
    let file = facts.file();
    let frame = layout::Frame::read(&file).unwrap();
    let expected = answers(&facts.database(), &facts).unwrap();
    let stored = |section: Section, change: &dyn Fn(&mut Vec<u8>)| {
        let sections: Vec<Vec<layout::Stored>> = Section::ALL
            .into_iter()
            .zip(&frame.sections)
            .map(|(at, blocks)| {
                let store = |block: &layout::Block| {
                    let mut bytes = file[block.start..block.end].to_vec();
                    if at == section {
                        change(&mut bytes);
                    }
                    let (unpacked, records) = (block.unpacked, block.records);
                    layout::Stored { bytes, unpacked, records }
                };
                blocks.iter().map(store).collect()
            })
            .collect();
        layout::assemble(&sections).unwrap()
    };
    for (section, blocks) in Section::ALL.into_iter().zip(&frame.sections) {
        for position in 0..blocks.first().map_or(0, |block| block.end - block.start) {
            for value in [0x00, 0x7f, 0xff] {
                let made = stored(section, &|bytes| bytes[position] = value);
                // Some changes make another valid database; none may panic.
                let told = Database::from_bytes(made).and_then(|it| {
                    let verified = it.verify();
                    let answered = answers(&it, &facts);
                    verified.and(answered)
                });
                let _ = told.map(|told| told == expected);
            }
        }
    }
}

#[test]
fn a_number_of_another_database_is_refused() {
    let database = sample().database();
    let absent = AdvisoryNumber(3);
    assert!(
        matches!(database.details(absent), Err(Error::NoSuchAdvisory(number)) if number == absent)
    );
    assert!(matches!(database.affected(absent), Err(Error::NoSuchAdvisory(_))));
}

#[test]
fn facts_over_the_limits_are_refused_when_writing() {
    let mut facts = sample();
    facts.advisories[0].affected[0].package = "a".repeat(5000);
    let mut builder = Builder::new();
    builder.advisory(facts.advisories[0].clone());
    let error = builder.write(std::io::sink()).unwrap_err();
    assert!(matches!(error, Error::Limit { limit: 4096, .. }), "{error}");
}

#[test]
fn a_file_that_is_missing_empty_or_foreign_is_named() {
    let missing = Database::open("/nonexistent/seawall.db".as_ref()).err().unwrap().to_string();
    assert!(missing.starts_with("database /nonexistent/seawall.db: "), "{missing}");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(Database::open(file.path()), Err(Error::NotADatabase)));
    file.write_all(b"SQLite format 3\0").unwrap();
    assert!(matches!(Database::open(file.path()), Err(Error::NotADatabase)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_behind_a_right_start_are_an_error_never_a_panic(
        rest in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let mut file = layout::MAGIC.to_vec();
        file.extend_from_slice(&layout::VERSION.to_le_bytes());
        file.extend_from_slice(&rest);
        prop_assert!(Database::from_bytes(file).is_err());
    }
}
