//! Report formats: one folder for each.
