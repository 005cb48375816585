//! The scan engine: walk, analyse, merge, match, decide.
