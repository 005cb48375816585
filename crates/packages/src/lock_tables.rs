//! The `[[package]]` tables that `Cargo.lock` and `poetry.lock` consist of.
//!
//! Both are TOML 1.0 written by a program, with every table header on a line of its own. The text
//! is cut at those headers and one table at a time is parsed, so memory does not grow with the
//! file and one broken table costs only itself.

use seawall_model::Problem;
use serde::de::DeserializeOwned;

use crate::line_numbers::LineNumbers;

const HEADER: &str = "[[package]]";
/// Problems told of one file; a file of another format can have one at every header.
const PROBLEMS_LIMIT: usize = 50;

#[derive(serde::Deserialize)]
struct Document<T> {
    package: Vec<T>,
}

/// Parses each `[[package]]` table of `text` with its subtables and calls `found` with it and the
/// line of its header, counted from 1. Tables that `T` can't be read from become problems of the
/// file at `path`, the first ones at least.
pub(crate) fn each_package<T: DeserializeOwned>(
    path: &str,
    text: &str,
    problems: &mut Vec<Problem>,
    mut found: impl FnMut(T, u32),
) {
    let mut lines = LineNumbers::new(text.as_bytes());
    let mut starts = headers(text).peekable();
    let told = problems.len() + PROBLEMS_LIMIT;
    if starts.peek().is_none()
        && let Err(error) = toml::from_str::<toml::Table>(text)
    {
        problems.push(Problem::at(path, format!("not toml: {}", first_line(error.message()))));
    }
    while let Some(start) = starts.next() {
        let end = starts.peek().copied().unwrap_or(text.len());
        let line = lines.line_at(start);
        let table = own_part(text.get(start..end).unwrap_or_default());
        match toml::from_str::<Document<T>>(table) {
            Ok(document) => document.package.into_iter().for_each(|package| found(package, line)),
            Err(_) if problems.len() >= told => {}
            Err(error) => problems.push(Problem::at(
                path,
                format!("package table at line {line}: {}", first_line(error.message())),
            )),
        }
    }
}

/// Offsets of the lines that are a package header.
fn headers(text: &str) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(text.as_bytes(), HEADER).filter(|&start| {
        let starts_line = text.get(..start).is_some_and(|before| {
            before.is_empty() || before.ends_with('\n') || before == "\u{feff}"
        });
        let rest = text.get(start + HEADER.len()..).unwrap_or_default();
        starts_line && rest.lines().next().is_none_or(|rest| rest.trim().is_empty())
    })
}

/// The table up to a header that belongs to something else, such as `[metadata]`.
fn own_part(table: &str) -> &str {
    let end = memchr::memmem::find_iter(table.as_bytes(), "\n[")
        .find(|&end| {
            let header = table.get(end + 2..).unwrap_or_default().trim_start_matches('[');
            !header.starts_with("package.")
        })
        .unwrap_or(table.len());
    table.get(..end).unwrap_or_default()
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}
