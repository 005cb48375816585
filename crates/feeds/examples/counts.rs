//! Reads a feeds directory and prints, for every feed, what it holds and how long that took:
//! `cargo run --release -p seawall-feeds --example counts -- DIR [FEED…]`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use seawall_feeds::{ALL, FeedProblem, Selection, Sink, read_directory};
use seawall_model::{Advisory, Enrichment, Lifecycle};

#[derive(Default)]
struct Counts {
    advisories: u64,
    rows: u64,
    enrichments: u64,
    lifecycles: u64,
    statuses: BTreeMap<&'static str, u64>,
    problems: Vec<FeedProblem>,
}

impl Sink for Counts {
    fn advisory(&mut self, advisory: Advisory) {
        self.advisories += 1;
        self.rows += advisory.affected.len() as u64;
        for row in &advisory.affected {
            *self.statuses.entry(row.status.word()).or_default() += 1;
        }
    }

    fn enrich(&mut self, _: &str, _: Enrichment) {
        self.enrichments += 1;
    }

    fn lifecycle(&mut self, _: Lifecycle) {
        self.lifecycles += 1;
    }

    fn problem(&mut self, problem: FeedProblem) {
        self.problems.push(problem);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("usage: counts DIR [FEED…]")?);
    let wanted: Vec<String> = arguments.collect();
    for feed in ALL.iter().filter(|feed| wanted.is_empty() || wanted.iter().any(|w| w == feed.id()))
    {
        let started = Instant::now();
        let mut counts = Counts::default();
        let selection = Selection { only: vec![feed.id().to_owned()], redistributable: false };
        let sources = read_directory(&directory, &selection, &mut counts)?;
        let Some(source) = sources.first() else {
            println!("{:16} not found", feed.id());
            continue;
        };
        let date = source.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
        println!(
            "{:16} {date}  {} advisories, {} rows, {} enrichments, {} lifecycles, {} problems, \
             {} namespaces, {:.2} s  {:?}",
            source.id,
            counts.advisories,
            counts.rows,
            counts.enrichments,
            counts.lifecycles,
            counts.problems.len(),
            source.namespaces.len(),
            started.elapsed().as_secs_f64(),
            counts.statuses,
        );
        for problem in counts.problems.iter().take(8) {
            println!("    {}: {}", problem.file, problem.message);
        }
    }
    Ok(())
}
