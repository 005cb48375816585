//! How analyzers are tested: `testdata/<case>.json` beside its input. The JSON names the path
//! at which the image holds the input and the facts expected from it. Ownership is listed by
//! path there, since hashes tell a reader nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::{Analyzer, Content, Facts, File, path_hash};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Where the image holds the input.
    path: String,
    /// The input's file name, if it is not `<case>.in`.
    input: Option<String>,
    /// The companion's file name.
    companion: Option<String>,
    #[serde(default)]
    packages: Vec<Value>,
    #[serde(default)]
    owned: BTreeMap<String, Vec<String>>,
    distribution: Option<Value>,
    #[serde(default)]
    problems: Vec<String>,
}

/// Checks that the analyzer finds in `testdata/<case>` what the JSON beside it says. Fields that
/// are null or empty may be left out there.
pub(crate) fn check(analyzer: &dyn Analyzer, case: &str) {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/{}/testdata", analyzer.id()));
    let read = |name: &str| fs::read(folder.join(name)).expect(name);
    let expected: Case = serde_json::from_slice(&read(&format!("{case}.json"))).expect(case);
    let input = read(expected.input.as_deref().unwrap_or(&format!("{case}.in")));
    let companion = expected.companion.as_deref().map(read);
    let facts = facts(analyzer, &expected.path, &input, companion.as_deref());

    let mut found: Vec<Value> = facts.packages.iter().map(compact).collect();
    let mut listed = expected.packages;
    // Databases keep packages in an order of their own.
    for packages in [&mut found, &mut listed] {
        packages.sort_by_key(ToString::to_string);
    }
    assert_eq!(found, listed, "packages of {case}");
    assert_eq!(facts.distribution.as_ref().map(compact), expected.distribution, "{case}");
    let problems: Vec<&str> = facts.problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(problems, expected.problems, "problems of {case}");

    let found: BTreeMap<&str, BTreeSet<u64>> = facts
        .owned
        .iter()
        .map(|owned| (owned.package.as_str(), owned.paths.iter().copied().collect()))
        .collect();
    let listed = expected
        .owned
        .iter()
        .map(|(name, paths)| (name.as_str(), paths.iter().map(|path| path_hash(path)).collect()))
        .collect();
    assert_eq!(found, listed, "ownership of {case}");
}

/// What the analyzer says about content that the image holds at `path`.
pub(crate) fn facts(
    analyzer: &dyn Analyzer,
    path: &str,
    content: &[u8],
    companion: Option<&[u8]>,
) -> Facts {
    let mut facts = Facts::default();
    let companion = companion.as_ref().map(|bytes| bytes as &dyn Content);
    let file = File { path, content: &content, companion, memory: 16 << 20 };
    analyzer.analyze(&file, &mut facts);
    facts
}

/// Every input in the analyzer's testdata.
pub(crate) fn inputs(analyzer: &dyn Analyzer) -> Vec<Vec<u8>> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/{}/testdata", analyzer.id()));
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_none_or(|name| name != "json" && name != "py"))
        .map(|path| fs::read(path).unwrap())
        .collect()
}

/// Runs `read` on many broken variants of `good`: cut short, bytes changed, runs blanked. The
/// sequence is always the same. Only a panic or an endless loop makes it fail.
pub(crate) fn survives(good: &[u8], rounds: u32, mut read: impl FnMut(&[u8])) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound.max(1) as u64) as usize
    };
    for round in 0..rounds {
        let mut bytes = good.to_vec();
        if round % 8 == 0 {
            bytes.truncate(next(good.len()));
        }
        for _ in 0..=next(12) {
            let at = next(bytes.len());
            let run = 1 + next(4) * next(4);
            let value = [0, 0xff, 0x7f, 0x80, next(256) as u8][next(5)];
            bytes.iter_mut().skip(at).take(run).for_each(|byte| *byte = value);
        }
        read(&bytes);
    }
}

fn compact<T: serde::Serialize>(value: &T) -> Value {
    let mut value = serde_json::to_value(value).unwrap();
    if let Value::Object(fields) = &mut value {
        for field in fields.values_mut() {
            *field = compact(field);
        }
        fields.retain(|_, field| match field {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
    }
    value
}
