//! How advisories and enrichments are written as records. The order of the fields is in
//! docs/database-format.md.

use seawall_model::{
    Advisory, Decision, Enrichment, Epss, KnownExploited, Lifecycle, Rating, SourceInfo, Ssvc,
};

use crate::{
    identifier::{put_identifier, read_identifier, with_marks, without_marks},
    rows::{severity_code, severity_of},
    wire::{Reader, put_day, put_long, put_number, put_size, put_text},
};

/// What the links and the prose of one advisory may unpack to, in bytes each.
const MAXIMUM_TEXT: usize = 16 << 20;
/// Ratings of one record. Each names shared texts, so that many would multiply a few bytes.
pub(crate) const MAXIMUM_RATINGS: usize = 1 << 10;

/// Gives the number of a text that many records share.
pub(crate) trait TextNumbers {
    fn number(&self, text: &str) -> u32;
}

/// Identifiers, dates and ratings.
pub(crate) fn put_facts(out: &mut Vec<u8>, advisory: &Advisory, texts: &impl TextNumbers) {
    put_number(out, texts.number(&advisory.source));
    put_identifier(out, &advisory.id);
    put_all(out, &advisory.aliases, |out, alias| put_identifier(out, alias));
    put_all(out, &advisory.fixes, |out, fix| put_identifier(out, fix));
    put_day(out, advisory.published);
    put_day(out, advisory.modified);
    put_ratings(out, &advisory.ratings, texts);
    put_all(out, &advisory.weaknesses, |out, weakness| put_number(out, *weakness));
}

/// An advisory without links, prose and affected packages. `text` gives the text of a number.
pub(crate) fn read_facts(
    reader: &mut Reader<'_>,
    text: impl Fn(u32) -> Option<String>,
) -> Option<Advisory> {
    let source = text(reader.number()?)?;
    let mut advisory = Advisory::new(read_identifier(reader)?, source);
    advisory.aliases = read_all(reader, read_identifier)?;
    advisory.fixes = read_all(reader, read_identifier)?;
    advisory.published = reader.day()?;
    advisory.modified = reader.day()?;
    advisory.ratings = read_ratings(reader, text)?;
    advisory.weaknesses = read_all(reader, |reader| reader.number())?;
    Some(advisory)
}

/// The advisory's own names, which marks in its links and prose stand for.
fn names(advisory: &Advisory) -> Vec<&str> {
    let others = advisory.aliases.iter().chain(&advisory.fixes);
    std::iter::once(&advisory.id).chain(others).map(String::as_str).collect()
}

/// Links.
pub(crate) fn put_references(out: &mut Vec<u8>, advisory: &Advisory) {
    let names = names(advisory);
    put_all(out, &advisory.references, |out, link| put_text(out, &with_marks(link, &names)));
}

/// Reads the links of an advisory whose facts are known.
pub(crate) fn read_references(reader: &mut Reader<'_>, facts: &Advisory) -> Option<Vec<String>> {
    let names = names(facts);
    let mut limit = MAXIMUM_TEXT;
    read_all(reader, |reader| {
        let link = without_marks(reader.text()?, &names, limit)?;
        limit = limit.checked_sub(link.len())?;
        Some(link)
    })
}

/// Title and description.
pub(crate) fn put_prose(out: &mut Vec<u8>, advisory: &Advisory) {
    let names = names(advisory);
    for text in [&advisory.title, &advisory.description] {
        match text {
            None => out.push(0),
            Some(text) => {
                out.push(1);
                put_text(out, &with_marks(text, &names));
            }
        }
    }
}

/// Reads title and description of an advisory whose facts are known.
pub(crate) fn read_prose(
    reader: &mut Reader<'_>,
    facts: &Advisory,
) -> Option<(Option<String>, Option<String>)> {
    let names = names(facts);
    let mut text = || match reader.byte()? {
        0 => Some(None),
        1 => without_marks(reader.text()?, &names, MAXIMUM_TEXT).map(Some),
        _ => None,
    };
    Some((text()?, text()?))
}

/// What is known about a vulnerability.
pub(crate) fn put_enrichment(out: &mut Vec<u8>, known: &Enrichment, texts: &impl TextNumbers) {
    let has = |present: bool, bit: u8| u8::from(present) << bit;
    let ransomware = known.known_exploited.as_ref().is_some_and(|entry| entry.ransomware);
    out.push(
        has(known.known_exploited.is_some(), 0)
            | has(ransomware, 1)
            | has(known.epss.is_some(), 2)
            | has(known.ssvc.is_some(), 3)
            | has(known.ssvc.is_some_and(|points| points.automatable), 4)
            | has(known.ssvc.is_some_and(|points| points.total_impact), 5)
            | known.ssvc.map_or(0, |points| decision_code(points.exploitation) << 6),
    );
    if let Some(entry) = &known.known_exploited {
        put_day(out, Some(entry.added));
        put_day(out, entry.due);
    }
    if let Some(score) = &known.epss {
        put_number(out, score.probability_millionths);
        put_number(out, score.percentile_millionths);
        put_day(out, Some(score.date));
    }
    put_day(out, known.published);
    put_ratings(out, &known.ratings, texts);
    put_all(out, &known.weaknesses, |out, weakness| put_number(out, *weakness));
}

/// Reads what is known about a vulnerability.
pub(crate) fn read_enrichment(
    reader: &mut Reader<'_>,
    text: impl Fn(u32) -> Option<String>,
) -> Option<Enrichment> {
    let flags = reader.byte()?;
    let has = |bit: u8| flags >> bit & 1 == 1;
    let mut known = Enrichment::default();
    if has(0) {
        let (added, due) = (reader.day()??, reader.day()?);
        known.known_exploited = Some(KnownExploited { added, due, ransomware: has(1) });
    }
    if has(2) {
        known.epss = Some(Epss {
            probability_millionths: reader.number()?,
            percentile_millionths: reader.number()?,
            date: reader.day()??,
        });
    }
    if has(3) {
        let exploitation = decision_of(flags >> 6)?;
        known.ssvc = Some(Ssvc { exploitation, automatable: has(4), total_impact: has(5) });
    }
    known.published = reader.day()?;
    known.ratings = read_ratings(reader, text)?;
    known.weaknesses = read_all(reader, |reader| reader.number())?;
    Some(known)
}

pub(crate) const fn decision_code(decision: Decision) -> u8 {
    match decision {
        Decision::None => 0,
        Decision::Poc => 1,
        Decision::Active => 2,
    }
}

pub(crate) const fn decision_of(code: u8) -> Option<Decision> {
    match code {
        0 => Some(Decision::None),
        1 => Some(Decision::Poc),
        2 => Some(Decision::Active),
        _ => None,
    }
}

/// The days of a life cycle; product and cycle are the table's key.
pub(crate) fn put_lifecycle(out: &mut Vec<u8>, lifecycle: &Lifecycle) {
    out.push(u8::from(lifecycle.ended));
    put_day(out, lifecycle.end_of_life);
    put_day(out, lifecycle.extended_support);
}

/// Reads the days of a life cycle.
pub(crate) fn read_lifecycle(bytes: &[u8], product: &str, cycle: &str) -> Option<Lifecycle> {
    let mut reader = Reader::new(bytes);
    let ended = match reader.byte()? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let end_of_life = reader.day()?;
    let extended_support = reader.day()?;
    let (product, cycle) = (product.to_owned(), cycle.to_owned());
    reader.is_empty().then_some(Lifecycle { product, cycle, end_of_life, extended_support, ended })
}

/// Where a part of the database comes from.
pub(crate) fn put_source(out: &mut Vec<u8>, source: &SourceInfo) {
    for text in [&source.id, &source.title, &source.url, &source.licence] {
        put_text(out, text);
    }
    put_day(out, source.date);
    put_long(out, source.records);
    put_all(out, &source.namespaces, |out, namespace| put_text(out, namespace));
}

/// Reads where a part of the database comes from.
pub(crate) fn read_source(reader: &mut Reader<'_>) -> Option<SourceInfo> {
    Some(SourceInfo {
        id: reader.text()?.to_owned(),
        title: reader.text()?.to_owned(),
        url: reader.text()?.to_owned(),
        licence: reader.text()?.to_owned(),
        date: reader.day()?,
        records: reader.long()?,
        namespaces: read_all(reader, |reader| reader.text().map(str::to_owned))?,
    })
}

fn put_ratings(out: &mut Vec<u8>, ratings: &[Rating], texts: &impl TextNumbers) {
    put_all(out, ratings, |out, rating| {
        put_number(out, texts.number(&rating.source));
        out.push(severity_code(rating.severity));
        put_number(out, rating.vector.as_ref().map_or(0, |vector| texts.number(vector) + 1));
    });
}

fn read_ratings(
    reader: &mut Reader<'_>,
    text: impl Fn(u32) -> Option<String>,
) -> Option<Vec<Rating>> {
    // The count is looked at twice: here on a copy, and where the items are read.
    let mut ahead = *reader;
    ahead.count().filter(|&count| count <= MAXIMUM_RATINGS)?;
    read_all(reader, |reader| {
        let source = text(reader.number()?)?;
        let severity = severity_of(reader.byte()?)?;
        let vector = match reader.number()?.checked_sub(1) {
            None => None,
            Some(number) => Some(text(number)?),
        };
        Some(Rating { source, severity, vector })
    })
}

/// Appends a count and the items.
pub(crate) fn put_all<T>(out: &mut Vec<u8>, items: &[T], mut put: impl FnMut(&mut Vec<u8>, &T)) {
    put_size(out, items.len());
    items.iter().for_each(|item| put(out, item));
}

/// Reads a count and the items.
pub(crate) fn read_all<T>(
    reader: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let count = reader.count()?;
    (0..count).map(|_| read(reader)).collect()
}
