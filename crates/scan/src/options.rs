//! What a caller decides about a scan. Clock, parallelism and limits are arguments, so that the
//! same input gives the same report.

use seawall_image::{Limits, Verify};
use seawall_model::Date;

use crate::cache::Cache;

/// How to scan.
pub struct Options {
    /// Which digests are computed and checked.
    pub verify: Verify,
    /// Whether software hidden by upper layers is reported too.
    pub view: LayerView,
    /// Where facts of known layers are kept; `None` reads everything anew.
    pub cache: Option<Cache>,
    /// Layers read at once.
    pub jobs: usize,
    /// Bytes one analyzer may hold for one file.
    pub memory: u64,
    /// Limits on hostile input.
    pub limits: Limits,
    /// The day on which ages and expiry are judged.
    pub today: Date,
}

/// Which layers' software is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LayerView {
    /// What a running container sees.
    #[default]
    Squashed,
    /// Also what upper layers hide, marked as hidden: it still ships to everyone who pulls.
    All,
}
