//! AlmaLinux errata: OSV JSON, one file each (AlmaLinux/osv-database, advisories/). Packages are
//! binary packages; the vulnerabilities an erratum fixes are in `related`.
//!
//! Ignored: bug-fix and enhancement errata (`ALBA`, `ALEA`). The data has no field for severity
//! or module; the summary states both, as in `Important: nodejs:18 security update`.

use seawall_model::{Advisory, Rating, Severity};

use crate::date::optional_day;
use crate::osv::{self, Record};
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: AlmaLinux = AlmaLinux;

pub(crate) struct AlmaLinux;

static ORIGIN: Origin = Origin {
    id: "almalinux",
    title: "AlmaLinux errata",
    url: "https://github.com/AlmaLinux/osv-database",
    licence: "MIT",
    redistributable: true,
    wanted: &["almalinux-osv"],
};

impl Feed for AlmaLinux {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, erratum)
    }
}

fn erratum(file: FeedFile<'_>, intake: &mut Intake<'_>) {
    let Some(mut record) = osv::read_record(file, intake) else { return };
    intake.dated(optional_day(record.modified.as_deref()));
    if record.id.starts_with("ALSA-") {
        let fixes = std::mem::take(&mut record.related);
        if let Some(advisory) = security_erratum(record, fixes) {
            intake.advisory(file.path, advisory);
        }
    }
}

fn security_erratum(record: Record, fixes: Vec<String>) -> Option<Advisory> {
    let mut advisory = osv::advisory(ORIGIN.id, record)?;
    advisory.fixes = fixes.into_iter().filter(|id| id.starts_with("CVE-")).collect();
    let (severity, module) = stated(advisory.title.as_deref().unwrap_or_default());
    if severity.is_some() && advisory.ratings.is_empty() {
        advisory.ratings.push(Rating { source: ORIGIN.id.to_owned(), severity, vector: None });
    }
    for row in &mut advisory.affected {
        row.severity = severity;
        row.module = module.filter(|_| is_modular(row)).map(str::to_owned);
    }
    Some(advisory)
}

/// What a summary states: the severity before the first colon and, when there is exactly one, the
/// module stream behind it.
fn stated(summary: &str) -> (Option<Severity>, Option<&str>) {
    let Some((word, rest)) = summary.split_once(": ") else { return (None, None) };
    let severity = word.parse().ok().filter(|&severity| severity != Severity::Unknown);
    let mut streams = rest.split_whitespace().filter(|word| is_stream(word));
    let module = streams.next().filter(|_| streams.next().is_none());
    (severity, module)
}

fn is_stream(word: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.contains([':', '/', '(', ')']);
    word.split_once(':').is_some_and(|(name, stream)| part(name) && part(stream))
}

/// Whether a row's packages were built for a module, which their release tells.
fn is_modular(row: &seawall_model::Affected) -> bool {
    row.ranges.iter().any(|range| match &range.upper {
        seawall_model::UpperBound::Fixed(version) => version.contains(".module"),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{Severity, stated};

    #[test]
    fn a_summary_states_severity_and_module_stream() {
        let important = Some(Severity::High);
        let cases = [
            ("Important: nodejs:18 security update", (important, Some("nodejs:18"))),
            ("Important: virt:rhel and virt-devel:rhel update", (important, None)),
            ("Important: gupnp security update", (important, None)),
            ("container-tools:rhel8 update", (None, None)),
            ("", (None, None)),
        ];
        for (summary, expected) in cases {
            assert_eq!(stated(summary), expected, "{summary}");
        }
    }
}
