//! The one way in which analyzers of this crate are tested: a file in, its facts as lines out.

use std::fmt::Write;

use seawall_model::Package;

use crate::{Analyzer, Facts, File};

/// Reads `content` as the file at `path` and compares the facts with `expected`: one line for
/// each package, `name version`, followed by what is known of `line N`, `in INNER` and
/// `licence "L"`, then one line for each problem, `problem: message`.
pub(crate) fn check(analyzer: &dyn Analyzer, path: &str, content: &[u8], expected: &str) {
    let facts = facts(analyzer, path, content);
    for package in &facts.packages {
        assert_eq!(package.location.path, path);
        assert!(analyzer.kinds().contains(&package.kind), "kind of {}", package.name);
    }
    let actual = shown(&facts);
    assert!(
        actual.trim() == expected.trim(),
        "facts of {path} differ\n--- expected\n{}\n--- actual\n{}",
        expected.trim(),
        actual.trim()
    );
}

/// Feeds every prefix of `content`, and `content` with each byte in turn set to 0, 0x7f and 0xff,
/// to see that nothing panics. Long inputs are sampled, so that one call stays under a second.
pub(crate) fn check_damage(analyzer: &dyn Analyzer, path: &str, content: &[u8]) {
    let step = (content.len() / 512).max(1);
    let mut damaged = content.to_vec();
    for at in (0..content.len()).step_by(step) {
        facts(analyzer, path, &content[..at]);
        for value in [0, 0x7f, 0xff] {
            let byte = std::mem::replace(&mut damaged[at], value);
            facts(analyzer, path, &damaged);
            damaged[at] = byte;
        }
    }
}

/// The facts of one file held in memory, with the memory limit the engine gives by default.
pub(crate) fn facts(analyzer: &dyn Analyzer, path: &str, content: &[u8]) -> Facts {
    let mut facts = Facts::default();
    let file = File { path, content: &content, companion: None, memory: 16 << 20 };
    analyzer.analyze(&file, &mut facts);
    facts
}

fn shown(facts: &Facts) -> String {
    let mut text = String::new();
    for package in &facts.packages {
        let Package { name, version, location, licences, .. } = package;
        write!(text, "{name} {}", if version.is_empty() { "-" } else { version }).unwrap();
        if let Some(line) = location.line {
            write!(text, " line {line}").unwrap();
        }
        if let Some(inner) = &location.inner {
            write!(text, " in {inner}").unwrap();
        }
        for licence in licences {
            write!(text, " licence {licence:?}").unwrap();
        }
        text.push('\n');
    }
    for problem in &facts.problems {
        writeln!(text, "problem: {}", problem.message).unwrap();
    }
    text
}
