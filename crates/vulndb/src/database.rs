//! Opens a database and answers questions.

use std::{cell::RefCell, path::Path};

use seawall_model::{
    Advisory, Affected, Date, Digest, Enrichment, Lifecycle, Namespace, SourceInfo,
};

use crate::{
    AdvisoryNumber, Candidate, Counts, Error,
    blocks::Blocks,
    facts::{
        read_all, read_enrichment, read_facts, read_lifecycle, read_prose, read_references,
        read_source,
    },
    layout::{Block, Frame, Section},
    map::Bytes,
    records::Records,
    rows::{self, ALLOCATION_BUDGET, Row, Rows},
    table::Table,
    wire::Reader,
    write::lifecycle_key,
};

/// How many components of a version [`Database::lifecycle`] looks at.
const CYCLE_COMPONENTS: usize = 8;
const BAD_LIST: &str = "bad row list";

/// An open database. It can be shared between threads; matching takes no lock.
///
/// Every method that reads beyond the catalogue may find damage: [`Error::Checksum`] names the
/// block whose bytes changed, [`Error::Malformed`] the block that breaks the format's rules.
pub struct Database {
    bytes: Bytes,
    digest: [u8; 32],
    catalogue: Catalogue,
    pub(crate) packages: Table,
    pub(crate) rows: Blocks,
    pub(crate) identifiers: Table,
    pub(crate) facts: Records,
    pub(crate) references: Records,
    pub(crate) prose: Records,
    pub(crate) enrichments: Records,
    pub(crate) texts: Records,
    pub(crate) lifecycles: Table,
}

/// The page that is decoded on opening.
struct Catalogue {
    namespaces: Vec<Namespace>,
    sources: Vec<SourceInfo>,
    counts: Counts,
}

/// What a name stands for.
pub(crate) struct Named {
    /// Record of what is known about it besides advisories.
    pub(crate) enrichment: Option<u32>,
    pub(crate) advisories: Vec<AdvisoryNumber>,
}

/// Where a row list lies.
pub(crate) struct Place {
    pub(crate) namespace: usize,
    pub(crate) block: usize,
    pub(crate) offset: usize,
}

impl Database {
    /// Maps the file at `path` and checks its frame.
    ///
    /// # Errors
    /// When the file can't be mapped, is no database, has another version or another length than
    /// it says, or its frame is damaged.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let bytes =
            Bytes::map(path).map_err(|source| Error::Open { path: path.to_owned(), source })?;
        Self::new(bytes)
    }

    /// A database in memory.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::new(Bytes::Owned(bytes))
    }

    /// A database that is part of the program; nothing is copied.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, Error> {
        Self::new(Bytes::Static(bytes))
    }

    fn new(bytes: Bytes) -> Result<Self, Error> {
        let file = bytes.as_slice();
        let frame = Frame::read(file)?;
        let mut sections = frame.sections.into_iter();
        let mut next = || sections.next().unwrap_or_default();
        let catalogue = Catalogue::read(file, next())?;
        let database = Self {
            digest: frame.digest,
            catalogue,
            packages: Table::new(Section::Packages, next()),
            rows: Blocks::new(Section::Rows, next()),
            identifiers: Table::new(Section::Identifiers, next()),
            facts: Records::new(Section::Facts, next()),
            references: Records::new(Section::References, next()),
            prose: Records::new(Section::Prose, next()),
            enrichments: Records::new(Section::Enrichments, next()),
            texts: Records::new(Section::Texts, next()),
            lifecycles: Table::new(Section::Lifecycles, next()),
            bytes,
        };
        Ok(database)
    }

    pub(crate) fn file(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    pub(crate) const fn stored_digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The newest date of any source.
    pub fn built(&self) -> Option<Date> {
        self.catalogue.sources.iter().filter_map(|source| source.date).max()
    }

    /// The digest of the content as the header states it: `sha256:` and 64 hexadecimal digits.
    /// Two databases with the same digest give the same answers. [`Database::verify`] checks it.
    pub fn digest(&self) -> String {
        Digest::from_bytes(self.digest).to_string()
    }

    /// Where the facts come from, sorted.
    pub fn sources(&self) -> &[SourceInfo] {
        &self.catalogue.sources
    }

    /// Whether some source speaks for `namespace`: without one, no finding means nothing.
    pub fn covers(&self, namespace: &Namespace) -> bool {
        let mut spoken_for = self.catalogue.sources.iter().flat_map(|source| &source.namespaces);
        spoken_for.any(|spoken_for| spoken_for == namespace.as_str())
    }

    /// How much the database holds.
    pub fn counts(&self) -> Counts {
        self.catalogue.counts
    }

    /// What all advisories say about `package`, in the order of their numbers.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged.
    pub fn candidates(
        &self,
        namespace: &Namespace,
        package: &str,
    ) -> Result<Vec<Candidate>, Error> {
        match self.place(namespace, package)? {
            Some(place) => self.candidates_at(&place, namespace, package),
            None => Ok(Vec::new()),
        }
    }

    /// [`Database::candidates`] without allocating for each: calls `visit` with every row. For
    /// packages with thousands of rows, such as the kernel, of which a scan keeps few.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged; rows before the damage were visited.
    pub fn visit_candidates(
        &self,
        namespace: &Namespace,
        package: &str,
        mut visit: impl FnMut(Row<'_>),
    ) -> Result<(), Error> {
        let Some(place) = self.place(namespace, package)? else { return Ok(()) };
        let rows = Rows::open(self.list(&place)?);
        let visited = rows.and_then(|rows| {
            rows.visit(|row| {
                visit(row);
                Some(())
            })
        });
        visited.ok_or_else(|| self.rows.malformed(place.block, BAD_LIST))
    }

    /// Where the rows of a package in a namespace lie.
    fn place(&self, namespace: &Namespace, package: &str) -> Result<Option<Place>, Error> {
        let Ok(wanted) = self.catalogue.namespaces.binary_search(namespace) else {
            return Ok(None);
        };
        let Some(value) = self.packages.find(self.file(), package)? else { return Ok(None) };
        for place in self.places(value) {
            let place = place?;
            if place.namespace == wanted {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    pub(crate) fn candidates_at(
        &self,
        place: &Place,
        namespace: &Namespace,
        package: &str,
    ) -> Result<Vec<Candidate>, Error> {
        let bytes = self.list(place)?;
        let read = || {
            let rows = Rows::open(bytes)?;
            let mut candidates = Vec::with_capacity(rows.len());
            let mut budget = ALLOCATION_BUDGET;
            rows.visit(|row| {
                budget = budget.checked_sub(row.weight())?;
                let affected = row.affected(namespace, package);
                candidates.push(Candidate { advisory: row.advisory, affected });
                Some(())
            })?;
            Some(candidates)
        };
        read().ok_or_else(|| self.rows.malformed(place.block, BAD_LIST))
    }

    /// The bytes from the start of a row list to the end of its block.
    pub(crate) fn list(&self, place: &Place) -> Result<&[u8], Error> {
        let block = self.rows.bytes(self.file(), place.block)?;
        let outside = || self.rows.malformed(place.block, "row list outside the block");
        block.get(place.offset..).ok_or_else(outside)
    }

    /// Reads the row list places of a package, in rising order of namespaces.
    pub(crate) fn places(&self, value: &[u8]) -> impl Iterator<Item = Result<Place, Error>> {
        let mut reader = Reader::new(value);
        let mut before = 0_usize;
        std::iter::from_fn(move || {
            if reader.is_empty() {
                return None;
            }
            let mut place = || {
                let namespace = before.checked_add(reader.size()?)?;
                Some(Place { namespace, block: reader.size()?, offset: reader.size()? })
            };
            let place = place();
            match &place {
                Some(place) => before = place.namespace,
                // The rest can't be understood either.
                None => reader = Reader::new(&[]),
            }
            Some(place.ok_or_else(|| self.packages.bad_value()))
        })
    }

    pub(crate) fn namespace(&self, index: usize) -> Result<&Namespace, Error> {
        self.catalogue.namespaces.get(index).ok_or_else(|| self.packages.bad_value())
    }

    /// All that an advisory says except which packages it affects.
    ///
    /// # Errors
    /// [`Error::NoSuchAdvisory`] for a number of another database; damage in the blocks it needs.
    pub fn details(&self, advisory: AdvisoryNumber) -> Result<Advisory, Error> {
        let mut details = self.facts(advisory)?;
        details.references = self
            .references
            .read(self.file(), advisory.0, |reader| read_references(reader, &details))?;
        if self.prose.len() > 0 {
            (details.title, details.description) =
                self.prose.read(self.file(), advisory.0, |reader| read_prose(reader, &details))?;
        }
        Ok(details)
    }

    /// [`Database::details`] without references, title and description: what grouping, rating and
    /// ordering findings needs, at a fraction of the cost.
    ///
    /// # Errors
    /// As [`Database::details`].
    pub fn facts(&self, advisory: AdvisoryNumber) -> Result<Advisory, Error> {
        if advisory.0 >= self.facts.len() {
            return Err(Error::NoSuchAdvisory(advisory));
        }
        self.with_texts(|text| {
            self.facts.read(self.file(), advisory.0, |reader| read_facts(reader, text))
        })
    }

    /// Runs `read` with access to shared texts. An error met there is the one returned, rather
    /// than one about the record that names the text.
    fn with_texts<T>(
        &self,
        read: impl FnOnce(&dyn Fn(u32) -> Option<String>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let failure = RefCell::new(None);
        let text = |number| {
            let text = self.texts.read(self.file(), number, |reader| {
                let bytes = reader.take(reader.remaining())?;
                std::str::from_utf8(bytes).ok().map(str::to_owned)
            });
            text.map_err(|error| *failure.borrow_mut() = Some(error)).ok()
        };
        let result = read(&text);
        result.map_err(|error| failure.take().unwrap_or(error))
    }

    /// Which packages an advisory affects, by package name and namespace. Walks all row lists:
    /// some milliseconds.
    ///
    /// # Errors
    /// As [`Database::details`].
    pub fn affected(&self, advisory: AdvisoryNumber) -> Result<Vec<Affected>, Error> {
        if advisory.0 >= self.facts.len() {
            return Err(Error::NoSuchAdvisory(advisory));
        }
        let mut affected = Vec::new();
        self.packages.visit(self.file(), |package, value| {
            for place in self.places(value) {
                let place = place?;
                let bad = || self.rows.malformed(place.block, BAD_LIST);
                if rows::mentions(self.list(&place)?, advisory.0).ok_or_else(bad)? {
                    let namespace = self.namespace(place.namespace)?;
                    let candidates = self.candidates_at(&place, namespace, package)?;
                    let of_advisory = candidates.into_iter().filter(|row| row.advisory == advisory);
                    affected.extend(of_advisory.map(|row| row.affected));
                }
            }
            Ok(())
        })?;
        Ok(affected)
    }

    /// The advisories that have this identifier, or name it as alias or as a vulnerability that
    /// they fix.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged.
    pub fn advisories_named(&self, id_or_alias: &str) -> Result<Vec<AdvisoryNumber>, Error> {
        let Some(value) = self.identifiers.find(self.file(), id_or_alias)? else {
            return Ok(Vec::new());
        };
        let named = self.read_named(value).ok_or_else(|| self.identifiers.bad_value())?;
        Ok(named.advisories)
    }

    /// Reads a value of the identifiers table.
    pub(crate) fn read_named(&self, value: &[u8]) -> Option<Named> {
        let mut reader = Reader::new(value);
        let enrichment = reader.number()?.checked_sub(1);
        let mut advisories = Vec::new();
        let mut number = 0_u32;
        while !reader.is_empty() {
            number = number.checked_add(reader.number()?)?;
            advisories.push(AdvisoryNumber(number));
        }
        advisories.iter().all(|advisory| advisory.0 < self.facts.len()).then_some(())?;
        Some(Named { enrichment, advisories })
    }

    /// The namespaces in which a package of this name has rows, each with how many.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged.
    pub fn packages_named(&self, package: &str) -> Result<Vec<(Namespace, usize)>, Error> {
        let Some(value) = self.packages.find(self.file(), package)? else {
            return Ok(Vec::new());
        };
        let counted = |place: Result<Place, Error>| {
            let place = place?;
            let bad = || self.rows.malformed(place.block, BAD_LIST);
            let count = rows::count(self.list(&place)?).ok_or_else(bad)?;
            Ok((self.namespace(place.namespace)?.clone(), count))
        };
        self.places(value).map(counted).collect()
    }

    /// The names of all packages that have rows in `namespace`, sorted. Walks the whole table of
    /// packages.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged.
    pub fn packages_of(&self, namespace: &Namespace) -> Result<Vec<String>, Error> {
        let mut packages = Vec::new();
        let Ok(wanted) = self.catalogue.namespaces.binary_search(namespace) else {
            return Ok(packages);
        };
        self.packages.visit(self.file(), |package, value| {
            for place in self.places(value) {
                if place?.namespace == wanted {
                    packages.push(package.to_owned());
                }
            }
            Ok(())
        })?;
        Ok(packages)
    }

    /// What is known about a vulnerability besides advisories.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged.
    pub fn enrichment(&self, vulnerability: &str) -> Result<Option<Enrichment>, Error> {
        let Some(value) = self.identifiers.find(self.file(), vulnerability)? else {
            return Ok(None);
        };
        let number = Reader::new(value).number().ok_or_else(|| self.identifiers.bad_value())?;
        let Some(number) = number.checked_sub(1) else { return Ok(None) };
        let read = |text: &dyn Fn(u32) -> Option<String>| {
            self.enrichments.read(self.file(), number, |reader| read_enrichment(reader, text))
        };
        self.with_texts(read).map(Some)
    }

    /// The life of the release that `version` belongs to: the longest known cycle that `version`
    /// equals or continues with a dot. Only the first eight components of `version` count.
    ///
    /// # Errors
    /// When the blocks that it needs are damaged.
    pub fn lifecycle(&self, product: &str, version: &str) -> Result<Option<Lifecycle>, Error> {
        let dots = version.match_indices('.').map(|(position, _)| position);
        let mut ends: Vec<usize> = dots.take(CYCLE_COMPONENTS).collect();
        if ends.len() < CYCLE_COMPONENTS {
            ends.push(version.len());
        }
        for cycle in ends.into_iter().rev().filter_map(|end| version.get(..end)) {
            let key = lifecycle_key(product, cycle);
            if let Some(value) = self.lifecycles.find(self.file(), &key)? {
                let bad = || self.lifecycles.bad_value();
                return read_lifecycle(value, product, cycle).ok_or_else(bad).map(Some);
            }
        }
        Ok(None)
    }
}

impl Catalogue {
    fn read(file: &[u8], blocks: Vec<Block>) -> Result<Self, Error> {
        let blocks = Blocks::new(Section::Catalogue, blocks);
        let mut reader = Reader::new(blocks.bytes(file, 0)?);
        let mut read = || {
            let namespaces =
                read_all(&mut reader, |reader| reader.text().map(Namespace::from_text))?;
            let sources = read_all(&mut reader, read_source)?;
            let counts = Counts {
                advisories: reader.long()?,
                rows: reader.long()?,
                packages: reader.long()?,
                vulnerabilities: reader.long()?,
                lifecycles: reader.long()?,
                file_size: file.len() as u64,
            };
            let sorted = namespaces.is_sorted() && reader.is_empty();
            sorted.then_some(Self { namespaces, sources, counts })
        };
        read().ok_or_else(|| blocks.malformed(0, "bad catalogue"))
    }
}
