//! CVSS base scores of published vectors.

use seawall_model::Rating;

/// Which version of CVSS a vector is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// CVSS 2.
    V2,
    /// CVSS 3.0.
    V30,
    /// CVSS 3.1.
    V31,
    /// CVSS 4.0.
    V40,
}

/// The method and score (0.0..=10.0, one decimal) of a rating's vector; `None` when there is no
/// vector or it follows no version of the specification.
pub(crate) fn score(rating: &Rating) -> Option<(Method, f64)> {
    let vector: cvss::Cvss = rating.vector.as_deref()?.parse().ok()?;
    let method = match &vector {
        cvss::Cvss::CvssV20(_) => Method::V2,
        cvss::Cvss::CvssV30(_) => Method::V30,
        cvss::Cvss::CvssV31(_) => Method::V31,
        cvss::Cvss::CvssV40(_) => Method::V40,
        _ => return None,
    };
    let score = (vector.score() * 10.0).round() / 10.0;
    score.is_finite().then_some((method, score))
}
