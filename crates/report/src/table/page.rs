//! Lines of limited width: the one place where the table's text meets the terminal.
//!
//! Every span is made printable and every line is cut at the width here, so no other code of
//! the table can let an escape sequence through or overflow a line. Widths follow UAX #11 as
//! `unicode-width` implements it, ambiguous characters counted as narrow.

use std::io::Write;

use anstyle::{AnsiColor, Effects, Style as Paint};
use seawall_model::{Severity, Verdict};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::quoting::printable;
use crate::{Error, Style};

/// What a piece of text means; decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Quiet,
    Badge(Verdict),
    Mark(Verdict),
    Level(Severity),
    Alarm,
}

impl Tone {
    fn paint(self) -> Paint {
        let color = |color: AnsiColor| Paint::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Paint::new(),
            Self::Strong => Paint::new().bold(),
            Self::Quiet | Self::Level(Severity::Negligible) => Paint::new().dimmed(),
            Self::Badge(verdict) => color(verdict_color(verdict)) | Effects::BOLD | Effects::INVERT,
            Self::Mark(verdict) => color(verdict_color(verdict)).bold(),
            Self::Level(Severity::Critical) | Self::Alarm => color(AnsiColor::Red).bold(),
            Self::Level(Severity::High) => color(AnsiColor::Red),
            Self::Level(Severity::Medium) => color(AnsiColor::Yellow),
            Self::Level(Severity::Low) => color(AnsiColor::Cyan),
            Self::Level(Severity::Unknown) => color(AnsiColor::Magenta),
        }
    }
}

const fn verdict_color(verdict: Verdict) -> AnsiColor {
    match verdict {
        Verdict::Green => AnsiColor::Green,
        Verdict::Yellow => AnsiColor::Yellow,
        Verdict::Red => AnsiColor::Red,
    }
}

/// A piece of a line, printable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    tone: Tone,
    text: String,
}

impl Span {
    /// The printable text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How wide it is.
    pub(super) fn columns(&self) -> usize {
        self.text.width()
    }
}

/// A piece of a line from any text.
pub(super) fn span(tone: Tone, text: impl AsRef<str>) -> Span {
    Span { tone, text: printable(text.as_ref()) }
}

/// Where lines go.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    width: usize,
    color: bool,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: &Style) -> Self {
        Self { out, width: style.width.clamp(60, 160), color: style.color }
    }

    /// Columns of a line.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> Result<(), Error> {
        Ok(self.out.write_all(b"\n")?)
    }

    /// The title of a section with a remark at the right edge where there is room.
    pub(super) fn heading(&mut self, title: &str, remark: &str) -> Result<(), Error> {
        self.blank()?;
        let gap = self.width.saturating_sub(title.width() + remark.width());
        if remark.is_empty() || gap < 2 {
            return self.line(&[span(Tone::Strong, title)]);
        }
        let padding = " ".repeat(gap);
        self.line(&[span(Tone::Strong, title), span(Tone::Quiet, padding + remark)])
    }

    /// One line, cut at the width and without spaces at its end.
    pub(super) fn line(&mut self, spans: &[Span]) -> Result<(), Error> {
        let mut room = self.width;
        let mut pieces = Vec::new();
        for span in spans {
            let text = elided(&span.text, room);
            room = room.saturating_sub(text.width());
            pieces.push((span.tone, text));
        }
        while let Some((_, text)) = pieces.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            pieces.pop();
        }
        for (tone, text) in pieces {
            if self.color && tone != Tone::Plain && !text.trim().is_empty() {
                let paint = tone.paint();
                write!(self.out, "{paint}{text}{paint:#}")?;
            } else {
                self.out.write_all(text.as_bytes())?;
            }
        }
        self.blank()
    }

    /// A paragraph: `first` begins the first line, further lines are indented as deep.
    pub(super) fn paragraph(
        &mut self,
        first: &[Span],
        tone: Tone,
        text: &str,
    ) -> Result<(), Error> {
        let indent: usize = first.iter().map(|span| span.text.width()).sum();
        let room = self.width.saturating_sub(indent).max(20);
        for (number, part) in wrapped(&printable(text), room).into_iter().enumerate() {
            let mut spans = match number {
                0 => first.to_vec(),
                _ => vec![span(Tone::Plain, " ".repeat(indent))],
            };
            spans.push(span(tone, part));
            self.line(&spans)?;
        }
        Ok(())
    }
}

/// The text, its end replaced by an ellipsis where it is wider than `room` columns.
pub(super) fn elided(text: &str, room: usize) -> String {
    let text = printable(text);
    if text.width() <= room {
        return text;
    }
    let mut kept = fitting(text.chars(), room.saturating_sub(1));
    kept.truncate(kept.trim_end().len());
    if room > 0 {
        kept.push('…');
    }
    kept
}

/// The text, its beginning replaced by an ellipsis: the end of a path says more than its start.
pub(super) fn elided_at_start(text: &str, room: usize) -> String {
    let text = printable(text);
    if text.width() <= room {
        return text;
    }
    let kept: String = fitting(text.chars().rev(), room.saturating_sub(1)).chars().rev().collect();
    format!("…{kept}")
}

/// The text padded with spaces to `columns`, or cut to them.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let text = elided(text, columns);
    let padding = columns.saturating_sub(text.width());
    text + &" ".repeat(padding)
}

fn fitting(characters: impl Iterator<Item = char>, room: usize) -> String {
    let mut used = 0;
    characters
        .take_while(|character| {
            used += character.width().unwrap_or(0);
            used <= room
        })
        .collect()
}

/// The text in lines of at most `room` columns, broken at spaces, and inside words that are
/// wider than a line.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let mut rest = word;
        while line.width() + rest.width() > room {
            let part = fitting(rest.chars(), room);
            let Some(after) = rest.get(part.len()..).filter(|_| !part.is_empty()) else { break };
            lines.push(part);
            rest = after;
        }
        line.push_str(rest);
    }
    lines.push(line);
    lines
}
