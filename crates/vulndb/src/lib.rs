//! The vulnerability database file: writer, reader, lookup.
