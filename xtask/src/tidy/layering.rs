//! A crate depends only on rows above its own (ARCHITECTURE.md, "The house").

use anyhow::{Context, Result};
use serde_json::Value;

/// The row of each crate. Tools and test helpers stand beside the house.
const ROWS: [(&str, u32); 8] = [
    ("seawall-model", 0),
    ("seawall-image", 1),
    ("seawall-packages", 1),
    ("seawall-vulndb", 1),
    ("seawall-report", 1),
    ("seawall-feeds", 2),
    ("seawall-scan", 2),
    ("seawall", 4),
];

/// Crates that the house may use in tests only.
const BESIDE: [&str; 3] = ["seawall-testkit", "xtask", "seawall-bench-floor"];

pub(super) fn faults(metadata: &Value) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let packages = metadata["packages"].as_array().context("packages")?;
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let name = package["name"].as_str().context("name")?;
        if BESIDE.contains(&name) {
            continue;
        }
        let Some(row) = row(name) else {
            faults.push(format!("crate {name} has no row in xtask/src/tidy/layering.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().context("dependencies")? {
            let used = dependency["name"].as_str().context("dependency name")?;
            let in_tests = dependency["kind"].as_str() == Some("dev");
            if in_tests || dependency["path"].is_null() {
                continue;
            }
            if self::row(used).is_none_or(|other| other >= row) {
                faults.push(format!("{name} (row {row}) must not depend on {used}"));
            }
        }
    }
    Ok(faults)
}

fn row(name: &str) -> Option<u32> {
    ROWS.iter().find(|(known, _)| *known == name).map(|(_, row)| *row)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::faults;

    #[test]
    fn an_arrow_that_points_down_or_sideways_is_a_fault() {
        let package = |name: &str, used: &str| {
            json!({"packages": [{"name": name, "source": null,
                "dependencies": [{"name": used, "path": "x", "kind": null}]}]})
        };
        let check = |name, used| faults(&package(name, used)).unwrap().len();
        assert_eq!(check("seawall-scan", "seawall-model"), 0);
        assert_eq!(check("seawall-model", "seawall-scan"), 1);
        assert_eq!(check("seawall-image", "seawall-packages"), 1);
        assert_eq!(check("seawall-image", "seawall-testkit"), 1);
        assert_eq!(check("seawall-unknown", "seawall-model"), 1);
    }
}
