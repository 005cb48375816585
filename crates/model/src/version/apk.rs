//! Alpine's ordering, as apk-tools 3 has it (`src/version.c`, checked by running it):
//! `digits{.digits}[letter]{_suffix[digits]}[~commit][-rdigits]`.
//!
//! Two differences on purpose: a number longer than 64 bits keeps its value, where apk-tools wraps
//! it around; and a number behind the letter (`1.9.5p2-r0`, as sudo and OpenSMTPD had it in old
//! releases) is ordered as apk-tools 2 did, where version 3 refuses it. Any other string that
//! `apk version --check` refuses is not a version, even though `apk version --test` would order
//! the part that it understands.

use std::cmp::Ordering;

use super::digits;

/// A version known to be well formed.
pub(super) struct Version<'a>(&'a str);

/// What a token is. The order is part of the rules: where two versions first differ in kind, the
/// one with the later kind is the lower version, unless a pre-release suffix decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    First,
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Commit,
    Revision,
    End,
}

/// Suffixes in rising order; [`NO_SUFFIX`] is where a version without one stands.
const SUFFIXES: [&str; 9] = ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"];
const NO_SUFFIX: usize = 4;

#[derive(Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    /// Place in [`SUFFIXES`] for a suffix.
    rank: usize,
}

impl<'a> Version<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut tokens = Tokens::new(text);
        while tokens.next()?.kind != Kind::End {}
        Some(Self(text))
    }

    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (Tokens::new(self.0), Tokens::new(other.0));
        while let (Some(left), Some(right)) = (left.next(), right.next()) {
            if left.kind != right.kind {
                return different_kinds(left, right);
            }
            let order = same_kind(left, right);
            if order != Ordering::Equal || left.kind == Kind::End {
                return order;
            }
        }
        Ordering::Equal
    }
}

fn same_kind(left: Token<'_>, right: Token<'_>) -> Ordering {
    match left.kind {
        // After the first dot a leading zero makes the component a decimal fraction.
        Kind::Number if left.text.starts_with('0') || right.text.starts_with('0') => {
            left.text.cmp(right.text)
        }
        Kind::First | Kind::Number | Kind::SuffixNumber | Kind::Revision => {
            digits::compare(left.text, right.text)
        }
        Kind::Suffix => left.rank.cmp(&right.rank),
        Kind::Letter | Kind::Commit | Kind::End => left.text.cmp(right.text),
    }
}

fn different_kinds(left: Token<'_>, right: Token<'_>) -> Ordering {
    let is_before_release = |token: Token<'_>| token.kind == Kind::Suffix && token.rank < NO_SUFFIX;
    if is_before_release(left) {
        Ordering::Less
    } else if is_before_release(right) {
        Ordering::Greater
    } else {
        right.kind.cmp(&left.kind)
    }
}

struct Tokens<'a> {
    rest: &'a str,
    previous: Option<Kind>,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, previous: None }
    }

    /// The next token, or `None` where the text stops being a version.
    fn next(&mut self) -> Option<Token<'a>> {
        let token = match self.previous {
            None => self.number(Kind::First, self.rest)?,
            Some(previous) => self.following(previous)?,
        };
        self.previous = Some(token.kind);
        Some(token)
    }

    fn following(&mut self, previous: Kind) -> Option<Token<'a>> {
        let Some(&first) = self.rest.as_bytes().first() else {
            return Some(Token { kind: Kind::End, text: "", rank: 0 });
        };
        // Every byte matched here is ASCII, so the text may be cut behind it.
        let behind = self.rest.get(1..).unwrap_or("");
        match first {
            b'a'..=b'z' if previous <= Kind::Number => {
                let (letter, rest) = self.rest.split_at_checked(1)?;
                self.rest = rest;
                Some(Token { kind: Kind::Letter, text: letter, rank: 0 })
            }
            b'.' if previous <= Kind::Number => self.number(Kind::Number, behind),
            b'0'..=b'9' if previous == Kind::Letter => self.number(Kind::Number, self.rest),
            b'0'..=b'9' if previous == Kind::Suffix => self.number(Kind::SuffixNumber, self.rest),
            b'_' if previous <= Kind::SuffixNumber => self.suffix(behind),
            b'~' if previous < Kind::Commit => {
                self.run(Kind::Commit, behind, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            }
            b'-' if previous < Kind::Revision => {
                self.number(Kind::Revision, behind.strip_prefix('r')?)
            }
            _ => None,
        }
    }

    fn number(&mut self, kind: Kind, text: &'a str) -> Option<Token<'a>> {
        self.run(kind, text, |byte| byte.is_ascii_digit())
    }

    fn suffix(&mut self, text: &'a str) -> Option<Token<'a>> {
        let token = self.run(Kind::Suffix, text, |byte| byte.is_ascii_lowercase())?;
        let rank = SUFFIXES.iter().position(|&suffix| suffix == token.text)?;
        Some(Token { rank, ..token })
    }

    fn run(&mut self, kind: Kind, text: &'a str, belongs: fn(u8) -> bool) -> Option<Token<'a>> {
        let end = text.bytes().position(|byte| !belongs(byte)).unwrap_or(text.len());
        let (run, rest) = text.split_at_checked(end)?;
        self.rest = rest;
        (!run.is_empty()).then_some(Token { kind, text: run, rank: 0 })
    }
}
