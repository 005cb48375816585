//! Which of several images is meant.

use crate::{Error, Limits, Platform};

/// What the caller asks for.
#[derive(Debug)]
pub(crate) struct Choice<'a> {
    pub(crate) reference: Option<&'a str>,
    pub(crate) platform: Option<&'a Platform>,
    pub(crate) limits: &'a Limits,
}

/// An image that could be meant.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Names people gave it.
    pub(super) names: Vec<String>,
    /// What tells it from the others when names do not: its digest or path.
    pub(super) identity: String,
    pub(super) platform: Option<Platform>,
}

impl Choice<'_> {
    /// Whether a name or identity is the one asked for: in full, without the tag `latest`, or
    /// without the registry that Docker takes for granted.
    pub(super) fn names(&self, name: &str) -> bool {
        let Some(reference) = self.reference else { return true };
        let short = name.strip_prefix("docker.io/").unwrap_or(name);
        let short = short.strip_prefix("library/").unwrap_or(short);
        [name, short]
            .iter()
            .any(|name| *name == reference || name.strip_suffix(":latest") == Some(reference))
    }

    /// The position of the one candidate that is meant.
    pub(super) fn pick(&self, candidates: &[Candidate], archive: &str) -> Result<usize, Error> {
        let Some(first) = candidates.first() else {
            return Err(Error::NotAnImage {
                name: archive.to_owned(),
                reason: "it lists no image".to_owned(),
            });
        };
        if candidates.iter().any(|candidate| candidate.names != first.names) {
            return Err(ambiguous(candidates.iter(), archive));
        }
        let host = Platform::host();
        let wanted = match (self.platform, candidates.len()) {
            (None, 1) => return Ok(0),
            (Some(wanted), _) => wanted,
            (None, _) => &host,
        };
        let answers = |candidate: &Candidate| {
            candidate.platform.as_ref().is_some_and(|platform| platform.answers(wanted))
        };
        let mut matching: Vec<usize> =
            (0..candidates.len()).filter(|at| candidates.get(*at).is_some_and(answers)).collect();
        // Of several variants the one without a name is the most general.
        let general = |at: &usize| {
            candidates
                .get(*at)
                .and_then(|candidate| candidate.platform.as_ref())
                .is_some_and(|platform| platform.variant.is_none())
        };
        if matching.len() > 1 && matching.iter().filter(|at| general(at)).count() == 1 {
            matching.retain(general);
        }
        match matching.as_slice() {
            [one] => Ok(*one),
            [] => Err(Error::PlatformAbsent {
                name: archive.to_owned(),
                wanted: wanted.to_string(),
                present: candidates.iter().map(platform_text).collect(),
            }),
            several => Err(ambiguous(several.iter().filter_map(|at| candidates.get(*at)), archive)),
        }
    }
}

fn platform_text(candidate: &Candidate) -> String {
    candidate.platform.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

fn ambiguous<'a>(candidates: impl Iterator<Item = &'a Candidate>, archive: &str) -> Error {
    let name =
        |candidate: &Candidate| candidate.names.first().unwrap_or(&candidate.identity).clone();
    Error::Ambiguous { name: archive.to_owned(), names: candidates.map(name).collect() }
}
