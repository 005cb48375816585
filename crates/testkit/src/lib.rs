//! Builders of images, archives and databases for tests and benches.
