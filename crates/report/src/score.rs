//! CVSS base scores of published vectors.

use seawall_model::{Rating, cvss};

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
    let vector = rating.vector.as_deref()?;
    let method = match vector.split_once('/')?.0 {
        "CVSS:4.0" => Method::V40,
        "CVSS:3.1" => Method::V31,
        "CVSS:3.0" => Method::V30,
        _ => Method::V2,
    };
    cvss::score(vector).map(|(score, _)| (method, score))
}
