//! Orders the facts of a builder and writes them section by section. Everything is sorted by
//! content, so neither the order of insertion nor a hash map's leaves a trace.
//!
//! Advisories are numbered by source, then by the package that most advisories of all speak of,
//! then by identifier. Advisories of one package so become neighbours: row lists hold small
//! differences, and the findings of a scan touch few compressed blocks.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use seawall_model::{Advisory, Lifecycle, SourceInfo};

use crate::{
    Counts, Error, Summary,
    blocks::Filler,
    builder::{Builder, Interned, Row, index},
    database::Place,
    facts::{
        self, MAXIMUM_RATINGS, TextNumbers, put_all, put_enrichment, put_facts, put_lifecycle,
        put_prose, put_references,
    },
    layout::{Section, Stored, assemble},
    records::RecordWriter,
    rows::{self, MAXIMUM_TEXT},
    table::TableWriter,
    wire::{put_long, put_number, put_size, put_text},
};

/// Target sizes of unpacked blocks, measured on real feeds: see docs/database-format.md.
const ROWS_BLOCK: usize = 8 << 10;
const FACTS_BLOCK: usize = 32 << 10;
const REFERENCES_BLOCK: usize = 64 << 10;
const PROSE_BLOCK: usize = 128 << 10;
const ENRICHMENTS_BLOCK: usize = 32 << 10;
const TEXTS_BLOCK: usize = 16 << 10;

/// The whole file and what is in it.
pub(crate) fn file(mut builder: Builder, threads: usize) -> Result<(Vec<u8>, Summary), Error> {
    if builder.facts_only {
        for advisory in &mut builder.advisories {
            advisory.title = None;
            advisory.description = None;
        }
    }
    let rows = std::mem::take(&mut builder.rows);
    let numbered = number_advisories(&builder, rows);
    check_limits(&builder)?;
    let index = Index::write(&builder, &numbered);
    let enriched = order_enrichments(&builder, &numbered.advisories);
    let identifiers = write_identifiers(&numbered.advisories, &enriched);
    let shared = SharedTexts::collect(&builder, &numbered.advisories);
    let mut facts = RecordWriter::new(FACTS_BLOCK);
    let mut references = RecordWriter::new(REFERENCES_BLOCK);
    let mut prose = RecordWriter::new(PROSE_BLOCK);
    let told = |advisory: &&Advisory| advisory.title.is_some() || advisory.description.is_some();
    let has_prose = numbered.advisories.iter().any(told);
    for advisory in &numbered.advisories {
        facts.push(&record(|out| put_facts(out, advisory, &shared)))?;
        references.push(&record(|out| put_references(out, advisory)))?;
        if has_prose {
            prose.push(&record(|out| put_prose(out, advisory)))?;
        }
    }
    let mut enrichments = RecordWriter::new(ENRICHMENTS_BLOCK);
    for vulnerability in &enriched {
        if let Some(known) = builder.enrichments.get(*vulnerability) {
            enrichments.push(&record(|out| put_enrichment(out, known, &shared)))?;
        }
    }
    let mut texts = RecordWriter::new(TEXTS_BLOCK);
    for text in &shared.texts {
        texts.push(text.as_bytes())?;
    }
    let lifecycles = ordered_lifecycles(&builder.lifecycles);
    let mut counts = Counts {
        advisories: numbered.advisories.len() as u64,
        rows: index.row_count,
        packages: index.package_count,
        vulnerabilities: enriched.len() as u64,
        lifecycles: lifecycles.len() as u64,
        file_size: 0,
    };
    let sections = [
        catalogue(&index.namespaces, &builder.sources, &counts),
        index.packages,
        index.rows,
        identifiers,
        facts.finish(threads)?,
        references.finish(threads)?,
        prose.finish(threads)?,
        enrichments.finish(threads)?,
        texts.finish(threads)?,
        write_lifecycles(&lifecycles),
    ];
    let file = assemble(&sections)?;
    counts.file_size = file.len() as u64;
    let size = |blocks: &Vec<Stored>| blocks.iter().map(|block| block.bytes.len() as u64).sum();
    let sizes = Section::ALL.into_iter().zip(sections.iter().map(size)).collect();
    Ok((file, Summary { counts, sections: sizes }))
}

fn record(put: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out);
    out
}

fn check_limits(builder: &Builder) -> Result<(), Error> {
    let too_long = |what| Err(Error::Limit { what, limit: MAXIMUM_TEXT as u64 });
    if builder.texts.values().any(|text| text.len() > MAXIMUM_TEXT) {
        return too_long("a version, module or package name");
    }
    let of_advisories = builder.advisories.iter().map(|advisory| &advisory.ratings);
    for ratings in of_advisories.chain(builder.enrichments.values().map(|known| &known.ratings)) {
        if ratings.len() > MAXIMUM_RATINGS {
            return Err(Error::Limit { what: "a list of ratings", limit: MAXIMUM_RATINGS as u64 });
        }
        let texts = ratings.iter().flat_map(|rating| rating.vector.iter().chain([&rating.source]));
        if texts.into_iter().any(|text| text.len() > MAXIMUM_TEXT) {
            return too_long("a vector or the name of a source");
        }
    }
    Ok(())
}

/// Advisories in the order of their numbers, and the rows that now name them by number.
struct Numbered<'b> {
    advisories: Vec<&'b Advisory>,
    rows: Vec<Row>,
}

fn number_advisories(builder: &Builder, mut rows: Vec<Row>) -> Numbered<'_> {
    let advisories = &builder.advisories;
    let at = |position: u32| advisories.get(position as usize);
    let mut order: Vec<u32> = (0..index(advisories.len())).collect();
    order.sort_by(|&left, &right| match (at(left), at(right)) {
        (Some(left), Some(right)) => by_details(left, right),
        _ => left.cmp(&right),
    });
    // Those that agree in all details become one, their rows a union.
    let mut group_of = vec![0_u32; advisories.len()];
    let mut groups: Vec<&Advisory> = Vec::new();
    for position in order {
        let Some(advisory) = at(position) else { continue };
        if groups.last().is_none_or(|last| by_details(last, advisory) != Ordering::Equal) {
            groups.push(advisory);
        }
        if let Some(slot) = group_of.get_mut(position as usize) {
            *slot = index(groups.len() - 1);
        }
    }
    for row in &mut rows {
        row.advisory = group_of.get(row.advisory as usize).copied().unwrap_or_default();
    }
    let neighbourhoods = neighbourhoods(&builder.texts, &rows, groups.len());
    let place = |group: u32| {
        let package = neighbourhoods.get(group as usize).copied().unwrap_or_default();
        (groups.get(group as usize).map(|advisory| &advisory.source), package, group)
    };
    let mut order: Vec<u32> = (0..index(groups.len())).collect();
    order.sort_by(|&left, &right| place(left).cmp(&place(right)));
    let mut number_of = vec![0_u32; groups.len()];
    for (number, &group) in (0..).zip(&order) {
        if let Some(slot) = number_of.get_mut(group as usize) {
            *slot = number;
        }
    }
    for row in &mut rows {
        row.advisory = number_of.get(row.advisory as usize).copied().unwrap_or_default();
    }
    let advisories = order.iter().filter_map(|&group| groups.get(group as usize).copied());
    Numbered { advisories: advisories.collect(), rows }
}

/// For each group of advisories the package among its own that has most rows of all.
fn neighbourhoods<'t>(texts: &'t Interned<Arc<str>>, rows: &[Row], groups: usize) -> Vec<&'t str> {
    let mut weights: HashMap<u32, u32> = HashMap::new();
    for row in rows {
        *weights.entry(row.package).or_default() += 1;
    }
    // Of two packages with as many rows the name that sorts first decides.
    let mut best: Vec<Option<(u32, Reverse<&str>)>> = vec![None; groups];
    for row in rows {
        let weight = weights.get(&row.package).copied().unwrap_or_default();
        let candidate = Some((weight, Reverse(texts.text(row.package))));
        if let Some(slot) = best.get_mut(row.advisory as usize) {
            *slot = (*slot).max(candidate);
        }
    }
    best.into_iter().map(|slot| slot.map_or("", |(_, Reverse(package))| package)).collect()
}

/// Orders by everything an advisory says, affected packages left out.
fn by_details<'a>(left: &'a Advisory, right: &'a Advisory) -> Ordering {
    let names = |it: &'a Advisory| [&it.aliases, &it.fixes, &it.references];
    let prose = |it: &'a Advisory| [&it.title, &it.description];
    (&left.source, &left.id)
        .cmp(&(&right.source, &right.id))
        .then_with(|| names(left).cmp(&names(right)))
        .then_with(|| [left.published, left.modified].cmp(&[right.published, right.modified]))
        .then_with(|| left.ratings.cmp(&right.ratings))
        .then_with(|| left.weaknesses.cmp(&right.weaknesses))
        .then_with(|| prose(left).cmp(&prose(right)))
}

/// The sections that matching reads.
struct Index {
    namespaces: Vec<String>,
    packages: Vec<Stored>,
    rows: Vec<Stored>,
    row_count: u64,
    package_count: u64,
}

impl Index {
    fn write(builder: &Builder, numbered: &Numbered<'_>) -> Self {
        let text = |number: u32| builder.texts.text(number);
        let key = |row: &Row| (text(row.namespace), text(row.package));
        let mut rows: Vec<&Row> = numbered.rows.iter().collect();
        rows.sort_by(|left, right| key(left).cmp(&key(right)));
        let mut lists = Filler::new(ROWS_BLOCK);
        let mut known: HashMap<Vec<u8>, (usize, usize)> = HashMap::new();
        let mut packages: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        let mut namespaces: Vec<String> = Vec::new();
        let (mut row_count, mut package_count) = (0, 0);
        for rows in rows.chunk_by(|left, right| key(left) == key(right)) {
            let Some((namespace, package)) = rows.first().map(|&row| key(row)) else { continue };
            if namespaces.last().is_none_or(|last| last != namespace) {
                namespaces.push(namespace.to_owned());
            }
            let said: Vec<_> = rows
                .iter()
                .filter_map(|row| Some((row.advisory, builder.statements.value(row.statement)?)))
                .collect();
            let list = rows::encode(&said, text);
            row_count += rows::count(&list).unwrap_or_default() as u64;
            package_count += 1;
            let place = match known.get(&list) {
                Some(&place) => place,
                None => {
                    let place = lists.push(&list);
                    known.insert(list, place);
                    place
                }
            };
            let (block, offset) = place;
            let namespace = namespaces.len() - 1;
            packages.entry(package).or_default().push(Place { namespace, block, offset });
        }
        let mut table = TableWriter::new();
        for (package, places) in packages {
            table.push(package, &record(|out| put_places(out, &places)));
        }
        let (packages, rows) = (table.finish(), lists.finish());
        Self { namespaces, packages, rows, row_count, package_count }
    }
}

/// The namespaces of a package in rising order, each with the place of its row list.
fn put_places(out: &mut Vec<u8>, places: &[Place]) {
    let mut before = 0;
    for &Place { namespace, block, offset } in places {
        put_size(out, namespace - before);
        put_size(out, block);
        put_size(out, offset);
        before = namespace;
    }
}

/// The names of an advisory under which it can be looked up.
fn names(advisory: &Advisory) -> impl Iterator<Item = &str> {
    let others = advisory.aliases.iter().chain(&advisory.fixes);
    std::iter::once(&advisory.id).chain(others).map(String::as_str)
}

/// Enriched vulnerabilities in the order of the first advisory that names them, so that those of
/// one package are neighbours here too; those that no advisory names come last.
fn order_enrichments<'b>(builder: &'b Builder, advisories: &[&Advisory]) -> Vec<&'b str> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (number, advisory) in advisories.iter().enumerate() {
        for name in names(advisory) {
            first.entry(name).or_insert(number);
        }
    }
    let mut order: Vec<&str> = builder.enrichments.keys().map(String::as_str).collect();
    order.sort_by_key(|name| (first.get(name).copied().unwrap_or(usize::MAX), *name));
    order
}

fn write_identifiers(advisories: &[&Advisory], enriched: &[&str]) -> Vec<Stored> {
    let mut table: BTreeMap<&str, (u32, Vec<u32>)> = BTreeMap::new();
    for (number, advisory) in (0_u32..).zip(advisories) {
        for name in names(advisory) {
            let (_, numbers) = table.entry(name).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    for (number, name) in (1_u32..).zip(enriched) {
        table.entry(name).or_default().0 = number;
    }
    let mut writer = TableWriter::new();
    for (name, (enrichment, numbers)) in table {
        let value = record(|out| {
            put_number(out, enrichment);
            let mut before = 0;
            for number in numbers {
                put_number(out, number - before);
                before = number;
            }
        });
        writer.push(name, &value);
    }
    writer.finish()
}

/// Texts that many records share, the most frequent first.
struct SharedTexts<'b> {
    texts: Vec<&'b str>,
    numbers: HashMap<&'b str, u32>,
}

impl<'b> SharedTexts<'b> {
    fn collect(builder: &'b Builder, advisories: &[&'b Advisory]) -> Self {
        let sources = advisories.iter().map(|advisory| advisory.source.as_str());
        let ratings = advisories.iter().flat_map(|advisory| &advisory.ratings);
        let known = builder.enrichments.values().flat_map(|known| &known.ratings);
        let rated = ratings.chain(known).flat_map(|rating| {
            [Some(rating.source.as_str()), rating.vector.as_deref()].into_iter().flatten()
        });
        let mut uses: HashMap<&str, u32> = HashMap::new();
        for text in sources.chain(rated) {
            *uses.entry(text).or_default() += 1;
        }
        let mut order: Vec<(&str, u32)> = uses.into_iter().collect();
        order.sort_unstable_by_key(|&(text, uses)| (Reverse(uses), text));
        let texts: Vec<&str> = order.into_iter().map(|(text, _)| text).collect();
        let numbers = texts.iter().copied().zip(0..).collect();
        Self { texts, numbers }
    }
}

impl TextNumbers for SharedTexts<'_> {
    fn number(&self, text: &str) -> u32 {
        self.numbers.get(text).copied().unwrap_or_default()
    }
}

/// Sorted, each cycle of a product once.
fn ordered_lifecycles(lifecycles: &[Lifecycle]) -> Vec<&Lifecycle> {
    let mut order: Vec<&Lifecycle> = lifecycles.iter().collect();
    // An end that is stated, then an early end, comes first and stays.
    order.sort_by_key(|life| {
        let unknown = life.end_of_life.is_none();
        let days = (unknown, life.end_of_life, life.extended_support);
        (lifecycle_key(&life.product, &life.cycle), !life.ended, days)
    });
    order.dedup_by_key(|life| lifecycle_key(&life.product, &life.cycle));
    order
}

fn write_lifecycles(lifecycles: &[&Lifecycle]) -> Vec<Stored> {
    let mut writer = TableWriter::new();
    for lifecycle in lifecycles {
        let key = lifecycle_key(&lifecycle.product, &lifecycle.cycle);
        writer.push(&key, &record(|out| put_lifecycle(out, lifecycle)));
    }
    writer.finish()
}

/// The key of a life cycle in its table.
pub(crate) fn lifecycle_key(product: &str, cycle: &str) -> String {
    format!("{product}\0{cycle}")
}

fn catalogue(namespaces: &[String], sources: &[SourceInfo], counts: &Counts) -> Vec<Stored> {
    let mut sources: Vec<&SourceInfo> = sources.iter().collect();
    sources.sort();
    sources.dedup();
    let bytes = record(|out| {
        put_all(out, namespaces, |out, namespace| put_text(out, namespace));
        put_all(out, &sources, |out, source| facts::put_source(out, source));
        for count in counts.stored() {
            put_long(out, count);
        }
    });
    vec![Stored { unpacked: bytes.len(), bytes, records: 1 }]
}
