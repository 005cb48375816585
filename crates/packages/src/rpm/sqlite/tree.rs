//! Table b-trees: interior pages lead to leaves, leaves hold rows, long rows go on in overflow
//! pages.

use super::super::Error;
use super::super::bytes::Endian;
use super::pages::Pages;
use super::record;

const BIG: Endian = Endian::Big;
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// A b-tree over the largest database that SQLite allows is not deeper.
const MAX_DEPTH: u8 = 20;

/// Where rows are delivered; an error ends the walk.
pub(super) type Deliver<'a> = dyn FnMut(Result<&[u8], Error>) -> Result<(), Error> + 'a;

/// Delivers each row of the tree at `root` in the order of row numbers, as a record of up to
/// `limit` bytes or the reason why there is none.
pub(super) fn rows(
    pages: &mut Pages<'_>,
    root: u32,
    limit: u64,
    deliver: &mut Deliver<'_>,
) -> Result<(), Error> {
    let mut page = Vec::new();
    let mut row = Vec::new();
    let mut ahead = vec![(root, MAX_DEPTH)];
    while let Some((number, depth)) = ahead.pop() {
        pages.fill(number, &mut page)?;
        let node = Node::of(number, &page)
            .ok_or(Error::Page { page: number, what: "is not part of a table" })?;
        if !node.is_leaf {
            let depth = depth.checked_sub(1).ok_or(Error::Circular)?;
            // The last child is to be met last, so it goes to the bottom of the stack.
            ahead.push((node.right, depth));
            ahead.extend(node.children().rev().map(|child| (child, depth)));
            continue;
        }
        for cell in node.cells() {
            let outcome = read_row(pages, number, cell, limit, &mut row);
            if let Err(Error::Circular) = outcome {
                return Err(Error::Circular);
            }
            deliver(outcome.map(|()| row.as_slice()))?;
        }
    }
    Ok(())
}

/// A page of a table b-tree.
struct Node<'p> {
    page: &'p [u8],
    /// Offsets of the cells, two bytes each.
    pointers: &'p [[u8; 2]],
    is_leaf: bool,
    /// The last child of an interior page.
    right: u32,
}

impl<'p> Node<'p> {
    fn of(number: u32, page: &'p [u8]) -> Option<Self> {
        // The first page begins with the header of the database.
        let header = page.get(if number == 1 { 100 } else { 0 }..)?;
        let (is_leaf, length) = match *header.first()? {
            LEAF => (true, 8),
            INTERIOR => (false, 12),
            _ => return None,
        };
        let count = usize::from(BIG.u16(header, 3)?);
        let right = if is_leaf { 0 } else { BIG.u32(header, 8)? };
        let (pointers, _) = header.get(length..length + count * 2)?.as_chunks();
        Some(Self { page, pointers, is_leaf, right })
    }

    /// The cells, each with all that follows it on the page; empty where a cell lies outside.
    fn cells(&self) -> impl DoubleEndedIterator<Item = &'p [u8]> + use<'p> {
        let page = self.page;
        self.pointers.iter().map(move |&pointer| {
            page.get(usize::from(u16::from_be_bytes(pointer))..).unwrap_or_default()
        })
    }

    fn children(&self) -> impl DoubleEndedIterator<Item = u32> + use<'p> {
        self.cells().map(|cell| BIG.u32(cell, 0).unwrap_or(0))
    }
}

/// Fills `row` with the record of a leaf's cell on page `number`.
fn read_row(
    pages: &mut Pages<'_>,
    number: u32,
    cell: &[u8],
    limit: u64,
    row: &mut Vec<u8>,
) -> Result<(), Error> {
    let broken = || Error::Page { page: number, what: "has a row outside itself" };
    row.clear();
    let (size, cell) = record::varint(cell).ok_or_else(broken)?;
    let (_row_number, cell) = record::varint(cell).ok_or_else(broken)?;
    if size > limit {
        return Err(Error::HeaderTooLarge { size, limit });
    }
    let usable = pages.usable() as u64;
    let here = bytes_in_cell(size, usable);
    let (start, rest) = cell.split_at_checked(here as usize).ok_or_else(broken)?;
    row.extend_from_slice(start);
    let mut left = size - here;
    let mut next = BIG.u32(rest, 0);
    while left > 0 {
        let overflow = next.filter(|&page| page > 0).ok_or_else(broken)?;
        let count = left.min(usable - 4);
        let mut link = Vec::with_capacity(4);
        pages.append(overflow, 0, 4, &mut link)?;
        pages.append(overflow, 4, count as u32, row)?;
        left -= count;
        next = BIG.u32(&link, 0);
    }
    Ok(())
}

/// How much of a row of `size` bytes lies in its cell, the rest being on overflow pages of which
/// each but the last is to be full ("Cell payload overflow pages" in the specification).
fn bytes_in_cell(size: u64, usable: u64) -> u64 {
    let most = usable - 35;
    let least = (usable - 12) * 32 / 255 - 23;
    if size <= most {
        return size;
    }
    let fitting = least + (size - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}
