//! `seawall db`.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use jiff::Zoned;
use seawall_feeds::{FeedProblem, Selection, Sink};
use seawall_model::{Advisory, Date, Enrichment, Lifecycle, Namespace, UpperBound};
use seawall_vulndb::{Builder, Database};

use crate::arguments::DatabaseCommand;
use crate::settings;
use crate::terminal::size;

pub(crate) fn run(command: DatabaseCommand) -> Result<ExitCode> {
    match command {
        DatabaseCommand::Build { feeds, out, facts_only, quiet } => {
            build(&feeds, &out, facts_only, quiet)?;
        }
        DatabaseCommand::Status { choice, verify, date } => {
            let database = settings::database(choice.database.as_deref())?;
            if verify {
                database.verify()?;
            }
            status(&database, verify, date.unwrap_or_else(|| Zoned::now().date()))?;
        }
        DatabaseCommand::Lookup { name, choice } => {
            let database = settings::database(choice.database.as_deref())?;
            return lookup(&database, &name);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Hands what feeds say to the builder and counts what could not be read.
struct Collecting {
    builder: Builder,
    problems: Vec<FeedProblem>,
}

impl Sink for Collecting {
    fn advisory(&mut self, advisory: Advisory) {
        self.builder.advisory(advisory);
    }

    fn enrich(&mut self, vulnerability: &str, enrichment: Enrichment) {
        self.builder.enrich(vulnerability, enrichment);
    }

    fn lifecycle(&mut self, lifecycle: Lifecycle) {
        self.builder.lifecycle(lifecycle);
    }

    fn problem(&mut self, problem: FeedProblem) {
        self.problems.push(problem);
    }
}

fn build(feeds: &Path, out: &Path, facts_only: bool, quiet: bool) -> Result<()> {
    let mut sink = Collecting { builder: Builder::new(), problems: Vec::new() };
    sink.builder.facts_only(facts_only);
    let selection = if facts_only { Selection::starter() } else { Selection::all() };
    let sources = seawall_feeds::read_directory(feeds, &selection, &mut sink)
        .with_context(|| feeds.display().to_string())?;
    anyhow::ensure!(!sources.is_empty(), "no feeds found in {}", feeds.display());
    for source in &sources {
        if !quiet {
            let date = source.date.map_or("undated".to_owned(), |date| date.to_string());
            eprintln!("seawall: {:18} {:>7} records, {date}", source.id, source.records);
        }
        sink.builder.source(source.clone());
    }
    for problem in &sink.problems {
        eprintln!("seawall: {}: {}: {}", problem.feed, problem.file, problem.message);
    }
    let directory = out.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
    sink.builder.write(io::BufWriter::new(file.as_file_mut()))?;
    let length = file.as_file().metadata()?.len();
    file.persist(out).with_context(|| out.display().to_string())?;
    if !quiet {
        eprintln!("seawall: wrote {}, {}", out.display(), size(length));
    }
    Ok(())
}

fn status(database: &Database, verified: bool, today: Date) -> Result<()> {
    let mut out = io::stdout().lock();
    let counts = database.counts();
    let age = database.built().and_then(|built| today.since(built).ok()).map(|age| age.get_days());
    match (database.built(), age) {
        (Some(built), Some(days)) => writeln!(out, "Facts up to   {built}, {days} days old")?,
        _ => writeln!(out, "Facts up to   an unknown date")?,
    }
    writeln!(out, "Content       {}", database.digest())?;
    if verified {
        writeln!(out, "              every checksum is right")?;
    }
    writeln!(out, "Size          {}", size(counts.file_size))?;
    writeln!(
        out,
        "Advisories    {} with {} statements about {} packages",
        counts.advisories, counts.rows, counts.packages
    )?;
    writeln!(out, "Enrichment    {} vulnerabilities", counts.vulnerabilities)?;
    writeln!(out, "Life cycles   {}", counts.lifecycles)?;
    writeln!(out, "\nSource                Records  Up to       Licence")?;
    for source in database.sources() {
        let date = source.date.map_or("unknown".to_owned(), |date| date.to_string());
        let (id, records, licence) = (&source.id, source.records, &source.licence);
        writeln!(out, "{id:20} {records:>8}  {date:10}  {licence}")?;
    }
    Ok(())
}

fn lookup(database: &Database, name: &str) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    let advisories = database.advisories_named(name)?;
    let packages = database.packages_named(name)?;
    if advisories.is_empty() && packages.is_empty() {
        eprintln!("seawall: the database has no package and no vulnerability named {name}");
        return Ok(ExitCode::from(1));
    }
    if let Some(enrichment) = database.enrichment(name)? {
        enriched(&mut out, name, &enrichment)?;
    }
    for number in advisories {
        let advisory = database.details(number)?;
        writeln!(out, "{} ({})", advisory.id, advisory.source)?;
        for reference in advisory.references.iter().take(3) {
            writeln!(out, "    {reference}")?;
        }
        for affected in database.affected(number)? {
            let subject = format!("{} {}", affected.namespace, affected.package);
            writeln!(out, "    {subject}: {}", described(&affected))?;
        }
    }
    for (namespace, _) in packages {
        package(&mut out, database, &namespace, name)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn package(
    out: &mut impl Write,
    database: &Database,
    namespace: &Namespace,
    name: &str,
) -> Result<()> {
    let candidates = database.candidates(namespace, name)?;
    writeln!(out, "{namespace} {name}: {} statements", candidates.len())?;
    for candidate in candidates {
        let advisory = database.details(candidate.advisory)?;
        writeln!(out, "    {:20} {}", advisory.id, described(&candidate.affected))?;
    }
    Ok(())
}

fn enriched(out: &mut impl Write, name: &str, enrichment: &Enrichment) -> Result<()> {
    writeln!(out, "{name}")?;
    for rating in &enrichment.ratings {
        let vector = rating.vector.as_deref().unwrap_or("no vector");
        writeln!(out, "    {}: {vector}", rating.source)?;
    }
    if let Some(known) = &enrichment.known_exploited {
        writeln!(out, "    known to be exploited, in CISA's catalogue since {}", known.added)?;
    }
    if let Some(epss) = &enrichment.epss {
        let percent = f64::from(epss.probability_millionths) / 10_000.0;
        writeln!(out, "    EPSS {percent:.2} % on {}", epss.date)?;
    }
    Ok(())
}

/// One statement in words: the status, then the ranges.
fn described(affected: &seawall_model::Affected) -> String {
    let spans = affected.ranges.iter().map(|range| {
        let from = range.introduced.as_deref().map_or(String::new(), |from| format!(">= {from}"));
        let upper = match &range.upper {
            UpperBound::Unbounded => String::new(),
            UpperBound::Fixed(version) => format!("< {version}"),
            UpperBound::LastAffected(version) => format!("<= {version}"),
        };
        let parts: Vec<String> =
            [from, upper].into_iter().filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { "every version".to_owned() } else { parts.join(", ") }
    });
    let listed = affected.versions.iter().map(|version| format!("= {version}"));
    let spans: Vec<String> = spans.chain(listed).collect();
    match spans.is_empty() {
        true => format!("{}, every version", affected.status.word()),
        false => format!("{}: {}", affected.status.word(), spans.join(" or ")),
    }
}
