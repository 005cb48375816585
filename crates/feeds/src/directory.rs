//! A feeds directory: every known feed in it, read in turn.

use std::collections::BTreeMap;
use std::path::Path;

use seawall_model::{Date, SourceInfo};

use crate::date::day;
use crate::{ALL, Error, Feed, Files, Intake, Sink};

/// Which feeds to read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Ids of the feeds wanted; empty means all.
    pub only: Vec<String>,
    /// Leave out feeds whose terms do not let their facts be passed on.
    pub redistributable: bool,
}

impl Selection {
    /// Every feed.
    pub fn all() -> Self {
        Self::default()
    }

    /// The feeds whose facts may be passed on: what the starter database is made of.
    pub fn starter() -> Self {
        Self { redistributable: true, ..Self::default() }
    }

    fn takes(&self, feed: &dyn Feed) -> bool {
        (self.only.is_empty() || self.only.iter().any(|id| id == feed.id()))
            && (feed.redistributable() || !self.redistributable)
    }
}

/// Reads every selected feed that has files below `directory` and passes its records to `sink`.
/// Returns what was read, sorted by id; feeds without files are left out.
///
/// A file `INDEX.tsv` in the directory, when there is one, tells when each file was obtained
/// (columns `file` and `date`): later dates in the data are not believed, and a feed whose data
/// states no date at all has that one.
///
/// # Errors
/// When a feed is asked for that does not exist, or a file can't be read to its end.
pub fn read_directory(
    directory: &Path,
    selection: &Selection,
    sink: &mut dyn Sink,
) -> Result<Vec<SourceInfo>, Error> {
    for id in &selection.only {
        if !ALL.iter().any(|feed| feed.id() == id) {
            return Err(Error::UnknownFeed(id.clone()));
        }
    }
    let obtained = index(directory)?;
    let mut sources = Vec::new();
    for &feed in ALL.iter().filter(|feed| selection.takes(**feed)) {
        let files = Files::find(directory, feed.wanted())?;
        if files.is_empty() {
            continue;
        }
        let latest = files.names().filter_map(|name| obtained.get(name)).max().copied();
        let mut intake = Intake::new(feed.id(), latest, sink);
        feed.read(&files, &mut intake)?;
        sources.push(SourceInfo {
            id: feed.id().to_owned(),
            title: feed.title().to_owned(),
            url: feed.url().to_owned(),
            licence: feed.licence().to_owned(),
            date: intake.newest.or(latest),
            records: intake.records,
            namespaces: intake.namespaces.into_iter().collect(),
        });
    }
    sources.sort();
    Ok(sources)
}

/// The day on which each file was obtained, by path below the directory.
fn index(directory: &Path) -> Result<BTreeMap<String, Date>, Error> {
    let path = directory.join("INDEX.tsv");
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let text = std::fs::read_to_string(&path).map_err(Error::unreadable(&path))?;
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let column = |name: &str| head.iter().position(|&title| title == name);
    let (Some(file), Some(date)) = (column("file"), column("date")) else {
        return Ok(BTreeMap::new());
    };
    Ok(lines
        .filter_map(|line| Some(((*line.get(file)?).to_owned(), day(line.get(date)?)?)))
        .collect())
}
