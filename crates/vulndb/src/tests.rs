//! The database as a whole: what goes in comes out, and damage is told.

use std::{io::Write as _, thread};

use proptest::prelude::*;
use seawall_model::{
    Advisory, Affected, Date, Decision, Enrichment, Epss, KnownExploited, Lifecycle, Namespace,
    Range, Rating, Severity, SourceInfo, Ssvc, Status, UpperBound,
};

use crate::{AdvisoryNumber, Builder, Counts, Database, Error, Section, layout};

mod damage;
mod round_trip;

/// Everything that one database is built from.
#[derive(Debug, Clone, Default)]
struct Facts {
    advisories: Vec<Advisory>,
    enrichments: Vec<(String, Enrichment)>,
    lifecycles: Vec<Lifecycle>,
    sources: Vec<SourceInfo>,
}

impl Facts {
    fn file(&self) -> Vec<u8> {
        self.file_with(2)
    }

    fn file_with(&self, threads: usize) -> Vec<u8> {
        let mut builder = Builder::new();
        self.advisories.iter().cloned().for_each(|advisory| builder.advisory(advisory));
        for (vulnerability, known) in &self.enrichments {
            builder.enrich(vulnerability, known.clone());
        }
        self.lifecycles.iter().cloned().for_each(|lifecycle| builder.lifecycle(lifecycle));
        self.sources.iter().cloned().for_each(|source| builder.source(source));
        let mut file = Vec::new();
        builder.write_with(&mut file, threads).unwrap();
        file
    }

    fn database(&self) -> Database {
        let database = Database::from_bytes(self.file()).unwrap();
        database.verify().unwrap();
        database
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn affected(namespace: &str, package: &str, fixed: Option<&str>) -> Affected {
    let upper = fixed.map_or(UpperBound::Unbounded, |fixed| UpperBound::Fixed(fixed.to_owned()));
    Affected {
        namespace: Namespace::from_text(namespace),
        package: package.to_owned(),
        status: if fixed.is_some() { Status::Fixed } else { Status::Affected },
        ranges: vec![Range { introduced: None, upper }],
        versions: Vec::new(),
        module: None,
        severity: Some(Severity::Medium),
    }
}

/// A small database with every kind of fact in it, as a source would state them.
fn sample() -> Facts {
    let mut distribution = Advisory::new("CVE-2023-44487", "debian-oval");
    distribution.references =
        vec!["https://security-tracker.example/tracker/CVE-2023-44487".to_owned()];
    distribution.description = Some("Many streams can be reset quickly.".to_owned());
    distribution.affected = vec![
        affected("debian:12", "nghttp2", Some("1.52.0-1+deb12u1")),
        affected("debian:11", "nghttp2", Some("1.43.0-1+deb11u1")),
        affected("debian:12", "varnish", None),
    ];
    let mut erratum = Advisory::new("ALSA-2023:5837", "almalinux-osv");
    erratum.fixes = vec!["CVE-2023-44487".to_owned()];
    erratum.published = Some(day("2023-10-18"));
    erratum.modified = Some(day("2023-10-19"));
    erratum.title = Some("Important: nghttp2 security update (CVE-2023-44487)".to_owned());
    for package in ["nghttp2", "libnghttp2", "libnghttp2-devel"] {
        erratum.affected.push(affected("almalinux:9", package, Some("1.43.0-5.el9_2.1")));
    }
    let mut module = affected("almalinux:8", "nodejs", Some("1:18.18.2-1.module_el8"));
    module.module = Some("nodejs:18".to_owned());
    erratum.affected.push(module);
    let mut language = Advisory::new("GO-2023-2102", "govulndb-osv");
    language.aliases = vec!["CVE-2023-39325".to_owned(), "GHSA-4374-p667-p6c8".to_owned()];
    language.weaknesses = vec![400, 770];
    language.ratings.push(Rating {
        source: "nvd".to_owned(),
        severity: Some(Severity::High),
        vector: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H".to_owned()),
    });
    let mut ranges = affected("golang", "golang.org/x/net", Some("0.17.0"));
    ranges.ranges.insert(
        0,
        Range {
            introduced: Some("0.1.0".to_owned()),
            upper: UpperBound::LastAffected("0.2.0".to_owned()),
        },
    );
    ranges.versions = vec!["0.5.0".to_owned(), "0.5.1".to_owned()];
    language.affected.push(ranges);
    let known = Enrichment {
        known_exploited: Some(KnownExploited {
            added: day("2023-10-10"),
            due: Some(day("2023-10-31")),
            ransomware: false,
        }),
        epss: Some(Epss {
            probability_millionths: 944_360,
            percentile_millionths: 999_870,
            date: day("2026-08-08"),
        }),
        ssvc: Some(Ssvc { exploitation: Decision::Active, automatable: true, total_impact: false }),
        ratings: language.ratings.clone(),
        weaknesses: vec![400],
        published: Some(day("2023-10-10")),
    };
    Facts {
        advisories: vec![distribution, erratum, language],
        enrichments: vec![("CVE-2023-44487".to_owned(), known)],
        lifecycles: vec![
            lifecycle("alpine", "3", None),
            lifecycle("alpine", "3.18", Some("2025-05-09")),
            lifecycle("debian", "12", Some("2026-06-10")),
        ],
        sources: vec![SourceInfo {
            id: "debian-oval".to_owned(),
            title: "Debian OVAL definitions".to_owned(),
            url: "https://www.debian.org/security/oval/".to_owned(),
            licence: "MIT".to_owned(),
            date: Some(day("2023-07-14")),
            records: 1,
            namespaces: vec!["debian:11".to_owned(), "debian:12".to_owned()],
        }],
    }
}

fn lifecycle(product: &str, cycle: &str, end: Option<&str>) -> Lifecycle {
    Lifecycle {
        product: product.to_owned(),
        cycle: cycle.to_owned(),
        end_of_life: end.map(day),
        extended_support: None,
        ended: false,
    }
}

/// Every answer that a database can be asked for in terms of these facts, as text.
fn answers(database: &Database, facts: &Facts) -> Result<String, Error> {
    let mut text = format!("{:?} {:?}\n", database.counts(), database.sources());
    let mut say = |answer: &dyn std::fmt::Debug| text.push_str(&format!("{answer:?}\n"));
    for advisory in &facts.advisories {
        let named = database.advisories_named(&advisory.id)?;
        for number in named {
            say(&database.details(number)?);
            say(&database.affected(number)?);
        }
        for affected in &advisory.affected {
            say(&database.candidates(&affected.namespace, &affected.package)?);
            say(&database.packages_named(&affected.package)?);
        }
    }
    for (vulnerability, _) in &facts.enrichments {
        say(&database.enrichment(vulnerability)?);
    }
    for lifecycle in &facts.lifecycles {
        say(&database.lifecycle(&lifecycle.product, &lifecycle.cycle)?);
    }
    Ok(text)
}
