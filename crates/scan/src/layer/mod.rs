//! Reading one layer: which files are wanted, how they are held while an analyzer reads them,
//! and the facts that come out.

mod collector;
mod dispatch;
mod facts;
mod spool;

pub(crate) use collector::Collector;
pub(crate) use dispatch::Dispatch;
pub(crate) use facts::{FileFacts, LayerFacts, PathHashes};
