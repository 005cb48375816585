//! The ordering score: how much a finding matters, 0 to 100. docs/risk.md explains it to users;
//! the two change together.
//!
//! score = impact × likelihood × exposure, where impact is a tenth of the CVSS base score (or a
//! fixed value for a level without score), likelihood grows with signs of exploitation, and what
//! an upper layer hides counts half.

use seawall_model::{Decision, Finding, Severity, cvss};

/// The score of a finding whose other fields are complete.
pub(crate) fn risk(finding: &Finding) -> u8 {
    let exposure = if finding.hidden_by.is_some() { 0.5 } else { 1.0 };
    let score = 100.0 * impact(finding) * likelihood(finding) * exposure;
    // In range by construction: each factor lies in 0..=1.
    score.round() as u8
}

/// The vendor's level bounds the score: a CVSS score from elsewhere refines within it.
fn impact(finding: &Finding) -> f64 {
    let scored = finding.ratings.iter().find_map(|rating| cvss::score(rating.vector.as_deref()?));
    let (floor, middle, ceiling) = match finding.severity {
        Severity::Critical => (0.9, 0.95, 1.0),
        Severity::High => (0.7, 0.8, 0.89),
        Severity::Medium => (0.4, 0.55, 0.69),
        Severity::Low => (0.1, 0.25, 0.39),
        Severity::Negligible => (0.0, 0.05, 0.1),
        Severity::Unknown => (0.0, 0.4, 1.0),
    };
    scored.map_or(middle, |(score, _)| (score / 10.0).clamp(floor, ceiling))
}

/// From 0.5 for "nobody is known to exploit it" to 1 for "it is being exploited".
fn likelihood(finding: &Finding) -> f64 {
    if finding.known_exploited.is_some() {
        return 1.0;
    }
    let decided = match finding.ssvc.map(|ssvc| ssvc.exploitation) {
        Some(Decision::Active) => 0.95,
        Some(Decision::Poc) => 0.7,
        Some(Decision::None) | None => 0.5,
    };
    let predicted = finding.epss.map_or(0.0, |epss| {
        let probability = f64::from(epss.probability_millionths) / 1_000_000.0;
        // The square root spreads the crowd near zero: 1 % becomes 0.1 of the way, 25 % half.
        0.5 + 0.5 * probability.clamp(0.0, 1.0).sqrt()
    });
    f64::max(decided, predicted)
}
