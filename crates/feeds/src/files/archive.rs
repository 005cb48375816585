//! The entries of a tar stream. Long names are followed here rather than by the tar reader, which
//! would take them into memory at whatever length the archive claims.

use std::io::{self, Read};

use super::{MAX_ENTRY, Visit, document};
use crate::Intake;

/// Longest path that is taken from a long-name entry or a pax header, in bytes.
const MAX_HEADER: u64 = 64 << 10;

pub(super) fn each(
    reader: impl Read,
    name: &str,
    intake: &mut Intake<'_>,
    visit: &mut Visit<'_>,
) -> io::Result<()> {
    let mut archive = tar::Archive::new(reader);
    let mut long_name: Option<String> = None;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() {
            let text = header_text(&mut entry)?;
            long_name = Some(text.trim_end_matches('\0').to_owned());
            continue;
        }
        if kind.is_pax_local_extensions() {
            if let Some(path) = pax_path(&header_text(&mut entry)?) {
                long_name = Some(path.to_owned());
            }
            continue;
        }
        let path = match long_name.take() {
            Some(path) => path,
            None => String::from_utf8_lossy(&entry.path_bytes()).into_owned(),
        };
        if kind.is_file() {
            let path = format!("{name}/{}", path.trim_start_matches("./"));
            document(entry, &path, MAX_ENTRY, intake, visit)?;
        }
    }
    Ok(())
}

fn header_text(reader: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.take(MAX_HEADER + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_HEADER {
        return Err(io::Error::other(format!("a name longer than {MAX_HEADER} bytes")));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The `path` record of a pax header: lines of `LENGTH KEY=VALUE`.
fn pax_path(records: &str) -> Option<&str> {
    records.lines().find_map(|line| line.split_once(' ')?.1.strip_prefix("path="))
}
