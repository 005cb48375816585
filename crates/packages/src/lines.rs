//! Lines of large text files. Databases have hundreds of thousands of short lines, on which the
//! standard library's search for one character takes most of the time.

/// The lines of `text`, split at newlines alone; after a last newline comes an empty line.
pub(crate) struct Lines<'a> {
    text: &'a str,
    start: usize,
    newlines: memchr::Memchr<'a>,
    is_over: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        Self { text, start: 0, newlines, is_over: false }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.is_over {
            return None;
        }
        let Some(end) = self.newlines.next() else {
            self.is_over = true;
            return self.text.get(self.start..);
        };
        let line = self.text.get(self.start..end);
        self.start = end + 1;
        line
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_those_of_a_split_at_newlines() {
        for text in ["", "a", "\n", "a\nb", "a\n\nb\n", "é\r\nü\n\n", "\n\n\n"] {
            assert!(Lines::new(text).eq(text.split('\n')), "{text:?}");
        }
    }
}
