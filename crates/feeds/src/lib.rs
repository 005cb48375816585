//! Advisory sources: one folder for each feed.
