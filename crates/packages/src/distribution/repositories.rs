//! Lists of apk repositories (apk-repositories(5) of apk-tools 3, which reads the lists of
//! version 2 as well).

use seawall_model::Distribution;

/// The repositories packages come from by default, one URL for each component. Left out are
/// comments, `set` and `default` lines, and tagged repositories: `@edge https://…` serves only
/// packages that ask for the tag, and must not make a release look like the edge branch.
pub(super) fn parse(text: &str) -> Distribution {
    let repositories = text.lines().flat_map(urls).collect();
    Distribution { repositories, ..Distribution::default() }
}

fn urls(line: &str) -> Vec<String> {
    let mut words = line.split_ascii_whitespace().peekable();
    match words.peek() {
        Some(&("set" | "default")) => return Vec::new(),
        Some(&("ndx" | "v2" | "v3")) => drop(words.next()),
        _ => {}
    }
    let Some(url) = words.next().filter(|word| !word.starts_with(['#', '@'])) else {
        return Vec::new();
    };
    let components: Vec<&str> = words.take_while(|word| !word.starts_with('#')).collect();
    if components.is_empty() {
        return vec![url.to_owned()];
    }
    let url = url.trim_end_matches('/');
    components.iter().map(|component| format!("{url}/{component}")).collect()
}
