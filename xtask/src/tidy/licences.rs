//! Every dependency's licence must let a closed network run us without asking anyone: permissive
//! terms only.

use anyhow::{Context, Result};
use serde_json::Value;

/// Permissive licences (SPDX identifiers).
const PERMISSIVE: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "bzip2-1.0.6",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

pub(super) fn faults(metadata: &Value) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for package in metadata["packages"].as_array().context("packages")? {
        let name = package["name"].as_str().context("name")?;
        let licence = package["license"].as_str().unwrap_or("none stated");
        if !is_permissive(licence) {
            faults.push(format!("dependency {name} has the licence `{licence}`"));
        }
    }
    Ok(faults)
}

/// Reads an SPDX expression: one alternative of each `OR` must be permissive, every part of an
/// `AND` must be. `/` is the old spelling of `OR`.
fn is_permissive(expression: &str) -> bool {
    let spelled = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let parts: Vec<&str> = spelled.split(" AND ").collect();
    let alternative = |word: &str| PERMISSIVE.contains(&word.trim());
    parts.iter().all(|part| part.split(" OR ").any(alternative))
}

#[cfg(test)]
mod tests {
    use super::is_permissive;

    #[test]
    fn one_permissive_choice_is_enough_but_every_obligation_counts() {
        assert!(is_permissive("MIT OR Apache-2.0"));
        assert!(is_permissive("MIT/Apache-2.0"));
        assert!(is_permissive("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_permissive("LGPL-2.1 OR MIT"));
        assert!(!is_permissive("GPL-3.0-only"));
        assert!(!is_permissive("MIT AND GPL-2.0"));
        assert!(!is_permissive("none stated"));
    }
}
