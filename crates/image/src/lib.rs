//! Container images as streams of layers: archives, layouts, root directories; decompression,
//! hashing, the tar format, whiteouts. Nothing is ever unpacked to a path.
