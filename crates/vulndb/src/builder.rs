//! Collects the facts of a database in memory.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    hash::Hash,
    io::Write,
    sync::Arc,
};

use seawall_model::{
    Advisory, Decision, Enrichment, Epss, KnownExploited, Lifecycle, Rating, SourceInfo,
};

use crate::{Error, Summary, facts::decision_code, rows::Statement, write};

/// Takes in facts in any order; the same facts give the same file.
///
/// Affected packages are packed as they arrive, so that a builder needs about a hundred bytes for
/// each beside the details of the advisories.
#[derive(Default)]
pub struct Builder {
    pub(crate) advisories: Vec<Advisory>,
    pub(crate) rows: Vec<Row>,
    pub(crate) texts: Interned<Arc<str>>,
    pub(crate) statements: Interned<Statement<u32>>,
    pub(crate) enrichments: BTreeMap<String, Enrichment>,
    pub(crate) lifecycles: Vec<Lifecycle>,
    pub(crate) sources: Vec<SourceInfo>,
    pub(crate) facts_only: bool,
}

/// One affected package, as indices into the builder's collections.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) advisory: u32,
    pub(crate) namespace: u32,
    pub(crate) package: u32,
    pub(crate) statement: u32,
}

impl Builder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an advisory. A withdrawn one is left out. Advisories that agree in everything but the
    /// affected packages become one.
    pub fn advisory(&mut self, mut advisory: Advisory) {
        if advisory.withdrawn.is_some() {
            return;
        }
        let number = index(self.advisories.len());
        for affected in std::mem::take(&mut advisory.affected) {
            let texts = &mut self.texts;
            let namespace = texts.number(affected.namespace.as_str());
            let package = texts.number(&affected.package);
            let statement = Statement::of(&affected, |text| texts.number(text));
            let statement = self.statements.number_of(statement);
            self.rows.push(Row { advisory: number, namespace, package, statement });
        }
        self.advisories.push(advisory);
    }

    /// Adds what is known about a vulnerability to what was said about it before. Where two
    /// sources contradict each other the more alarming fact stays, and of two EPSS scores the
    /// newer.
    pub fn enrich(&mut self, vulnerability: &str, enrichment: Enrichment) {
        match self.enrichments.get_mut(vulnerability) {
            Some(known) => merge(known, enrichment),
            None => {
                let mut known = Enrichment::default();
                merge(&mut known, enrichment);
                self.enrichments.insert(vulnerability.to_owned(), known);
            }
        }
    }

    /// Adds the life of one release of a product. Said twice with different days, the earlier
    /// end stays.
    pub fn lifecycle(&mut self, lifecycle: Lifecycle) {
        self.lifecycles.push(lifecycle);
    }

    /// Adds a source.
    pub fn source(&mut self, source: SourceInfo) {
        self.sources.push(source);
    }

    /// Whether to leave titles and descriptions out.
    pub fn facts_only(&mut self, yes: bool) {
        self.facts_only = yes;
    }

    /// Writes the database, compressing on all processors.
    ///
    /// # Errors
    /// [`Error::Limit`] when a fact is larger than the format allows, [`Error::Write`] when `out`
    /// fails.
    pub fn write(self, out: impl Write) -> Result<Summary, Error> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        self.write_with(out, threads)
    }

    /// [`Builder::write`] on up to `threads` threads. The number does not change a byte.
    ///
    /// # Errors
    /// As [`Builder::write`].
    pub fn write_with(self, mut out: impl Write, threads: usize) -> Result<Summary, Error> {
        let (file, summary) = write::file(self, threads)?;
        out.write_all(&file)?;
        out.flush()?;
        Ok(summary)
    }
}

/// Merging gives the same result in any order.
fn merge(known: &mut Enrichment, more: Enrichment) {
    known.known_exploited =
        either(known.known_exploited.take(), more.known_exploited, |a, b| KnownExploited {
            added: a.added.min(b.added),
            due: either(a.due, b.due, Ord::min),
            ransomware: a.ransomware || b.ransomware,
        });
    known.epss = either(known.epss, more.epss, |a, b| {
        let order =
            |score: &Epss| (score.date, score.probability_millionths, score.percentile_millionths);
        if order(&a) >= order(&b) { a } else { b }
    });
    known.ssvc = either(known.ssvc, more.ssvc, |mut a, b| {
        let graver = |decision: Decision| decision_code(decision);
        if graver(b.exploitation) > graver(a.exploitation) {
            a.exploitation = b.exploitation;
        }
        a.automatable |= b.automatable;
        a.total_impact |= b.total_impact;
        a
    });
    known.published = either(known.published, more.published, Ord::min);
    known.ratings.extend(more.ratings);
    known.ratings.sort_unstable_by(|a, b| precedence(a).cmp(&precedence(b)));
    known.ratings.dedup();
    known.weaknesses.extend(more.weaknesses);
    known.weaknesses.sort_unstable();
    known.weaknesses.dedup();
}

/// Which rating counts more: one with a vector before a bare word, CVSS 2 after the later
/// versions, NVD's before those of other sources, and of one source the latest version first.
pub(crate) fn precedence(rating: &Rating) -> impl Ord + '_ {
    let is_old = rating.vector.as_deref().is_some_and(|vector| !vector.starts_with("CVSS:"));
    let from_others = rating.source != "nvd";
    (
        rating.vector.is_none(),
        is_old,
        from_others,
        &rating.source,
        Reverse(&rating.vector),
        &rating.severity,
    )
}

fn either<T>(left: Option<T>, right: Option<T>, both: impl FnOnce(T, T) -> T) -> Option<T> {
    match (left, right) {
        (Some(left), Some(right)) => Some(both(left, right)),
        (left, right) => left.or(right),
    }
}

/// Values that are each kept once and known by number.
pub(crate) struct Interned<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    pub(crate) fn number_of(&mut self, value: T) -> u32 {
        let next = index(self.values.len());
        let values = &mut self.values;
        *self.numbers.entry(value).or_insert_with_key(|value| {
            values.push(value.clone());
            next
        })
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter()
    }

    pub(crate) fn value(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }
}

impl Interned<Arc<str>> {
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        match self.numbers.get(text) {
            Some(&number) => number,
            None => self.number_of(text.into()),
        }
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        self.value(number).map_or("", |text| text)
    }
}

/// A position in a collection that memory bounds far below 2³².
pub(crate) fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
