//! What goes in comes out, whatever the order.

use super::*;

#[test]
fn an_empty_database_answers_with_nothing() {
    let database = Facts::default().database();
    let npm = Namespace::from_text("npm");
    assert_eq!(database.candidates(&npm, "lodash").unwrap(), []);
    assert_eq!(database.advisories_named("CVE-2021-44228").unwrap(), []);
    assert_eq!(database.packages_named("lodash").unwrap(), []);
    assert_eq!(database.packages_of(&npm).unwrap(), [""; 0]);
    assert_eq!(database.enrichment("CVE-2021-44228").unwrap(), None);
    assert_eq!(database.lifecycle("alpine", "3.18").unwrap(), None);
    assert_eq!(database.built(), None);
    assert_eq!(database.sources(), []);
    assert!(!database.covers(&npm));
    let file_size = database.counts().file_size;
    assert_eq!(database.counts(), Counts { file_size, ..Counts::default() });
}

#[test]
fn all_that_was_said_is_found_again() {
    check_round_trip(&sample()).unwrap();
    let database = sample().database();
    assert_eq!(database.built(), Some(day("2023-07-14")));
    assert!(database.covers(&Namespace::from_text("debian:12")));
    assert!(!database.covers(&Namespace::from_text("almalinux:9")));
    let counts = database.counts();
    assert_eq!((counts.advisories, counts.rows, counts.packages), (3, 8, 8));
    assert_eq!((counts.vulnerabilities, counts.lifecycles), (1, 3));
    assert_eq!(counts.file_size, sample().file().len() as u64);
    let namespaces = database.packages_named("nghttp2").unwrap();
    let namespaces: Vec<_> =
        namespaces.iter().map(|(namespace, rows)| (namespace.as_str(), *rows)).collect();
    assert_eq!(namespaces, [("almalinux:9", 1), ("debian:11", 1), ("debian:12", 1)]);
    let debian = Namespace::from_text("debian:12");
    assert_eq!(database.packages_of(&debian).unwrap(), ["nghttp2", "varnish"]);
}

#[test]
fn an_erratum_is_found_by_the_vulnerabilities_it_fixes_and_an_advisory_by_its_aliases() {
    let database = sample().database();
    let ids = |name: &str| -> Vec<String> {
        let numbers = database.advisories_named(name).unwrap();
        numbers.into_iter().map(|number| database.facts(number).unwrap().id).collect()
    };
    assert_eq!(ids("CVE-2023-44487"), ["ALSA-2023:5837", "CVE-2023-44487"]);
    assert_eq!(ids("GHSA-4374-p667-p6c8"), ["GO-2023-2102"]);
    assert_eq!(ids("CVE-2023-4448"), [""; 0]);
}

#[test]
fn the_longest_cycle_that_a_version_continues_is_its_life_cycle() {
    let database = sample().database();
    let cycle = |product: &str, version: &str| {
        database.lifecycle(product, version).unwrap().map(|life| life.cycle)
    };
    assert_eq!(cycle("alpine", "3.18.4").as_deref(), Some("3.18"));
    assert_eq!(cycle("alpine", "3.18").as_deref(), Some("3.18"));
    assert_eq!(cycle("alpine", "3.19.1").as_deref(), Some("3"));
    assert_eq!(cycle("alpine", "3.180").as_deref(), Some("3"));
    assert_eq!(cycle("debian", "12.5").as_deref(), Some("12"));
    assert_eq!(cycle("debian", "1"), None);
    assert_eq!(cycle("debian", ""), None);
    assert_eq!(cycle("debian", &"12.".repeat(10_000)).as_deref(), Some("12"));
    assert_eq!(cycle("deb", "12"), None);
}

#[test]
fn withdrawn_advisories_and_prose_where_only_facts_are_wanted_are_left_out() {
    let mut withdrawn = sample().advisories.remove(0);
    withdrawn.withdrawn = Some(day("2024-01-01"));
    let mut builder = Builder::new();
    builder.advisory(withdrawn);
    builder.advisory(sample().advisories.remove(1));
    builder.facts_only(true);
    let mut file = Vec::new();
    let summary = builder.write(&mut file).unwrap();
    assert_eq!(summary.counts.advisories, 1);
    assert_eq!(summary.counts.file_size, file.len() as u64);
    let database = Database::from_bytes(file).unwrap();
    let [number] = database.advisories_named("ALSA-2023:5837").unwrap()[..] else { panic!() };
    assert_eq!(database.details(number).unwrap().title, None);
}

#[test]
fn advisories_that_differ_only_in_affected_packages_become_one() {
    let mut facts = sample();
    let mut again = facts.advisories[0].clone();
    again.affected = vec![affected("debian:10", "nghttp2", None), again.affected[0].clone()];
    facts.advisories.push(again);
    let database = facts.database();
    assert_eq!(database.counts().advisories, 3);
    assert_eq!(database.counts().rows, 9);
    let mut otherwise = facts.advisories[0].clone();
    otherwise.modified = Some(day("2024-01-01"));
    facts.advisories.push(otherwise);
    assert_eq!(facts.database().counts().advisories, 4);
}

#[test]
fn enrichments_merge_to_the_same_whatever_the_order() {
    let mut facts = sample();
    let (name, known) = facts.enrichments[0].clone();
    let more = Enrichment {
        known_exploited: Some(KnownExploited {
            added: day("2023-10-11"),
            due: None,
            ransomware: true,
        }),
        epss: Some(Epss {
            probability_millionths: 1,
            percentile_millionths: 2,
            date: day("2026-08-09"),
        }),
        ssvc: Some(Ssvc { exploitation: Decision::None, automatable: false, total_impact: true }),
        weaknesses: vec![79, 400],
        ..Enrichment::default()
    };
    facts.enrichments.push((name.clone(), more.clone()));
    let merged = facts.database().enrichment(&name).unwrap().unwrap();
    assert_eq!(merged.known_exploited.as_ref().unwrap().added, day("2023-10-10"));
    assert_eq!(merged.known_exploited.as_ref().unwrap().due, Some(day("2023-10-31")));
    assert!(merged.known_exploited.as_ref().unwrap().ransomware);
    assert_eq!(merged.epss, more.epss);
    let ssvc = merged.ssvc.unwrap();
    assert_eq!(
        (ssvc.exploitation, ssvc.automatable, ssvc.total_impact),
        (Decision::Active, true, true)
    );
    assert_eq!(merged.weaknesses, [79, 400]);
    assert_eq!(merged.ratings, known.ratings);
    let forward = facts.file();
    facts.enrichments.reverse();
    assert_eq!(facts.file(), forward);
}

#[test]
fn ratings_keep_one_order_whatever_the_feeds_order() {
    let rating = |source: &str, severity, vector: Option<&str>| Rating {
        source: source.to_owned(),
        severity,
        vector: vector.map(str::to_owned),
    };
    let expected = vec![
        rating("nvd", None, Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N")),
        rating("nvd", None, Some("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N")),
        rating("a-vendor", None, Some("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:L/A:N")),
        rating("a-vendor", None, Some("AV:N/AC:M/Au:N/C:N/I:P/A:N")),
        rating("ubuntu", Some(Severity::Low), None),
    ];
    for turn in 0..expected.len() {
        let mut facts = sample();
        let mut ratings = expected.clone();
        ratings.rotate_left(turn);
        for rating in ratings {
            let one = Enrichment { ratings: vec![rating], ..Enrichment::default() };
            facts.enrichments.push(("CVE-2019-12308".to_owned(), one));
        }
        let known = facts.database().enrichment("CVE-2019-12308").unwrap().unwrap();
        assert_eq!(known.ratings, expected, "turned by {turn}");
    }
}

#[test]
fn threads_share_one_database() {
    let facts = sample();
    let database = facts.database();
    let expected = answers(&database, &facts).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(answers(&database, &facts).unwrap(), expected);
                }
            });
        }
    });
}

#[test]
fn a_mapped_file_answers_as_a_buffer_does() {
    let facts = sample();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&facts.file()).unwrap();
    let mapped = Database::open(file.path()).unwrap();
    mapped.verify().unwrap();
    let buffered = facts.database();
    assert_eq!(mapped.digest(), buffered.digest());
    assert_eq!(answers(&mapped, &facts).unwrap(), answers(&buffered, &facts).unwrap());
}

#[test]
fn lists_spread_over_many_blocks_are_all_found() {
    let mut facts = Facts::default();
    for number in 0..3000 {
        let mut advisory = Advisory::new(format!("CVE-2024-{number:04}"), "example");
        advisory.references = vec![format!("https://example.org/{}", "x".repeat(number % 90))];
        for package in [number % 700, number % 11] {
            let fixed = format!("{number}.{package}-1");
            advisory.affected.push(affected(
                "debian:12",
                &format!("package-{package}"),
                Some(&fixed),
            ));
        }
        facts.advisories.push(advisory);
    }
    let database = facts.database();
    assert!(database.packages.len() == 700 && database.rows.len() > 3);
    for advisory in &facts.advisories {
        let [number] = database.advisories_named(&advisory.id).unwrap()[..] else { panic!() };
        assert_eq!(database.details(number).unwrap().references, advisory.references);
        for affected in &advisory.affected {
            let rows = database.candidates(&affected.namespace, &affected.package).unwrap();
            assert!(rows.iter().any(|row| row.advisory == number && row.affected == *affected));
        }
    }
}

/// Builds a database and compares every answer with the facts.
fn check_round_trip(facts: &Facts) -> Result<(), TestCaseError> {
    let database = facts.database();
    for advisory in &facts.advisories {
        let named = database.advisories_named(&advisory.id).unwrap();
        let details: Vec<_> = named.iter().map(|&it| database.details(it).unwrap()).collect();
        let bare = Advisory { affected: Vec::new(), ..advisory.clone() };
        let position = details.iter().position(|details| *details == bare);
        let Some(position) = position else {
            return Err(TestCaseError::fail(format!("{bare:?} not in {details:?}")));
        };
        let rows = database.affected(named[position]).unwrap();
        for affected in &advisory.affected {
            prop_assert!(rows.contains(affected), "{affected:?} not in {rows:?}");
            let candidates = database.candidates(&affected.namespace, &affected.package).unwrap();
            let found = candidates.iter().any(|candidate| {
                candidate.advisory == named[position] && candidate.affected == *affected
            });
            prop_assert!(found, "{affected:?} not in {candidates:?}");
        }
    }
    for (vulnerability, known) in &facts.enrichments {
        let found = database.enrichment(vulnerability).unwrap();
        prop_assert_eq!(found.as_ref(), Some(known));
    }
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,3}",
        "[0-9]{1,2}\\.[0-9]{1,2}(-[0-9])?(\\+[a-zé]{1,4})?",
        "\\PC{0,12}",
        "CVE-20[0-2][0-9]-[0-9]{3,7}",
        any::<String>(),
    ]
}

fn any_day() -> impl Strategy<Value = Date> {
    (1980_i16..2040, 1_i8..13, 1_i8..29)
        .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn any_severity() -> impl Strategy<Value = Option<Severity>> {
    proptest::option::of(proptest::sample::select(&Severity::DESCENDING[..]))
}

prop_compose! {
    fn any_rating()(
        source in text(),
        severity in any_severity(),
        vector in proptest::option::of(text()),
    ) -> Rating {
        Rating { source, severity, vector }
    }
}

fn any_range() -> impl Strategy<Value = Range> {
    let upper = prop_oneof![
        Just(UpperBound::Unbounded),
        text().prop_map(UpperBound::Fixed),
        text().prop_map(UpperBound::LastAffected),
    ];
    (proptest::option::of(text()), upper)
        .prop_map(|(introduced, upper)| Range { introduced, upper })
}

prop_compose! {
    fn any_affected()(
        namespace in "(debian:1[0-2]|npm|golang)",
        package in prop_oneof!["[a-c]{1,2}".boxed(), text().boxed()],
        status in proptest::sample::select(vec![
            Status::Fixed,
            Status::Affected,
            Status::UnderInvestigation,
            Status::WillNotFix,
            Status::Deferred,
            Status::EndOfLife,
            Status::NotAffected,
        ]),
        ranges in proptest::collection::vec(any_range(), 0..3),
        versions in proptest::collection::vec(text(), 0..3),
        module in proptest::option::of(text()),
        severity in any_severity(),
    ) -> Affected {
        let namespace = Namespace::from_text(namespace);
        Affected { namespace, package, status, ranges, versions, module, severity }
    }
}

prop_compose! {
    fn any_advisory()(
        id in text(),
        source in "[a-b]",
        aliases in proptest::collection::vec(text(), 0..3),
        fixes in proptest::collection::vec(text(), 0..3),
        days in proptest::array::uniform2(proptest::option::of(any_day())),
        ratings in proptest::collection::vec(any_rating(), 0..3),
        weaknesses in proptest::collection::vec(any::<u32>(), 0..3),
        references in proptest::collection::vec(text(), 0..3),
        prose in proptest::array::uniform2(proptest::option::of(text())),
        affected in proptest::collection::vec(any_affected(), 0..4),
    ) -> Advisory {
        let mut advisory = Advisory::new(id, source);
        let named = format!("see {} and {}", advisory.id, aliases.first().map_or("", |it| it));
        advisory.references = references;
        advisory.references.push(named);
        advisory.aliases = aliases;
        advisory.fixes = fixes;
        [advisory.published, advisory.modified] = days;
        advisory.ratings = ratings;
        advisory.weaknesses = weaknesses;
        [advisory.title, advisory.description] = prose;
        advisory.affected = affected;
        advisory
    }
}

prop_compose! {
    fn any_enrichment()(
        mut ratings in proptest::collection::vec(any_rating(), 0..3),
        weaknesses in proptest::collection::btree_set(any::<u32>(), 0..3),
        published in proptest::option::of(any_day()),
        epss in proptest::option::of((any::<u32>(), any::<u32>(), any_day())),
        points in proptest::option::of((0..3_u8, any::<bool>(), any::<bool>())),
        exploited in proptest::option::of((
            any_day(), proptest::option::of(any_day()), any::<bool>(),
        )),
    ) -> Enrichment {
        ratings.sort_by(|a, b| crate::builder::precedence(a).cmp(&crate::builder::precedence(b)));
        ratings.dedup();
        Enrichment {
            known_exploited: exploited
                .map(|(added, due, ransomware)| KnownExploited { added, due, ransomware }),
            epss: epss.map(|(probability_millionths, percentile_millionths, date)| Epss {
                probability_millionths, percentile_millionths, date,
            }),
            ssvc: points.map(|(code, automatable, total_impact)| Ssvc {
                exploitation: crate::facts::decision_of(code).unwrap(), automatable, total_impact,
            }),
            ratings,
            weaknesses: weaknesses.into_iter().collect(),
            published,
        }
    }
}

prop_compose! {
    fn any_facts()(
        advisories in proptest::collection::vec(any_advisory(), 0..6),
        enrichments in proptest::collection::btree_map(text(), any_enrichment(), 0..4),
        ends in proptest::collection::vec(("[a-b]", text(), proptest::option::of(any_day())), 0..4),
    ) -> Facts {
        let lifecycles = ends.into_iter().map(|(product, cycle, end_of_life)| Lifecycle {
            end_of_life, ..lifecycle(&product, &cycle, None)
        });
        Facts {
            advisories,
            enrichments: enrichments.into_iter().collect(),
            lifecycles: lifecycles.collect(),
            sources: Vec::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_facts_are_found_again_and_give_the_same_bytes_in_any_order(
        facts in any_facts(),
        seed in any::<usize>(),
    ) {
        check_round_trip(&facts)?;
        let mut shuffled = facts.clone();
        shuffled.advisories.reverse();
        let turn = seed % shuffled.advisories.len().max(1);
        shuffled.advisories.rotate_left(turn);
        for advisory in &mut shuffled.advisories {
            advisory.affected.reverse();
        }
        shuffled.enrichments.reverse();
        shuffled.lifecycles.reverse();
        prop_assert_eq!(facts.file_with(1), shuffled.file_with(3));
    }
}
