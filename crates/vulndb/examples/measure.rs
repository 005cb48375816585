//! Measures the database on facts given as JSON lines, or on a database that exists.
//!
//! ```text
//! measure build FACTS.jsonl OUT [--facts-only]
//! measure read DATABASE NAMESPACE [PACKAGES]
//! ```
//!
//! Each line of FACTS is an object with one key: `advisory`, `lifecycle` or `source` with the
//! model's type, or `enrichment` with a pair of identifier and facts. PACKAGES limits how many
//! package names of the namespace are looked up.

use std::{
    env,
    error::Error,
    fs::File,
    hint::black_box,
    io::{BufRead, BufReader, BufWriter},
    path::Path,
    time::{Duration, Instant},
};

use seawall_model::{Advisory, Enrichment, Lifecycle, Namespace, SourceInfo};
use seawall_vulndb::{AdvisoryNumber, Builder, Database};

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fact {
    Advisory(Box<Advisory>),
    Enrichment(String, Box<Enrichment>),
    Lifecycle(Lifecycle),
    Source(SourceInfo),
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["build", facts, out] => build(facts, out, false),
        ["build", facts, out, "--facts-only"] => build(facts, out, true),
        ["read", database, namespace] => read(database, namespace, usize::MAX),
        ["read", database, namespace, packages] => read(database, namespace, packages.parse()?),
        _ => Err(
            "usage: measure build FACTS OUT [--facts-only] | read DATABASE NAMESPACE [PACKAGES]"
                .into(),
        ),
    }
}

fn build(facts: &str, out: &str, facts_only: bool) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut builder = Builder::new();
    builder.facts_only(facts_only);
    for line in BufReader::new(File::open(facts)?).lines() {
        match serde_json::from_str(&line?)? {
            Fact::Advisory(advisory) => builder.advisory(*advisory),
            Fact::Enrichment(vulnerability, known) => builder.enrich(&vulnerability, *known),
            Fact::Lifecycle(lifecycle) => builder.lifecycle(lifecycle),
            Fact::Source(source) => builder.source(source),
        }
    }
    println!("facts read in {:.1?}", start.elapsed());
    let start = Instant::now();
    let summary = builder.write(BufWriter::new(File::create(out)?))?;
    println!("written in {:.1?}", start.elapsed());
    println!("{:#?}", summary.counts);
    for (section, bytes) in &summary.sections {
        println!("{bytes:>12} {section}");
    }
    let start = Instant::now();
    Database::open(Path::new(out))?.verify()?;
    println!("verified in {:.1?}", start.elapsed());
    Ok(())
}

/// Looks packages up in a freshly opened database, so that every checksum is computed, and again.
fn read(path: &str, namespace: &str, packages: usize) -> Result<(), Box<dyn Error>> {
    let path = Path::new(path);
    let namespace = Namespace::from_text(namespace);
    let names = Database::open(path)?.packages_of(&namespace)?;
    // Evenly spread, so that the lookups touch blocks as a scan's do.
    let step = names.len().div_ceil(packages).max(1);
    let names: Vec<&String> = names.iter().step_by(step).collect();
    timed("open", || Database::open(path).map(drop))?;
    timed("open, look up, cold", || rows(&Database::open(path)?, &namespace, &names).map(drop))?;
    let database = Database::open(path)?;
    let found = rows(&database, &namespace, &names)?;
    println!("{} packages, {} rows", names.len(), found.len());
    timed("look up, warm", || rows(&database, &namespace, &names).map(drop))?;
    timed("visit in place, cold", || {
        let database = Database::open(path)?;
        let mut ranges = 0;
        for name in &names {
            database.visit_candidates(&namespace, name, |row| ranges += row.ranges().count())?;
        }
        black_box(ranges);
        Ok(())
    })?;
    let mut advisories: Vec<AdvisoryNumber> = found;
    advisories.sort_unstable();
    advisories.dedup();
    println!("{} advisories", advisories.len());
    timed("facts", || {
        let database = Database::open(path)?;
        for &advisory in &advisories {
            black_box(database.facts(advisory)?);
        }
        Ok(())
    })?;
    timed("details", || {
        let database = Database::open(path)?;
        for &advisory in &advisories {
            black_box(database.details(advisory)?);
        }
        Ok(())
    })?;
    timed("enrichments", || {
        let database = Database::open(path)?;
        for &advisory in &advisories {
            black_box(database.enrichment(&database.facts(advisory)?.id)?);
        }
        Ok(())
    })?;
    timed("affected by the last", || {
        black_box(advisories.last().map(|&last| database.affected(last)).transpose()?);
        Ok(())
    })?;
    timed("verify", || database.verify())?;
    Ok(())
}

fn rows(
    database: &Database,
    namespace: &Namespace,
    names: &[&String],
) -> Result<Vec<AdvisoryNumber>, seawall_vulndb::Error> {
    let mut found = Vec::new();
    for name in names {
        let candidates = database.candidates(namespace, name)?;
        found.extend(black_box(candidates).iter().map(|candidate| candidate.advisory));
    }
    Ok(found)
}

/// Prints the fastest and the median of eleven runs.
fn timed(
    what: &str,
    mut run: impl FnMut() -> Result<(), seawall_vulndb::Error>,
) -> Result<(), seawall_vulndb::Error> {
    let mut times = [Duration::ZERO; 11];
    for time in &mut times {
        let start = Instant::now();
        run()?;
        *time = start.elapsed();
    }
    times.sort_unstable();
    println!("{what:<24} best {:>10.1?}  median {:>10.1?}", times[0], times[5]);
    Ok(())
}
