//! How analyzers see a file: small ones as bytes in memory, huge ones by offset.

use std::borrow::Cow;
use std::io;

use seawall_model::Problem;

/// Random access to a file's content.
pub trait Content {
    /// Length in bytes.
    fn size(&self) -> u64;

    /// Reads up to `buffer.len()` bytes at `offset`; 0 means the end.
    ///
    /// # Errors
    /// Whatever the storage behind it reports.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// The whole content when it already lies in memory.
    fn bytes(&self) -> Option<&[u8]> {
        None
    }
}

impl Content for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let rest = &self[start..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn bytes(&self) -> Option<&[u8]> {
        Some(self)
    }
}

/// A wanted file.
pub struct File<'a> {
    /// Path in the image, without leading slash.
    pub path: &'a str,
    /// Its content.
    pub content: &'a dyn Content,
    /// The content of the companion file, if the format has one and the layer holds it.
    pub companion: Option<&'a dyn Content>,
    /// How many bytes an analyzer may hold in memory for this file, beyond `content` itself.
    pub memory: u64,
}

impl File<'_> {
    /// The whole content in memory.
    ///
    /// # Errors
    /// A [`Problem`] when it does not fit into `memory` or can't be read.
    pub fn whole(&self) -> Result<Cow<'_, [u8]>, Problem> {
        whole(self.content, self.memory).map_err(|message| Problem::at(self.path, message))
    }

    /// The whole content as text; bytes that are not UTF-8 become replacement characters.
    ///
    /// # Errors
    /// As [`File::whole`].
    pub fn text(&self) -> Result<Cow<'_, str>, Problem> {
        Ok(match self.whole()? {
            // Checking text is many times faster than looking for what to replace in it.
            Cow::Borrowed(bytes) => match str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(bytes),
            },
            Cow::Owned(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Cow::Owned(text),
                Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
            },
        })
    }
}

fn whole(content: &dyn Content, memory: u64) -> Result<Cow<'_, [u8]>, String> {
    if let Some(bytes) = content.bytes() {
        return Ok(Cow::Borrowed(bytes));
    }
    let size = content.size();
    if size > memory {
        return Err(format!("{size} bytes do not fit into the memory limit of {memory} bytes"));
    }
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| "too large".to_owned())?];
    let mut filled = 0;
    while filled < bytes.len() {
        match content.read_at(filled as u64, &mut bytes[filled..]) {
            Ok(0) => return Err(format!("ends after {filled} of {size} bytes")),
            Ok(count) => filled += count,
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(Cow::Owned(bytes))
}
