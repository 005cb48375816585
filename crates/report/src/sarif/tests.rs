//! What the goldens and the schema can't show.

use super::results::{location, message_text};
use super::*;

fn uri(path: &str) -> Option<String> {
    let place = location(&Location::file(path), None)?;
    Some(place.physical_location?.artifact_location.uri)
}

#[test]
fn paths_become_relative_uris_that_stay_inside_the_image() {
    let cases = [
        ("var/lib/dpkg/status", Some("var/lib/dpkg/status")),
        ("/etc/passwd", Some("etc/passwd")),
        ("../../etc/a b", Some("etc/a%20b")),
        ("javascript:alert", Some("javascript%3Aalert")),
        ("a/ü?#", Some("a/%C3%BC%3F%23")),
        ("..", None),
        ("", None),
    ];
    for (path, expected) in cases {
        assert_eq!(uri(path).as_deref(), expected, "{path}");
    }
}

#[test]
fn names_can_plant_neither_links_nor_placeholders() {
    assert_eq!(message_text("[a](http://b) {0}"), "\\[a\\](http://b) {{0}}");
}

#[test]
fn results_beyond_the_limit_are_told() {
    let text = include_str!("../../testdata/storefront.json");
    let report: Report = serde_json::from_str(text).unwrap();
    let [run] = log(&report, 4).runs;
    assert_eq!(run.results.len(), 4);
    assert!(run.tool.driver.rules.len() <= 4);
    let [invocation] = run.invocations;
    let last = invocation.tool_execution_notifications.last().unwrap();
    assert_eq!(last.descriptor.id, "results-truncated");
    assert!(last.message.text.starts_with("11 less urgent findings"));
}
