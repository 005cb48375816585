//! The scan engine: walk, analyse, merge, match, decide.
//!
//! [`inspect`] reads an image and says what is inside, without any database; [`judge`] matches
//! that with a database and a policy and makes the report. The facts of layers, the stack of
//! layers and the inventory are the stations between, one module each.

mod cache;
mod error;
mod findings;
mod inspect;
mod inventory;
mod judge;
mod layer;
mod matching;
mod merge;
mod options;
pub mod policy;
mod progress;
mod risk;

pub use cache::{Cache, CacheUse};
pub use error::Error;
pub use inspect::{Inspection, inspect};
pub use judge::judge;
pub use options::{LayerView, Options};
pub use policy::Policy;
pub use progress::{Progress, Silent};
