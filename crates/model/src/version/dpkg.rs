//! Debian's ordering (Debian Policy Manual, section 5.6.12; checked by running
//! `dpkg --compare-versions`): `[epoch:]upstream[-revision]`.
//!
//! What dpkg only warns about (a version that starts with a letter, an odd character) is ordered
//! as dpkg orders it; what dpkg refuses, and bytes outside ASCII, are not versions.

use std::cmp::Ordering;

use super::digits;

/// A version cut into its three parts.
pub(super) struct Version<'a> {
    epoch: u32,
    upstream: &'a str,
    revision: &'a str,
}

impl<'a> Version<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim_matches(|letter: char| letter.is_ascii_whitespace());
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) => (epoch_number(epoch)?, rest),
            None => (0, text),
        };
        let (upstream, revision) = match rest.rsplit_once('-') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (rest, ""),
        };
        (!upstream.is_empty()).then_some(Self { epoch, upstream, revision })
    }

    pub(super) fn precedence(&self, other: &Self) -> Ordering {
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| compare_part(self.upstream, other.upstream))
            .then_with(|| compare_part(self.revision, other.revision))
    }
}

/// dpkg holds the epoch in a signed 32 bit number.
fn epoch_number(text: &str) -> Option<u32> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|&epoch| i32::try_from(epoch).is_ok())
}

/// Orders by turns: the text up to the next digit, then the number.
fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let (left_text, left_rest) = split_text(left);
        let (right_text, right_rest) = split_text(right);
        let (left_number, left_rest) = digits::split(left_rest);
        let (right_number, right_rest) = digits::split(right_rest);
        let order = compare_text(left_text, right_text)
            .then_with(|| digits::compare(left_number, right_number));
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

fn split_text(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn compare_text(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.bytes(), right.bytes());
    loop {
        let (left, right) = (left.next(), right.next());
        let order = weight(left).cmp(&weight(right));
        if order != Ordering::Equal || (left.is_none() && right.is_none()) {
            return order;
        }
    }
}

/// A tilde sorts before the end, the end before letters, letters before everything else.
fn weight(byte: Option<u8>) -> i16 {
    match byte {
        Some(b'~') => -1,
        None => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i16::from(letter),
        Some(other) => i16::from(other) + 256,
    }
}
