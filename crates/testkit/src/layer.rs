//! Layers from lists of files.

use std::io::Write;

use flate2::{Compression as Level, GzBuilder};

use crate::TarWriter;

/// How a layer is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not compressed.
    Plain,
    /// As most builders do.
    #[default]
    Gzip,
    /// As newer ones can.
    Zstandard,
}

impl Compression {
    /// Compresses bytes; the same bytes give the same result.
    pub fn apply(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => bytes.to_vec(),
            Self::Gzip => {
                let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Level::new(6));
                encoder.write_all(bytes).expect("memory can be written");
                encoder.finish().expect("memory can be written")
            }
            Self::Zstandard => zstd::bulk::compress(bytes, 3).expect("memory can be compressed"),
        }
    }

    /// The ending of the layer's media type.
    pub(crate) const fn media_suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => "+gzip",
            Self::Zstandard => "+zstd",
        }
    }
}

/// Builds one layer.
#[derive(Debug, Clone)]
pub struct LayerBuilder {
    pub(crate) created_by: String,
    pub(crate) compression: Compression,
    tar: TarWriter,
}

impl LayerBuilder {
    /// An empty layer made by an instruction.
    pub fn new(created_by: &str) -> Self {
        let created_by = created_by.to_owned();
        Self { created_by, compression: Compression::default(), tar: TarWriter::new() }
    }

    /// A layer of regular files.
    pub fn of_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        files
            .into_iter()
            .fold(Self::new("ADD files /"), |layer, (path, content)| layer.file(path, content))
    }

    /// Adds a regular file.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.member(b'0', path, "", 0o644, content.as_ref())
    }

    /// Adds a regular file that may be run.
    #[must_use]
    pub fn executable(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.member(b'0', path, "", 0o755, content.as_ref())
    }

    /// Adds a directory.
    #[must_use]
    pub fn directory(self, path: &str) -> Self {
        self.member(b'5', &format!("{path}/"), "", 0o755, b"")
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn symlink(self, path: &str, target: &str) -> Self {
        self.member(b'2', path, target, 0o777, b"")
    }

    /// Adds another name of a file.
    #[must_use]
    pub fn hardlink(self, path: &str, target: &str) -> Self {
        self.member(b'1', path, target, 0o644, b"")
    }

    /// Removes a file or directory of the layers below.
    #[must_use]
    pub fn whiteout(self, path: &str) -> Self {
        let marker = match path.rsplit_once('/') {
            Some((directory, name)) => format!("{directory}/.wh.{name}"),
            None => format!(".wh.{path}"),
        };
        self.file(&marker, "")
    }

    /// Removes everything that the layers below have in a directory.
    #[must_use]
    pub fn opaque(self, directory: &str) -> Self {
        self.file(&format!("{directory}/.wh..wh..opq"), "")
    }

    /// Adds a member of any type.
    #[must_use]
    pub fn member(
        mut self,
        typeflag: u8,
        path: &str,
        link: &str,
        mode: u32,
        content: &[u8],
    ) -> Self {
        self.tar = self.tar.member(typeflag, path.as_bytes(), link.as_bytes(), mode, content);
        self
    }

    /// Sets how the layer is stored.
    #[must_use]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// The uncompressed layer.
    pub fn tar(&self) -> Vec<u8> {
        self.tar.clone().finish()
    }
}
