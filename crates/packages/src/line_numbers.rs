//! Line numbers for places in a text, counted in one pass.

/// Turns rising byte offsets of one text into line numbers.
pub(crate) struct LineNumbers<'a> {
    text: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> LineNumbers<'a> {
    /// Starts at the first line of `text`.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// The line, counted from 1, that holds the byte at `offset`. Offsets below an earlier one
    /// give that one's line, offsets past the end the last line.
    pub(crate) fn line_at(&mut self, offset: usize) -> u32 {
        let end = offset.min(self.text.len());
        if let Some(passed) = self.text.get(self.offset..end) {
            let count = memchr::memchr_iter(b'\n', passed).count();
            self.line = self.line.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
            self.offset = end;
        }
        self.line
    }

    /// The line of a piece borrowed from the text; `None` for one that lies elsewhere in memory,
    /// as unescaped strings do.
    pub(crate) fn line_of(&mut self, piece: &str) -> Option<u32> {
        let offset = (piece.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (offset < self.text.len()).then(|| self.line_at(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_from_one_and_never_go_back() {
        let text = "a\nb\n\nc";
        let mut lines = LineNumbers::new(text.as_bytes());
        assert_eq!(lines.line_at(0), 1);
        assert_eq!(lines.line_of(&text[2..3]), Some(2));
        assert_eq!(lines.line_at(5), 4);
        assert_eq!(lines.line_at(0), 4);
        assert_eq!(lines.line_at(99), 4);
        assert_eq!(lines.line_of("elsewhere"), None);
    }
}
