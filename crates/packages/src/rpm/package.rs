//! From a header to a package and the files it owns.

use seawall_model::{Location, Package, PackageKind, SourcePackage};

use super::Error;
use super::header::{Header, tag};
use crate::facts::MAX_PATH;
use crate::{Facts, OwnedFiles};

/// Adds the package that a header blob describes, found in the database at `path` in the image.
/// Keys, which rpm files as packages named `gpg-pubkey`, add nothing.
///
/// # Errors
/// When the blob is cut short or lacks name, version or release.
pub fn parse_header(path: &str, blob: &[u8], facts: &mut Facts) -> Result<(), Error> {
    let header = Header::parse(blob)?;
    let string = |tag| header.string(tag);
    let (Some(name), Some(version), Some(release)) =
        (string(tag::NAME), string(tag::VERSION), string(tag::RELEASE))
    else {
        return Err(Error::Malformed("package header lacks a name, version or release"));
    };
    if name == "gpg-pubkey" {
        return Ok(());
    }
    let version = format!("{version}-{release}");
    let epoch = header.number(tag::EPOCH).unwrap_or(0);
    let owned = owned_files(&header, &name);
    if !owned.paths.is_empty() {
        facts.owned.push(owned);
    }
    let mut package = Package::new(
        PackageKind::Rpm,
        name,
        with_epoch(epoch, version.clone()),
        Location::file(path),
    );
    package.source = string(tag::SOURCERPM).and_then(|file| source(&file, epoch, &version));
    package.architecture = string(tag::ARCH);
    package.licences.extend(string(tag::LICENSE));
    package.vendor = string(tag::VENDOR);
    package.module = string(tag::MODULARITYLABEL);
    facts.packages.push(package);
    Ok(())
}

/// A full version; the epoch shows unless it is 0.
pub(super) fn with_epoch(epoch: u32, version: String) -> String {
    if epoch == 0 { version } else { format!("{epoch}:{version}") }
}

/// The source package, from the file name `<name>-<version>-<release>.src.rpm`. File names have no
/// epoch. It is the binary package's where both have the same version and release, as nearly all
/// do; a subpackage with a version of its own has an epoch of its own, and then it is not known.
pub(super) fn source(file: &str, epoch: u32, binary_version: &str) -> Option<SourcePackage> {
    let stem = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm"))?;
    let (rest, release) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let version = format!("{version}-{release}");
    let epoch = if version == binary_version { epoch } else { 0 };
    Some(SourcePackage { name: name.to_owned(), version: with_epoch(epoch, version) })
}

/// Paths are kept in three lists: directories, base names, and for each base name the number of
/// its directory.
fn owned_files(header: &Header<'_>, package: &str) -> OwnedFiles {
    let mut owned = OwnedFiles::new(package);
    let directories: Vec<&[u8]> = header.strings(tag::DIRNAMES).collect();
    let mut path = Vec::new();
    for (name, directory) in header.strings(tag::BASENAMES).zip(header.numbers(tag::DIRINDEXES)) {
        let Some(&directory) = directories.get(directory as usize) else { continue };
        let directory = directory.strip_prefix(b"/").unwrap_or(directory);
        if directory.len() + name.len() > MAX_PATH {
            continue;
        }
        path.clear();
        path.extend_from_slice(directory);
        path.extend_from_slice(name);
        owned.add(&String::from_utf8_lossy(&path));
    }
    owned
}
