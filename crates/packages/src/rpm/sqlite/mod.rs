//! The `Packages` table of an SQLite database, the form of Fedora, Amazon Linux 2023 and Red Hat's
//! family from Enterprise Linux 9 on.
//!
//! Source of the format: sqlite.org, "Database File Format", sections 1 (pages and b-trees), 2
//! (records and schema) and 4 (the write-ahead log). The table is rpm's own: `hnum INTEGER PRIMARY
//! KEY, blob BLOB` (lib/backend/sqlite.c). Only what that needs is here: table b-trees, no
//! indexes, UTF-8. Ignored: rollback journals (rpm uses the log), the freelist, and the log's
//! index in `-shm`, which only speeds up what the log itself says.

mod pages;
mod record;
mod tree;
mod wal;

use pages::Pages;

use super::{Error, Found};
use crate::Content;

/// The schema's b-tree starts on the first page.
const SCHEMA: u32 = 1;

/// No row of a schema is nearly as large.
const MAX_SCHEMA_ROW: u64 = 1 << 20;

/// Delivers every header blob of up to `limit` bytes, as committed in the database and its log.
pub(super) fn read(
    content: &dyn Content,
    log: Option<&dyn Content>,
    limit: u64,
    found: &mut Found<'_>,
) -> Result<(), Error> {
    let log = log.and_then(|log| {
        wal::Log::open(log).unwrap_or_else(|error| {
            found.note(&error);
            None
        })
    });
    let mut pages = Pages::open(content, log)?;
    let mut root = None;
    tree::rows(&mut pages, SCHEMA, MAX_SCHEMA_ROW, &mut |row| {
        // A row that can't be read describes another table, or the root stays unknown.
        root = root.or(row.ok().and_then(packages_root));
        Ok(())
    })?;
    let root = root.ok_or(Error::Malformed("SQLite database has no table named Packages"))?;
    tree::rows(&mut pages, root, limit, &mut |row| {
        let no_blob = Error::Malformed("a row of the table Packages holds no package");
        found.add(row.and_then(|row| record::blob(row, 1).ok_or(no_blob)))
    })
}

/// The root page of the table, if a schema row describes it. Columns: type, name, table name,
/// root page, definition.
fn packages_root(row: &[u8]) -> Option<u32> {
    let is_table = record::text(row, 0)?.eq_ignore_ascii_case(b"table");
    let is_packages = record::text(row, 1)?.eq_ignore_ascii_case(b"Packages");
    let root = u32::try_from(record::integer(row, 3)?).ok()?;
    (is_table && is_packages && root > 0).then_some(root)
}
