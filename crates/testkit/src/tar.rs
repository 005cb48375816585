//! A writer of tar archives that writes what it is told, right or wrong: tests of readers need
//! broken archives too.

const RECORD: usize = 512;

/// Writes a tar archive into memory. Names over 100 bytes get a GNU long-name record.
#[derive(Debug, Clone, Default)]
pub struct TarWriter {
    bytes: Vec<u8>,
}

impl TarWriter {
    /// An empty archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a regular file.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.member(b'0', path.as_bytes(), b"", 0o644, content.as_ref())
    }

    /// Adds a member of any type; long names are taken care of.
    #[must_use]
    pub fn member(
        mut self,
        typeflag: u8,
        path: &[u8],
        link: &[u8],
        mode: u32,
        content: &[u8],
    ) -> Self {
        if link.len() > 100 {
            self = self.record(b'K', b"././@LongLink", b"", 0, &nul_ended(link));
        }
        if path.len() > 100 {
            self = self.record(b'L', b"././@LongLink", b"", 0, &nul_ended(path));
        }
        self.record(typeflag, path, link, mode, content)
    }

    /// Adds a PAX header with these records for the next member (`x`) or all further ones (`g`).
    #[must_use]
    pub fn pax(self, typeflag: u8, records: &[(&str, &str)]) -> Self {
        let mut content = String::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let mut length = rest + 1;
            while length != rest + length.to_string().len() {
                length = rest + length.to_string().len();
            }
            content.push_str(&format!("{length} {key}={value}\n"));
        }
        self.record(typeflag, b"PaxHeaders/x", b"", 0o644, content.as_bytes())
    }

    /// Adds one header and its content, names cut to 100 bytes.
    #[must_use]
    pub fn record(self, typeflag: u8, path: &[u8], link: &[u8], mode: u32, content: &[u8]) -> Self {
        let size = content.len() as u64;
        self.header(&Self::header_of(typeflag, path, link, mode, size)).raw_padded(content)
    }

    /// Adds bytes and pads them to a whole record.
    #[must_use]
    pub fn raw_padded(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        let length = self.bytes.len().next_multiple_of(RECORD);
        self.bytes.resize(length, 0);
        self
    }

    /// Adds a header made elsewhere; its checksum is computed.
    #[must_use]
    pub fn header(mut self, header: &[u8; RECORD]) -> Self {
        let mut header = *header;
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        self.bytes.extend_from_slice(&header);
        self
    }

    /// A header without checksum, to be changed before it is added.
    pub fn header_of(typeflag: u8, path: &[u8], link: &[u8], mode: u32, size: u64) -> [u8; RECORD] {
        let mut header = [0; RECORD];
        let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &path[..path.len().min(100)]);
        put(100, format!("{mode:07o}\0").as_bytes());
        put(108, b"0000000\0");
        put(116, b"0000000\0");
        put(124, format!("{size:011o}\0").as_bytes());
        put(136, b"00000000000\0");
        put(156, &[typeflag]);
        put(157, &link[..link.len().min(100)]);
        put(257, b"ustar\x0000");
        header
    }

    /// The archive as it stands, without an end.
    pub fn unfinished(self) -> Vec<u8> {
        self.bytes
    }

    /// The archive with the two empty records that end it.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 2 * RECORD, 0);
        self.bytes
    }
}

fn nul_ended(name: &[u8]) -> Vec<u8> {
    let mut name = name.to_vec();
    name.push(0);
    name
}
