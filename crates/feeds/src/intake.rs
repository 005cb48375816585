//! What stands between a feed and the sink: it counts, remembers which namespaces and dates went
//! by, and turns down records that no honest source would publish.

use std::collections::BTreeSet;

use seawall_model::{Advisory, Affected, Date, Enrichment, Lifecycle, Range, UpperBound};

use crate::{FeedProblem, Sink};

const MAX_ID: usize = 128;
const MAX_NAME: usize = 512;
const MAX_VERSION: usize = 256;
const MAX_ROWS: usize = 20_000;
const MAX_LISTED: usize = 20_000;

/// The door through which one feed's records pass on their way to a [`Sink`].
pub struct Intake<'a> {
    feed: &'static str,
    sink: &'a mut dyn Sink,
    /// Dates after this day are not believed.
    latest: Option<Date>,
    pub(crate) newest: Option<Date>,
    pub(crate) records: u64,
    pub(crate) namespaces: BTreeSet<String>,
}

impl<'a> Intake<'a> {
    /// An intake for the feed with this id. `latest` is the day its files were obtained, if
    /// known: a later date in the data is a mistake or a plan, not its age.
    pub(crate) fn new(feed: &'static str, latest: Option<Date>, sink: &'a mut dyn Sink) -> Self {
        Self { feed, sink, latest, newest: None, records: 0, namespaces: BTreeSet::new() }
    }

    /// Passes an advisory on. One that names nothing affected is left out without a word: that is
    /// how feeds speak of packages and releases that no analyzer finds.
    /// A row that no honest source would publish is told and the others are kept.
    pub fn advisory(&mut self, file: &str, mut advisory: Advisory) {
        if let Some(refusal) = refusal(&advisory) {
            return self.problem(file, refusal);
        }
        advisory.affected.retain(|row| match row_refusal(row) {
            Some(refusal) => {
                self.problem(file, format!("{}: {refusal}", advisory.id));
                false
            }
            None => true,
        });
        self.dated(advisory.published);
        self.dated(advisory.modified);
        if advisory.affected.is_empty() {
            return;
        }
        for affected in &advisory.affected {
            if !self.namespaces.contains(affected.namespace.as_str()) {
                self.namespaces.insert(affected.namespace.as_str().to_owned());
            }
        }
        self.records += 1;
        self.sink.advisory(advisory);
    }

    /// Passes on, as one record, an advisory and what it says about the vulnerability of the same
    /// name whatever package carries it.
    pub fn rated_advisory(&mut self, file: &str, advisory: Advisory, enrichment: Enrichment) {
        let before = self.records;
        if !enrichment.ratings.is_empty() {
            self.enrich(file, &advisory.id, enrichment);
        }
        self.advisory(file, advisory);
        self.records = self.records.min(before + 1);
    }

    /// Passes on facts about a vulnerability.
    pub fn enrich(&mut self, file: &str, id: &str, enrichment: Enrichment) {
        if !is_identifier(id) {
            return self.problem(file, format!("`{}` is not an identifier", cut(id)));
        }
        self.records += 1;
        self.sink.enrich(id, enrichment);
    }

    /// Passes on the life of one release.
    pub fn lifecycle(&mut self, file: &str, lifecycle: Lifecycle) {
        if lifecycle.product.len() > MAX_NAME || lifecycle.cycle.len() > MAX_NAME {
            return self.problem(file, "release name is too long");
        }
        self.records += 1;
        self.sink.lifecycle(lifecycle);
    }

    /// Tells that a record was left out.
    pub fn problem(&mut self, file: &str, message: impl Into<String>) {
        self.sink.problem(FeedProblem {
            feed: self.feed.to_owned(),
            file: printable(file),
            message: printable(&message.into()),
        });
    }

    /// Notes a date stated in the data; the newest one is the feed's age.
    pub fn dated(&mut self, date: Option<Date>) {
        let believable = |date: &Date| self.latest.is_none_or(|latest| *date <= latest);
        self.newest = self.newest.max(date.filter(believable));
    }

    /// Forgets the dates noted so far: for a source most of whose records state none, so that the
    /// few that do say nothing about its age.
    pub(crate) fn forget_dates(&mut self) {
        self.newest = None;
    }
}

/// The first 60 characters, for messages about hostile text.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The text without what could steer a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Whether text can be the name of an advisory: short, and free of spaces and control characters.
pub(crate) fn is_identifier(id: &str) -> bool {
    !id.is_empty() && id.len() <= MAX_ID && id.chars().all(|c| c.is_ascii_graphic())
}

fn refusal(advisory: &Advisory) -> Option<String> {
    let names = std::iter::once(&advisory.id).chain(&advisory.aliases).chain(&advisory.fixes);
    for name in names {
        if !is_identifier(name) {
            return Some(format!("`{}` is not an identifier", cut(name)));
        }
    }
    if advisory.affected.len() > MAX_ROWS {
        return Some(format!("{}: more than {MAX_ROWS} affected packages", advisory.id));
    }
    None
}

fn row_refusal(affected: &Affected) -> Option<String> {
    let name = &affected.package;
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        return Some(format!("`{}` is not a package name", cut(name)));
    }
    if affected.versions.len() > MAX_LISTED || affected.ranges.len() > MAX_LISTED {
        return Some(format!("{}: more than {MAX_LISTED} versions", cut(name)));
    }
    let listed = affected.versions.iter().map(String::as_str);
    listed
        .chain(affected.ranges.iter().flat_map(bounds))
        .find(|version| version.is_empty() || version.len() > MAX_VERSION)
        .map(|version| format!("{}: `{}` is not a version", cut(name), cut(version)))
}

fn bounds(range: &Range) -> impl Iterator<Item = &str> {
    let upper = match &range.upper {
        UpperBound::Fixed(version) | UpperBound::LastAffected(version) => Some(version.as_str()),
        UpperBound::Unbounded => None,
    };
    range.introduced.as_deref().into_iter().chain(upper)
}
