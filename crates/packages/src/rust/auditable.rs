//! The dependency list of auditable executables (cargo-auditable, PARSING.md): JSON, compressed
//! with zlib, in the section `.dep-v0`.
//!
//! Crates that only took part in the build are left out, since their code is not in the file.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use seawall_model::{Location, Package, PackageKind, Problem};
use serde::Deserialize;

use crate::executable::Executable;
use crate::{Facts, File};

const SECTION: &str = ".dep-v0";
/// Largest list that is read, compressed and not, in bytes. Real ones have a few KiB.
const COMPRESSED_LIMIT: u64 = 1 << 20;
const LIMIT: u64 = 8 << 20;

#[derive(Deserialize)]
struct Dependencies<'a> {
    #[serde(borrow)]
    packages: Vec<Dependency<'a>>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(borrow, default)]
    kind: Cow<'a, str>,
}

/// Adds the crates compiled into the executable. One without a dependency list adds nothing.
pub(super) fn read(file: &File<'_>, facts: &mut Facts) {
    let json = match dependency_list(file) {
        Ok(Some(json)) => json,
        Ok(None) => return,
        Err(reason) => return facts.problems.push(Problem::at(file.path, reason)),
    };
    match serde_json::from_slice::<Dependencies<'_>>(&json) {
        Ok(Dependencies { packages }) => {
            for Dependency { name, version, .. } in
                packages.into_iter().filter(|dependency| dependency.kind != "build")
            {
                let location = Location::file(file.path);
                facts.packages.push(Package::new(PackageKind::Cargo, name, version, location));
            }
        }
        Err(error) => {
            let message = format!("auditable dependency list: {error}");
            facts.problems.push(Problem::at(file.path, message));
        }
    }
}

/// The inflated list.
fn dependency_list(file: &File<'_>) -> Result<Option<Vec<u8>>, String> {
    let Some(executable) = Executable::read(file.content)? else { return Ok(None) };
    let Some(area) = executable.section(SECTION) else { return Ok(None) };
    let unreadable = |reason: &dyn std::fmt::Display| {
        format!("auditable dependency list can't be read: {reason}")
    };
    if area.size > COMPRESSED_LIMIT {
        return Err(unreadable(&format_args!("{} bytes are too many", area.size)));
    }
    let length = usize::try_from(area.size).unwrap_or(usize::MAX);
    let compressed = executable
        .view(area)
        .bytes_at(0, length)
        .map_err(|_| unreadable(&"its section lies outside the file"))?;
    let limit = LIMIT.min(file.memory);
    let mut json = Vec::new();
    ZlibDecoder::new(&*compressed)
        .take(limit + 1)
        .read_to_end(&mut json)
        .map_err(|error| unreadable(&error))?;
    if json.len() as u64 > limit {
        return Err(unreadable(&format_args!("it inflates to more than {limit} bytes")));
    }
    Ok(Some(json))
}
