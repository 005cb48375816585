//! One module for each command.

pub(crate) mod cache;
pub(crate) mod database;
pub(crate) mod policy;
pub(crate) mod reference;
pub(crate) mod scan;
