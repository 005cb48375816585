//! The tar format as a stream: POSIX ustar and PAX (POSIX.1-2001), GNU long names, base-256
//! numbers and sparse files in all four formats (GNU tar's manual, "Tar Internals"), star's short
//! prefix, and Unix V7.
//!
//! Layers are unpacked by engines built on Go's `archive/tar`; where tar programs disagree, this
//! reader sees what that one sees. A size in a PAX header overrules the header's own for finding
//! the next member, applies to that member only (never to a long-name record in between), and
//! means nothing for members without content: readers that differ here were led past hidden
//! members (GHSA-3pv8-6f4r-ffg2, GHSA-3cv2-h65g-fgmm). Where GNU tar and Python agree on more than
//! Go reads (global headers naming paths or sizes, Solaris headers), so does this reader.
//!
//! Ignored: owners, times, extended attributes, device numbers, multi-volume continuation.

mod content;
mod header;
mod number;
mod pax;
mod sparse;
#[cfg(test)]
mod tests;

pub(crate) use self::content::Content;
use self::header::{Header, Parsed};
pub(crate) use self::header::{RECORD, looks_like_tar};
use self::number::NumberError;
use self::pax::{Pax, PaxSparse};
use self::sparse::{MapReader, Segment, old_segments};
use crate::blocks::Blocks;
use crate::{EntryKind, Error, FilePart, Limits, path};

/// Buffers for the names of one member after the other.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The normalised path.
    pub(crate) path: String,
    /// The normalised path of the other name of a hard link, the literal target of a symbolic one.
    pub(crate) link: String,
    raw_path: Vec<u8>,
    raw_link: Vec<u8>,
}

/// A member of the archive.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) kind: EntryKind,
    /// Bytes of the file with its holes.
    pub(crate) size: u64,
    pub(crate) mode: u32,
    segments: Option<Vec<Segment>>,
}

impl Member {
    /// Whether its content does not lie in the archive as it is in the file.
    pub(crate) const fn is_sparse(&self) -> bool {
        self.segments.is_some()
    }
}

/// What a header says before extended headers overrule it.
struct Fields {
    typeflag: u8,
    size: Result<u64, NumberError>,
    mode: u32,
    /// The fields of an old GNU sparse header.
    sparse: Option<OldSparse>,
}

struct OldSparse {
    segments: Vec<u8>,
    continues: bool,
    size: Result<u64, NumberError>,
}

/// Records that describe the member behind them.
#[derive(Default)]
struct Extensions {
    pax: Option<Pax>,
    long_path: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
}

/// Bytes of a global extended header, whose records are copied for each member that follows. Real
/// ones name a commit or a few defaults.
const GLOBAL_BYTES: u64 = 64 << 10;

/// Reads members in order.
pub(crate) struct Tar<'b, 's> {
    blocks: &'b mut Blocks<'s>,
    limits: &'b Limits,
    global: Pax,
    /// Stored bytes of the current member not yet read, and the padding behind them.
    left: u64,
    padding: u64,
    ended: bool,
}

impl<'b, 's> Tar<'b, 's> {
    pub(crate) fn new(blocks: &'b mut Blocks<'s>, limits: &'b Limits) -> Self {
        Self { blocks, limits, global: Pax::default(), left: 0, padding: 0, ended: false }
    }

    /// Fails once the time is up.
    pub(crate) fn check_deadline(&self) -> Result<(), Error> {
        self.blocks.check_deadline()
    }

    /// Where the content of the current member begins, if nothing of it has been read.
    pub(crate) fn position(&self) -> u64 {
        self.blocks.position()
    }

    /// The content of the member just returned as a part of the file it lies in, if it does.
    pub(crate) fn stored(&self, member: &Member) -> Option<FilePart> {
        if member.is_sparse() { None } else { self.blocks.stored(member.size) }
    }

    /// The next member, its names in `names`; `None` at the end of the archive.
    pub(crate) fn next(&mut self, names: &mut Names) -> Result<Option<Member>, Error> {
        self.skip_content(names)?;
        let mut extensions = Extensions::default();
        while let Some(fields) = self.fields(names)? {
            match fields.typeflag {
                b'x' | b'X' => extensions.pax = Some(self.pax(&fields)?),
                b'g' => {
                    if fields.size.as_ref().is_ok_and(|size| *size > GLOBAL_BYTES) {
                        return Err(Error::MetadataBytes {
                            layer: self.blocks.name().to_owned(),
                            what: "a global PAX header".to_owned(),
                            limit: GLOBAL_BYTES,
                        });
                    }
                    let records = self.pax(&fields)?;
                    self.global = self.global.overruled_by(records);
                }
                b'L' => extensions.long_path = Some(self.long_name(&fields)?),
                b'K' => extensions.long_link = Some(self.long_name(&fields)?),
                _ => return self.member(fields, extensions, names).map(Some),
            }
        }
        Ok(None)
    }

    /// Reads one header; `None` at the end of the archive.
    fn fields(&mut self, names: &mut Names) -> Result<Option<Fields>, Error> {
        if self.ended {
            return Ok(None);
        }
        let offset = self.blocks.position();
        let available = self.blocks.fill()?;
        let Some(record) = available.first_chunk::<RECORD>() else {
            // An archive that just stops between members is accepted by all readers.
            return if available.is_empty() { Ok(None) } else { Err(self.truncated("a header")) };
        };
        let fields = match Header::parse(record) {
            Parsed::Header(header) => {
                header.name_into(&mut names.raw_path);
                names.raw_link.clear();
                names.raw_link.extend_from_slice(header.link());
                Some(Fields {
                    typeflag: header.typeflag(),
                    size: header.size(),
                    mode: header.mode(),
                    sparse: (header.typeflag() == b'S').then(|| OldSparse {
                        segments: header.sparse_segments().to_vec(),
                        continues: header.sparse_continues(),
                        size: header.sparse_size(),
                    }),
                })
            }
            Parsed::Zero => None,
            Parsed::Broken => {
                return Err(self.broken(offset, "the checksum of a header is wrong"));
            }
        };
        self.blocks.consume(RECORD);
        self.ended = fields.is_none();
        Ok(fields)
    }

    fn member(
        &mut self,
        fields: Fields,
        extensions: Extensions,
        names: &mut Names,
    ) -> Result<Member, Error> {
        let pax = match extensions.pax {
            Some(local) => self.global.overruled_by(local),
            None if self.global == Pax::default() => Pax::default(),
            None => self.global.clone(),
        };
        if let Some(path) = extensions.long_path.or(pax.path) {
            names.raw_path = path;
        }
        if let Some(link) = extensions.long_link.or(pax.link) {
            names.raw_link = link;
        }
        let (kind, has_content) = kind(fields.typeflag, &names.raw_path);
        self.left = 0;
        if has_content {
            self.left = match pax.size {
                // The header's own field must still be a number, as Go demands.
                Some(size) => self.number(fields.size).map(|_| size)?,
                None => self.number(fields.size)?,
            };
        }
        self.padding = self.left.wrapping_neg() % RECORD as u64;
        let mut member = Member { kind, size: 0, mode: fields.mode, segments: None };
        if kind == EntryKind::File {
            member.size = self.left;
            if let Some(old) = fields.sparse {
                self.old_sparse(&old, &mut member)?;
            } else if let Some(sparse) = pax.sparse {
                self.pax_sparse(sparse, &mut member, names)?;
            }
        }
        self.finish_names(kind, names)?;
        Ok(member)
    }

    fn finish_names(&self, kind: EntryKind, names: &mut Names) -> Result<(), Error> {
        path::normalise(&names.raw_path, &mut names.path);
        path::check(&names.path, self.blocks.name(), self.limits)?;
        match kind {
            EntryKind::Hardlink => {
                path::normalise(&names.raw_link, &mut names.link);
                path::check(&names.link, self.blocks.name(), self.limits)
            }
            EntryKind::Symlink => {
                path::text(&names.raw_link, &mut names.link);
                if names.link.len() > self.limits.path_bytes {
                    return path::check(&names.link, self.blocks.name(), self.limits);
                }
                Ok(())
            }
            _ => {
                names.link.clear();
                Ok(())
            }
        }
    }

    fn old_sparse(&mut self, old: &OldSparse, member: &mut Member) -> Result<(), Error> {
        let mut segments = Vec::new();
        let added = old_segments(&old.segments, &mut segments);
        self.number(added)?;
        let mut continues = old.continues;
        while continues {
            self.bound(segments.len() as u64 * 24, "a sparse map")?;
            let record = self.blocks.fill()?;
            let Some(record) = record.first_chunk::<RECORD>() else {
                return Err(self.truncated("a sparse map"));
            };
            let added = old_segments(&record[..504], &mut segments);
            continues = record[504] != 0;
            self.blocks.consume(RECORD);
            self.number(added)?;
        }
        member.size = self.number(old.size)?;
        self.set_segments(segments, member)
    }

    fn pax_sparse(
        &mut self,
        sparse: PaxSparse,
        member: &mut Member,
        names: &mut Names,
    ) -> Result<(), Error> {
        if !sparse.map_in_content && sparse.segments.is_empty() && sparse.major != Some(0) {
            return Ok(());
        }
        if let Some(name) = sparse.name {
            names.raw_path = name;
        }
        member.size = sparse.size.unwrap_or(member.size);
        let segments = if sparse.map_in_content { self.map_in_content()? } else { sparse.segments };
        self.set_segments(segments, member)
    }

    fn map_in_content(&mut self) -> Result<Vec<Segment>, Error> {
        let mut reader = MapReader::default();
        let mut taken = 0;
        loop {
            self.bound(taken, "a sparse map")?;
            let offset = self.blocks.position();
            let Some(left) = self.left.checked_sub(RECORD as u64) else {
                return Err(self.broken(offset, "a sparse map is larger than its file"));
            };
            let Some(record) = self.blocks.fill()?.first_chunk::<RECORD>() else {
                return Err(self.truncated("a sparse map"));
            };
            let segments = reader.take(record);
            self.blocks.consume(RECORD);
            self.left = left;
            taken += RECORD as u64;
            match segments {
                Ok(Some(segments)) => return Ok(segments),
                Ok(None) => {}
                Err(reason) => return Err(self.broken(offset, reason)),
            }
        }
    }

    fn set_segments(&self, segments: Vec<Segment>, member: &mut Member) -> Result<(), Error> {
        sparse::check(&segments, member.size, self.left)
            .map_err(|reason| self.broken(self.blocks.position(), reason))?;
        member.segments = Some(segments);
        Ok(())
    }

    fn pax(&mut self, fields: &Fields) -> Result<Pax, Error> {
        let offset = self.blocks.position();
        let records = self.payload(fields, "a PAX header")?;
        let mut pax = Pax::default();
        pax.read(&records).map_err(|reason| self.broken(offset, reason))?;
        Ok(pax)
    }

    fn long_name(&mut self, fields: &Fields) -> Result<Vec<u8>, Error> {
        let mut name = self.payload(fields, "a long name")?;
        name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
        Ok(name)
    }

    /// The content of an extension record.
    fn payload(&mut self, fields: &Fields, what: &str) -> Result<Vec<u8>, Error> {
        let size = self.number(fields.size)?;
        self.bound(size, what)?;
        let mut payload = Vec::new();
        let mut left = usize::try_from(size).unwrap_or(usize::MAX);
        while left > 0 {
            let available = self.blocks.fill()?;
            let part = available.get(..left).unwrap_or(available);
            if part.is_empty() {
                return Err(self.truncated(what));
            }
            payload.extend_from_slice(part);
            let taken = part.len();
            left -= taken;
            self.blocks.consume(taken);
        }
        let padding = size.wrapping_neg() % RECORD as u64;
        if self.blocks.skip(padding)? < padding {
            return Err(self.truncated(what));
        }
        Ok(payload)
    }

    fn skip_content(&mut self, names: &Names) -> Result<(), Error> {
        let rest = self.left + self.padding;
        (self.left, self.padding) = (0, 0);
        if rest > 0 && self.blocks.skip(rest)? < rest {
            return Err(self.truncated(&names.path));
        }
        Ok(())
    }

    fn bound(&self, bytes: u64, what: &str) -> Result<(), Error> {
        let limit = self.limits.metadata_bytes;
        if bytes <= limit {
            return Ok(());
        }
        Err(Error::MetadataBytes {
            layer: self.blocks.name().to_owned(),
            what: what.to_owned(),
            limit,
        })
    }

    fn number<T>(&self, number: Result<T, NumberError>) -> Result<T, Error> {
        number.map_err(|error| {
            let offset = self.blocks.position();
            self.broken(offset, &format!("a number in a header is {}", error.reason()))
        })
    }

    fn broken(&self, offset: u64, reason: &str) -> Error {
        Error::Tar { layer: self.blocks.name().to_owned(), offset, reason: reason.to_owned() }
    }

    /// Something ends too early: because of what failed below, or because there is no more.
    fn truncated(&mut self, inside: &str) -> Error {
        self.blocks.take_failure().unwrap_or_else(|| Error::Truncated {
            layer: self.blocks.name().to_owned(),
            inside: inside.to_owned(),
        })
    }
}

/// The kind of a member, and whether its size counts bytes that follow.
fn kind(typeflag: u8, name: &[u8]) -> (EntryKind, bool) {
    match typeflag {
        // V7 had no other way to say "directory".
        0 if name.ends_with(b"/") => (EntryKind::Directory, false),
        0 | b'0' | b'7' | b'S' => (EntryKind::File, true),
        b'1' => (EntryKind::Hardlink, false),
        b'2' => (EntryKind::Symlink, false),
        b'3' | b'4' | b'6' => (EntryKind::Other, false),
        b'5' => (EntryKind::Directory, false),
        // GNU incremental archives list a directory's names as its content.
        b'D' => (EntryKind::Directory, true),
        _ => (EntryKind::Other, true),
    }
}
