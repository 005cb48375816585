//! Reports under `testdata/` beside what each format makes of them. `SEAWALL_REGENERATE=1 cargo
//! test -p seawall-report` writes the expected files anew; read the difference before keeping it.

use std::fs;
use std::path::{Path, PathBuf};

use seawall_model::Report;

use super::*;

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn sample(name: &str) -> Report {
    let text = fs::read_to_string(testdata().join(name).with_extension("json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn rendered(report: &Report, id: &str, style: &Style) -> String {
    let mut out = Vec::new();
    format(id).unwrap().render(report, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with the file `testdata/<expected>`, or writes it when asked to.
fn check(report: &Report, id: &str, style: &Style, expected: &str) {
    let actual = rendered(report, id, style);
    let path = testdata().join(expected);
    if std::env::var_os("SEAWALL_REGENERATE").is_some() {
        fs::write(&path, &actual).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == actual, "{expected} differs from:\n{actual}");
}

const SAMPLES: [&str; 4] = ["storefront", "clean", "gap", "empty"];

#[test]
fn tables_read_as_expected() {
    for name in SAMPLES {
        check(&sample(name), "table", &Style::default(), &format!("{name}.table.txt"));
    }
}
