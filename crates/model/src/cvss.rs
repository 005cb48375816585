//! Scores of CVSS vectors: version 2.0 (FIRST, complete guide, section 3.2), 3.0, 3.1
//! (specification, section 7) and 4.0 (specification, section 8), computed by the `cvss` crate.
//!
//! Version 2 and 3 vectors give their base score; temporal and environmental metrics are checked
//! and left out of it. Version 4 has a single score, which counts them.

use cvss::{Cvss, MetricType};

use crate::Severity;

/// Longer than every optional metric of the longest version together, in bytes.
const MAX_LENGTH: usize = 512;

/// How many base metrics a version 3 vector must have.
const BASE_METRICS: usize = 8;

/// The score, 0.0 to 10.0 with one decimal, and the level of a vector; `None` when it is none.
/// Version 2 vectors come with or without parentheses and have no prefix; their highest level
/// is [`Severity::High`], as the NVD rates them.
pub fn score(vector: &str) -> Option<(f64, Severity)> {
    let vector = vector.trim();
    let bare = vector.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(vector);
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    if bare.len() > MAX_LENGTH {
        return None;
    }
    let parsed: Cvss = bare.parse().ok()?;
    if !is_complete(&parsed) {
        return None;
    }
    let score = parsed.score();
    let level = Severity::from_score(score);
    let level = if matches!(parsed, Cvss::CvssV20(_)) { level.min(Severity::High) } else { level };
    Some((score, level))
}

/// Whether no base metric is missing, which the parser of version 3 vectors doesn't ask.
fn is_complete(vector: &Cvss) -> bool {
    if !matches!(vector, Cvss::CvssV30(_) | Cvss::CvssV31(_)) {
        return true;
    }
    let base = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
    let is_base = |metric: &MetricType| match metric {
        MetricType::V3(metric) => base.contains(&metric.name()),
        _ => false,
    };
    vector.metrics().filter(|(metric, _)| is_base(metric)).count() == BASE_METRICS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors with the scores that FIRST (guides and examples) and CVE records publish.
    #[test]
    fn vectors_have_their_published_scores() {
        let published = [
            // CVE-2002-0392, CVE-2003-0818 and CVE-2003-0062 of the version 2 guide.
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, Severity::High),
            ("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 10.0, Severity::High),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, Severity::Medium),
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8, Severity::High),
            // CVE-2013-1937, CVE-2014-0160, CVE-2013-0375 and CVE-2016-5729 of the examples.
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, Severity::Medium),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, Severity::High),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, Severity::Medium),
            ("CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H", 8.2, Severity::High),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, Severity::Critical),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, Severity::Negligible),
            // CVE records of 2024 that rate in both versions.
            ("CVSS:3.1/AV:L/AC:H/PR:H/UI:N/S:C/C:L/I:H/A:N", 6.1, Severity::Medium),
            (
                "CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:N/VC:L/VI:H/VA:N/SC:L/SI:H/SA:N",
                6.9,
                Severity::Medium,
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:L/VA:L/SC:N/SI:H/SA:H",
                7.0,
                Severity::High,
            ),
            ("CVSS:4.0/AV:L/AC:H/AT:N/PR:L/UI:P/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", 1.0, Severity::Low),
        ];
        for (vector, expected, level) in published {
            assert_eq!(score(vector), Some((expected, level)), "{vector}");
        }
    }

    #[test]
    fn what_is_no_complete_vector_has_no_score() {
        let long = format!("CVSS:3.1/{}", "AV:N/".repeat(100_000));
        for vector in [
            "",
            "()",
            "/",
            "CVSS:3.1",
            "CVSS:3.1/",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:X",
            "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
            "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
            "CVSS:4.0/AV:N",
            "AV:N/AC:L",
            "AV:N/AC:L/Au:N/C:N/I:N/A:\u{e9}",
            &long,
        ] {
            assert_eq!(score(vector), None, "{vector:.80}");
        }
    }
}
