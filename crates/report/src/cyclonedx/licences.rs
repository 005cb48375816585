//! Declared licences as CycloneDX wants them: SPDX identifiers where they are ones, an SPDX
//! expression where the one statement is one, names otherwise. `spdx_licences.txt` and
//! `spdx_exceptions.txt` hold the identifiers of the SPDX licence list 3.24.0, which is as new as
//! the readers of CycloneDX 1.6 can be expected to know.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::document::{Licence, LicenceChoice};

type Identifiers = LazyLock<HashSet<&'static str>>;

static LICENCES: Identifiers =
    LazyLock::new(|| include_str!("spdx_licences.txt").lines().collect());
static EXCEPTIONS: Identifiers =
    LazyLock::new(|| include_str!("spdx_exceptions.txt").lines().collect());

/// Longest statement read as an expression, in bytes.
const MAX_EXPRESSION: usize = 1000;

/// The statements of one component. An expression may only stand alone.
pub(super) fn licences(statements: &[String]) -> Vec<LicenceChoice> {
    if let [only] = statements
        && !LICENCES.contains(only.as_str())
        && is_expression(only)
    {
        return vec![LicenceChoice::Expression(only.clone())];
    }
    let choices = statements.iter().filter(|statement| !statement.is_empty()).map(|statement| {
        LicenceChoice::License(if LICENCES.contains(statement.as_str()) {
            Licence::Id(statement.clone())
        } else {
            Licence::Name(statement.clone())
        })
    });
    choices.collect()
}

/// Whether a statement is an SPDX expression (SPDX 2.3, annex D) of listed identifiers. Licence
/// references are not accepted: what they refer to is not in the document.
fn is_expression(statement: &str) -> bool {
    if statement.len() > MAX_EXPRESSION {
        return false;
    }
    let spaced = statement.replace('(', " ( ").replace(')', " ) ");
    let mut open = 0_usize;
    let mut operand_next = true;
    let mut words = spaced.split_whitespace();
    while let Some(word) = words.next() {
        match (operand_next, word) {
            (true, "(") => open += 1,
            (false, ")") if open > 0 => open -= 1,
            (false, "AND" | "OR") => operand_next = true,
            (false, "WITH") => {
                if !words.next().is_some_and(|exception| EXCEPTIONS.contains(exception)) {
                    return false;
                }
            }
            (true, word) if LICENCES.contains(word.strip_suffix('+').unwrap_or(word)) => {
                operand_next = false;
            }
            _ => return false,
        }
    }
    open == 0 && !operand_next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_told_from_other_statements() {
        let expressions = [
            "MIT OR Apache-2.0",
            "(MIT AND BSD-3-Clause) OR GPL-2.0-or-later",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "LGPL-2.1+",
        ];
        for statement in expressions {
            assert!(is_expression(statement), "{statement}");
        }
        let others =
            ["", "MIT OR", "(MIT", "MIT)", "GPLv2+ and MIT", "MIT WITH nothing", "MIT MIT"];
        for statement in others {
            assert!(!is_expression(statement), "{statement}");
        }
    }

    #[test]
    fn an_expression_among_several_statements_is_a_name() {
        let statements = ["MIT", "MIT OR Zlib"].map(str::to_owned);
        let expected = vec![
            LicenceChoice::License(Licence::Id("MIT".to_owned())),
            LicenceChoice::License(Licence::Name("MIT OR Zlib".to_owned())),
        ];
        assert_eq!(licences(&statements), expected);
        assert_eq!(licences(&[]), []);
    }
}
