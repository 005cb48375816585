//! Opening a target.

use std::fs::File;
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::path::Path;

use crate::blocks::Compression;
use crate::layered::Store;
use crate::source::archive::Archive;
use crate::source::layout::Layout;
use crate::source::{Choice, Dialect, resolve};
use crate::{ArchiveStream, Error, LayeredImage, Limits, Platform, RootDirectory, Target};

/// Which image to open, and how far to trust it.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// The platform of an image for several; by default this machine's architecture under Linux,
    /// or the only one there is.
    pub platform: Option<Platform>,
    /// The name of the image, where the target does not name it itself.
    pub reference: Option<String>,
    /// What a hostile archive may cost.
    pub limits: Limits,
}

/// What was opened.
#[derive(Debug)]
pub enum Opened {
    /// An image whose layers can be read in any order.
    Layered(LayeredImage),
    /// An archive that can be read only once.
    Stream(ArchiveStream),
    /// A root directory.
    Directory(RootDirectory),
}

/// Opens a target.
///
/// # Errors
/// When it can't be read, holds no image, or holds several and the options choose none.
pub fn open(target: &Target, options: &OpenOptions) -> Result<Opened, Error> {
    match target {
        Target::Archive(path) => archive(path, Dialect::Any, None, options),
        Target::DockerArchive { path, reference } => {
            archive(path, Dialect::Docker, reference.as_deref(), options)
        }
        Target::OciArchive { path, reference } => {
            archive(path, Dialect::Oci, reference.as_deref(), options)
        }
        Target::Stdin => {
            let reader = Box::new(std::io::stdin());
            let stream =
                ArchiveStream::new(reader, "standard input", Dialect::Any, options.clone());
            Ok(Opened::Stream(stream))
        }
        Target::Layout { path, reference } => {
            let store = Store::Layout(Layout::new(path, &options.limits));
            layered(store, Dialect::Oci, reference.as_deref(), options)
        }
        Target::Directory(path) => RootDirectory::open(path).map(Opened::Directory),
    }
}

/// Opens an archive in a file, whatever the file's name says about its format.
fn archive(
    path: &Path,
    dialect: Dialect,
    reference: Option<&str>,
    options: &OpenOptions,
) -> Result<Opened, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    let name = path.display().to_string();
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::Target {
            target: name,
            reason: "it is a directory, not an archive; write oci: or dir: before it".to_owned(),
        });
    }
    let kind = metadata.file_type();
    if kind.is_char_device() || kind.is_block_device() {
        return Err(Error::Target {
            target: name,
            reason: "it is a device, not an archive".to_owned(),
        });
    }
    let mut head = [0; 16];
    let is_plain_file = metadata.is_file() && {
        let length = file.read_at(&mut head, 0).map_err(failed)?;
        Compression::of(&head[..length]) == Compression::Plain
    };
    if is_plain_file {
        let archive = Archive::index(file, metadata.len(), &name, &options.limits)?;
        return layered(Store::Archive(archive), dialect, reference, options);
    }
    let mut options = options.clone();
    if let Some(reference) = reference {
        options.reference = Some(reference.to_owned());
    }
    Ok(Opened::Stream(ArchiveStream::new(Box::new(file), &name, dialect, options)))
}

fn layered(
    store: Store,
    dialect: Dialect,
    reference: Option<&str>,
    options: &OpenOptions,
) -> Result<Opened, Error> {
    let choice = Choice {
        reference: reference.or(options.reference.as_deref()),
        platform: options.platform.as_ref(),
        limits: &options.limits,
    };
    let resolved = resolve(store.files(), dialect, &choice)?;
    Ok(Opened::Layered(LayeredImage::new(resolved, store)))
}
