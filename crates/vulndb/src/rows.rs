//! Row lists: which advisories speak of one package in one namespace, and what each says.
//!
//! A list is, in this order and without padding:
//!
//! ```text
//! number of rows, bytes of rows
//! rows       advisory number less the one before · code · [argument]
//! count, statements that need more than a code: module, ranges, versions
//! count, texts in rising order: bytes shared with the text before · the rest
//! ```
//!
//! The code carries status, severity and the commonest shapes of a statement. Texts are the
//! versions and modules that the rows name, each once. A list does not name its package or
//! namespace, so packages that always share a fate (binary packages of one source) share a list.

use std::collections::BTreeMap;

use seawall_model::{Affected, Namespace, Range, Severity, Status, UpperBound};

use crate::{
    AdvisoryNumber,
    wire::{Reader, put_number, put_size, put_text, shared_prefix},
};

/// Statuses by code.
const STATUSES: [Status; 7] = [
    Status::Fixed,
    Status::Affected,
    Status::UnderInvestigation,
    Status::WillNotFix,
    Status::Deferred,
    Status::EndOfLife,
    Status::NotAffected,
];
/// Severities by code; zero is no severity.
pub(crate) const SEVERITIES: [Severity; 6] = [
    Severity::Unknown,
    Severity::Negligible,
    Severity::Low,
    Severity::Medium,
    Severity::High,
    Severity::Critical,
];
/// Codes of each shape: every status with every severity and none.
const CODES: u8 = 49;
/// Texts are versions and modules. The limit keeps front-coding from multiplying a few bytes of
/// a hostile file.
pub(crate) const MAXIMUM_TEXT: usize = 4 << 10;
/// What one list may make a reader allocate, in bytes. The largest real list takes some hundred
/// kilobytes.
pub(crate) const ALLOCATION_BUDGET: usize = 64 << 20;

/// What a row says. `T` is an index: of the builder's texts when writing, of the list's when
/// reading.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Statement<T> {
    pub(crate) status: u8,
    /// Zero for none.
    pub(crate) severity: u8,
    pub(crate) shape: Shape<T>,
}

/// Which versions a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Shape<T> {
    /// Every version, said by neither range nor list.
    Every,
    /// One range without bounds.
    Unbounded,
    /// One range from the beginning to a fix.
    Before(T),
    /// Anything else.
    Detailed(Detailed<T>),
}

/// A statement that needs more than a code and a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Detailed<T> {
    module: Option<T>,
    ranges: Vec<(Option<T>, Upper<T>)>,
    versions: Vec<T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Upper<T> {
    Unbounded,
    Fixed(T),
    LastAffected(T),
}

/// The code of a severity.
pub(crate) fn severity_code(severity: Option<Severity>) -> u8 {
    let position = severity
        .and_then(|severity| SEVERITIES.iter().position(|&known| known == severity))
        .and_then(|position| u8::try_from(position + 1).ok());
    position.unwrap_or(0)
}

/// The severity of a code; the outer `None` is an unknown code.
#[expect(clippy::option_option, reason = "malformed and absent are different answers")]
pub(crate) fn severity_of(code: u8) -> Option<Option<Severity>> {
    match code.checked_sub(1) {
        None => Some(None),
        Some(index) => SEVERITIES.get(usize::from(index)).copied().map(Some),
    }
}

impl<T> Statement<T> {
    /// The statement of `affected` with its texts replaced by what `index` makes of them.
    pub(crate) fn of(affected: &Affected, mut index: impl FnMut(&str) -> T) -> Self {
        let status = STATUSES.iter().position(|&status| status == affected.status);
        let shape = match (&affected.module, affected.ranges.as_slice(), &*affected.versions) {
            (None, [], []) => Shape::Every,
            (None, [Range { introduced: None, upper: UpperBound::Unbounded }], []) => {
                Shape::Unbounded
            }
            (None, [Range { introduced: None, upper: UpperBound::Fixed(version) }], []) => {
                Shape::Before(index(version))
            }
            (module, ranges, versions) => Shape::Detailed(Detailed {
                module: module.as_deref().map(&mut index),
                ranges: ranges
                    .iter()
                    .map(|range| {
                        let introduced = range.introduced.as_deref().map(&mut index);
                        let upper = match &range.upper {
                            UpperBound::Unbounded => Upper::Unbounded,
                            UpperBound::Fixed(version) => Upper::Fixed(index(version)),
                            UpperBound::LastAffected(version) => {
                                Upper::LastAffected(index(version))
                            }
                        };
                        (introduced, upper)
                    })
                    .collect(),
                versions: versions.iter().map(|version| index(version)).collect(),
            }),
        };
        Self {
            status: status.and_then(|status| u8::try_from(status).ok()).unwrap_or_default(),
            severity: severity_code(affected.severity),
            shape,
        }
    }
}

impl<T: Copy> Shape<T> {
    fn visit_texts(&self, mut visit: impl FnMut(T)) {
        match self {
            Self::Every | Self::Unbounded => {}
            Self::Before(version) => visit(*version),
            Self::Detailed(detailed) => detailed.visit_texts(visit),
        }
    }
}

impl<T: Copy> Detailed<T> {
    fn visit_texts(&self, mut visit: impl FnMut(T)) {
        self.module.into_iter().for_each(&mut visit);
        for (introduced, upper) in &self.ranges {
            introduced.iter().copied().for_each(&mut visit);
            if let Upper::Fixed(version) | Upper::LastAffected(version) = upper {
                visit(*version);
            }
        }
        self.versions.iter().copied().for_each(&mut visit);
    }
}

/// Encodes the rows of one package in one namespace. The order of `rows` does not matter, and a
/// row said twice is written once. `text` gives the text of an index.
pub(crate) fn encode<'t>(
    rows: &[(u32, &Statement<u32>)],
    text: impl Fn(u32) -> &'t str,
) -> Vec<u8> {
    let mut texts = BTreeMap::new();
    for (_, statement) in rows {
        statement.shape.visit_texts(|index| {
            texts.insert(text(index), 0);
        });
    }
    for (position, slot) in texts.values_mut().enumerate() {
        *slot = position;
    }
    let local = |index: u32| texts.get(text(index)).copied().unwrap_or_default();
    let mut details = BTreeMap::new();
    for (_, statement) in rows {
        if let Shape::Detailed(detailed) = &statement.shape {
            details.insert(detailed.encode(local), 0);
        }
    }
    for (position, slot) in details.values_mut().enumerate() {
        *slot = position;
    }
    let mut coded: Vec<(u32, u8, Option<usize>)> = rows
        .iter()
        .map(|(number, statement)| {
            let (kind, argument) = match &statement.shape {
                Shape::Every => (0, None),
                Shape::Unbounded => (1, None),
                Shape::Before(version) => (2, Some(local(*version))),
                Shape::Detailed(detailed) => {
                    (3, Some(details.get(&detailed.encode(local)).copied().unwrap_or_default()))
                }
            };
            (*number, kind * CODES + statement.status * 7 + statement.severity, argument)
        })
        .collect();
    coded.sort_unstable();
    coded.dedup();
    let mut body = Vec::new();
    let mut before = 0;
    for (number, code, argument) in &coded {
        put_number(&mut body, number - before);
        body.push(*code);
        if let Some(argument) = argument {
            put_size(&mut body, *argument);
        }
        before = *number;
    }
    let mut out = Vec::with_capacity(body.len() + 8);
    put_size(&mut out, coded.len());
    put_size(&mut out, body.len());
    out.append(&mut body);
    put_size(&mut out, details.len());
    details.keys().for_each(|detailed| out.extend_from_slice(detailed));
    put_size(&mut out, texts.len());
    let mut last = "";
    for text in texts.keys() {
        let mut shared = shared_prefix(last.as_bytes(), text.as_bytes());
        while !text.is_char_boundary(shared) {
            shared -= 1;
        }
        put_size(&mut out, shared);
        put_text(&mut out, text.get(shared..).unwrap_or_default());
        last = text;
    }
    out
}

impl Detailed<u32> {
    fn encode(&self, local: impl Fn(u32) -> usize) -> Vec<u8> {
        let mut out = Vec::new();
        put_size(&mut out, self.module.map_or(0, |module| local(module) + 1));
        put_size(&mut out, self.ranges.len());
        for (introduced, upper) in &self.ranges {
            put_size(&mut out, introduced.map_or(0, |version| local(version) + 1));
            match upper {
                Upper::Unbounded => out.push(0),
                Upper::Fixed(version) => put_size(&mut out, local(*version) * 2 + 1),
                Upper::LastAffected(version) => put_size(&mut out, local(*version) * 2 + 2),
            }
        }
        put_size(&mut out, self.versions.len());
        self.versions.iter().for_each(|&version| put_size(&mut out, local(version)));
        out
    }
}

impl Detailed<usize> {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let module = reader.size()?.checked_sub(1);
        let ranges = (0..reader.count()?)
            .map(|_| {
                let introduced = reader.size()?.checked_sub(1);
                let upper = match reader.size()? {
                    0 => Upper::Unbounded,
                    code if code % 2 == 1 => Upper::Fixed(code / 2),
                    code => Upper::LastAffected(code / 2 - 1),
                };
                Some((introduced, upper))
            })
            .collect::<Option<_>>()?;
        let versions = (0..reader.count()?).map(|_| reader.size()).collect::<Option<_>>()?;
        Some(Self { module, ranges, versions })
    }
}

/// The texts of a list, end to end.
struct Texts {
    all: String,
    ends: Vec<usize>,
}

/// The number of rows of the list at the start of `bytes`.
pub(crate) fn count(bytes: &[u8]) -> Option<usize> {
    Reader::new(bytes).count()
}

/// Whether the list at the start of `bytes` has a row of advisory `number`.
pub(crate) fn mentions(bytes: &[u8], number: u32) -> Option<bool> {
    let mut reader = Reader::new(bytes);
    let count = reader.count()?;
    let length = reader.size()?;
    let mut rows = Reader::new(reader.take(length)?);
    let mut current = 0_u32;
    for _ in 0..count {
        current = current.checked_add(rows.number()?)?;
        if current >= number {
            return Some(current == number);
        }
        if rows.byte()? >= 2 * CODES {
            rows.number()?;
        }
    }
    Some(false)
}

/// What all advisories say about one package in one namespace, read in place.
pub(crate) struct Rows<'f> {
    count: usize,
    rows: Reader<'f>,
    details: Vec<Detailed<usize>>,
    texts: Texts,
}

/// What one advisory says about the package that it was looked up by, read in place.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    /// The advisory.
    pub advisory: AdvisoryNumber,
    /// What the source says about the package.
    pub status: Status,
    /// The vendor's severity for this package in this release.
    pub severity: Option<Severity>,
    shape: ShapeOf<'r>,
    texts: &'r Texts,
}

/// The shape of a row, its texts checked to exist.
#[derive(Clone, Copy)]
enum ShapeOf<'r> {
    Every,
    Unbounded,
    Before(usize),
    Detailed(&'r Detailed<usize>),
}

/// A [`Range`] that borrows its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RangeOf<'r> {
    /// First affected version; `None` means from the beginning.
    pub introduced: Option<&'r str>,
    /// Where it ends.
    pub upper: UpperOf<'r>,
}

/// An [`UpperBound`] that borrows its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpperOf<'r> {
    /// No fix is known.
    Unbounded,
    /// The first version that is not affected.
    Fixed(&'r str),
    /// The last version that is affected.
    LastAffected(&'r str),
}

impl<'f> Rows<'f> {
    /// Opens the list at the start of `bytes`; what follows it is not looked at.
    pub(crate) fn open(bytes: &'f [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let count = reader.count()?;
        let length = reader.size()?;
        let rows = Reader::new(reader.take(length)?);
        let details = reader.count()?;
        let details: Vec<_> =
            (0..details).map(|_| Detailed::read(&mut reader)).collect::<Option<_>>()?;
        let texts = Texts::read(&mut reader)?;
        let known = texts.ends.len();
        let mut complete = true;
        for detailed in &details {
            detailed.visit_texts(|index| complete &= index < known);
        }
        complete.then_some(Self { count, rows, details, texts })
    }

    /// How many rows there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Calls `visit` with every row in rising order of advisory numbers; `None` when the list is
    /// malformed, after the rows before the fault.
    pub(crate) fn visit(&self, mut visit: impl FnMut(Row<'_>) -> Option<()>) -> Option<()> {
        let mut rows = self.rows;
        let mut number = 0_u32;
        for _ in 0..self.count {
            number = number.checked_add(rows.number()?)?;
            let code = rows.byte()?;
            let shape = match code / CODES {
                0 => ShapeOf::Every,
                1 => ShapeOf::Unbounded,
                2 => {
                    let version = rows.size()?;
                    ShapeOf::Before((version < self.texts.ends.len()).then_some(version)?)
                }
                3 => ShapeOf::Detailed(self.details.get(rows.size()?)?),
                _ => return None,
            };
            visit(Row {
                advisory: AdvisoryNumber(number),
                status: *STATUSES.get(usize::from(code % CODES / 7))?,
                severity: severity_of(code % 7)?,
                shape,
                texts: &self.texts,
            })?;
        }
        rows.is_empty().then_some(())
    }
}

impl<'r> Row<'r> {
    /// RPM module stream that the row is limited to.
    pub fn module(&self) -> Option<&'r str> {
        match self.shape {
            ShapeOf::Detailed(detailed) => detailed.module.map(|index| self.texts.text(index)),
            _ => None,
        }
    }

    /// Affected versions: the union of these and [`Row::versions`]. Both empty means every
    /// version.
    pub fn ranges(&self) -> impl Iterator<Item = RangeOf<'r>> + use<'r> {
        let texts = self.texts;
        let (simple, detailed): (_, &'r [_]) = match self.shape {
            ShapeOf::Every => (None, &[]),
            ShapeOf::Unbounded => (Some(UpperOf::Unbounded), &[]),
            ShapeOf::Before(version) => (Some(UpperOf::Fixed(texts.text(version))), &[]),
            ShapeOf::Detailed(detailed) => (None, &detailed.ranges),
        };
        let simple = simple.map(|upper| RangeOf { introduced: None, upper });
        simple.into_iter().chain(detailed.iter().map(move |(introduced, upper)| RangeOf {
            introduced: introduced.map(|index| texts.text(index)),
            upper: match *upper {
                Upper::Unbounded => UpperOf::Unbounded,
                Upper::Fixed(index) => UpperOf::Fixed(texts.text(index)),
                Upper::LastAffected(index) => UpperOf::LastAffected(texts.text(index)),
            },
        }))
    }

    /// Affected versions listed one by one.
    pub fn versions(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let texts = self.texts;
        let versions: &'r [usize] = match self.shape {
            ShapeOf::Detailed(detailed) => &detailed.versions,
            _ => &[],
        };
        versions.iter().map(move |&index| texts.text(index))
    }

    /// The row as the model has it, for the package and namespace that it was looked up by.
    pub fn affected(&self, namespace: &Namespace, package: &str) -> Affected {
        Affected {
            namespace: namespace.clone(),
            package: package.to_owned(),
            status: self.status,
            ranges: self.ranges().map(Range::from).collect(),
            versions: self.versions().map(str::to_owned).collect(),
            module: self.module().map(str::to_owned),
            severity: self.severity,
        }
    }

    /// About how many bytes [`Row::affected`] allocates.
    pub(crate) fn weight(&self) -> usize {
        let mut weight = size_of::<Affected>();
        match self.shape {
            ShapeOf::Detailed(detailed) => {
                weight += detailed.ranges.len() * size_of::<Range>();
                detailed.visit_texts(|index| {
                    weight += size_of::<String>() + self.texts.text(index).len();
                });
            }
            ShapeOf::Before(version) => weight += self.texts.text(version).len(),
            ShapeOf::Every | ShapeOf::Unbounded => {}
        }
        weight
    }
}

impl From<RangeOf<'_>> for Range {
    fn from(range: RangeOf<'_>) -> Self {
        let upper = match range.upper {
            UpperOf::Unbounded => UpperBound::Unbounded,
            UpperOf::Fixed(version) => UpperBound::Fixed(version.to_owned()),
            UpperOf::LastAffected(version) => UpperBound::LastAffected(version.to_owned()),
        };
        Self { introduced: range.introduced.map(str::to_owned), upper }
    }
}

impl Texts {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let count = reader.count()?;
        let mut texts = Self { all: String::new(), ends: Vec::with_capacity(count) };
        let mut last = 0..0;
        for _ in 0..count {
            let shared = reader.size()?;
            let rest = reader.text()?;
            let start = texts.all.len();
            let length = shared.checked_add(rest.len()).filter(|&length| length <= MAXIMUM_TEXT)?;
            if shared > last.len() || start + length > ALLOCATION_BUDGET {
                return None;
            }
            let prefix = last.start..last.start + shared;
            texts.all.get(prefix.clone())?;
            texts.all.extend_from_within(prefix);
            texts.all.push_str(rest);
            last = start..texts.all.len();
            texts.ends.push(last.end);
        }
        Some(texts)
    }

    /// The text of an index that was checked when the list was opened or the row was read.
    fn text(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before));
        let end = self.ends.get(index).copied().unwrap_or_default();
        self.all.get(start.copied().unwrap_or_default()..end).unwrap_or_default()
    }
}
