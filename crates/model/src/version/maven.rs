//! Maven's ordering, `org.apache.maven.artifact.versioning.ComparableVersion` of Maven 3.9
//! (checked by running it).
//!
//! Maven builds lists in lists, but a list is always the last item of its parent. So a version
//! is one row of tokens here, and [`Token::List`] marks where a deeper list begins; nothing
//! recurses. Empty text, text outside ASCII and unresolved properties (`${revision}`) are not
//! versions, although Maven would order them somehow.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::digits;

/// A version's tokens, trailing empty values already removed.
pub(super) struct Version<'a>(Vec<Token<'a>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A number without leading zeros.
    Number(&'a str),
    /// A qualifier: its place among the known ones, and its text when it isn't one.
    Qualifier(u8, &'a str),
    /// Everything behind this is one list deeper.
    List,
}

/// Where the qualifier of a plain release stands.
const RELEASE: u8 = 5;
const UNKNOWN: u8 = 7;

/// The text with its case folded, or `None` when it is no version.
pub(super) fn folded(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if text.is_empty() || text.contains("${") || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let has_upper_case = text.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if has_upper_case { text.to_ascii_lowercase().into() } else { text.into() })
}

impl<'a> Version<'a> {
    /// Cuts text that [`folded`] gave out into tokens.
    pub(super) fn new(text: &'a str) -> Self {
        let mut tokens = Tokens { all: Vec::with_capacity(8), list_is_empty: true };
        let mut rest = text;
        while let Some(&first) = rest.as_bytes().first() {
            match first {
                // A separator without a token before it stands behind an empty one.
                b'.' | b'-' => {
                    tokens.push(Token::Number(""));
                    rest = tokens.separator(rest);
                }
                b'0'..=b'9' => {
                    let number;
                    (number, rest) = digits::split(rest);
                    tokens.push(Token::Number(number.trim_start_matches('0')));
                    if rest.starts_with(['.', '-']) {
                        rest = tokens.separator(rest);
                    } else if !rest.is_empty() {
                        tokens.open();
                    }
                }
                _ => rest = tokens.qualifier(rest),
            }
        }
        Self(trimmed(tokens.all))
    }

    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (self.0.iter().copied(), other.0.iter().copied());
        loop {
            let order = match (left.next(), right.next()) {
                (Some(left), Some(right)) => left.compare(right),
                (Some(token), None) => return against_nothing(token, left),
                (None, Some(token)) => return against_nothing(token, right).reverse(),
                (None, None) => return Ordering::Equal,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
    }
}

struct Tokens<'a> {
    all: Vec<Token<'a>>,
    list_is_empty: bool,
}

impl<'a> Tokens<'a> {
    fn push(&mut self, token: Token<'a>) {
        self.all.push(token);
        self.list_is_empty = false;
    }

    fn open(&mut self) {
        self.all.push(Token::List);
        self.list_is_empty = true;
    }

    /// Takes a separator; a dash opens a list.
    fn separator(&mut self, text: &'a str) -> &'a str {
        if text.starts_with('-') {
            self.open();
        }
        text.get(1..).unwrap_or("")
    }

    /// Takes a qualifier and the separator behind it, if there is one.
    fn qualifier(&mut self, text: &'a str) -> &'a str {
        let end = text
            .bytes()
            .position(|byte| matches!(byte, b'.' | b'-' | b'0'..=b'9'))
            .unwrap_or(text.len());
        let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        let before_digit = rest.starts_with(|letter: char| letter.is_ascii_digit());
        // A qualifier in front of a number or of the end counts as if a dash stood before it.
        if (before_digit || rest.is_empty()) && !self.list_is_empty {
            self.open();
        }
        self.push(qualifier(word, before_digit));
        if before_digit {
            self.open();
            rest
        } else if rest.is_empty() {
            rest
        } else {
            self.separator(rest)
        }
    }
}

impl Token<'_> {
    fn is_empty_value(self) -> bool {
        matches!(self, Token::Number("") | Token::Qualifier(RELEASE, _))
    }

    fn compare(self, other: Token<'_>) -> Ordering {
        match (self, other) {
            (Token::Number(left), Token::Number(right)) => digits::compare(left, right),
            (Token::Qualifier(left, left_text), Token::Qualifier(right, right_text)) => {
                left.cmp(&right).then_with(|| left_text.cmp(right_text))
            }
            (left, right) => left.place().cmp(&right.place()),
        }
    }

    /// Tokens of different sorts: a qualifier is lowest, then a list, then a number.
    fn place(self) -> u8 {
        match self {
            Token::Qualifier(..) => 0,
            Token::List => 1,
            Token::Number(_) => 2,
        }
    }
}

/// What is left of a version against one that has ended: the first token with weight decides.
fn against_nothing<'a>(first: Token<'a>, rest: impl Iterator<Item = Token<'a>>) -> Ordering {
    std::iter::once(first).chain(rest).fold(Ordering::Equal, |order, token| {
        order.then(match token {
            Token::List | Token::Number("") => Ordering::Equal,
            Token::Number(_) => Ordering::Greater,
            Token::Qualifier(rank, _) => rank.cmp(&RELEASE),
        })
    })
}

fn qualifier(word: &str, before_digit: bool) -> Token<'_> {
    let rank = match (word, before_digit) {
        ("alpha", _) | ("a", true) => 0,
        ("beta", _) | ("b", true) => 1,
        ("milestone", _) | ("m", true) => 2,
        ("rc" | "cr", _) => 3,
        ("snapshot", _) => 4,
        ("ga" | "final" | "release", _) => RELEASE,
        ("sp", _) => 6,
        _ => return Token::Qualifier(UNKNOWN, word),
    };
    Token::Qualifier(rank, "")
}

/// Removes empty values at the end of every list, and lists that become empty by that.
fn trimmed(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut kept = tokens.len();
    let mut at_end = true;
    for index in (0..tokens.len()).rev() {
        let Some(&token) = tokens.get(index) else { break };
        let drop = match token {
            Token::List => {
                at_end = true;
                kept == tokens.len()
            }
            value => {
                at_end = at_end && value.is_empty_value();
                at_end
            }
        };
        if !drop {
            kept -= 1;
            tokens.swap(index, kept);
        }
    }
    tokens.drain(..kept);
    tokens
}
