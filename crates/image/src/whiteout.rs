//! Whiteouts: how an upper layer removes what a lower one brought in (OCI image-spec 1.1,
//! layer.md, "Whiteouts").

/// What a whiteout entry removes from the layers below its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whiteout<'a> {
    /// The file or directory tree at this path.
    Removed(String),
    /// Everything inside this directory; the empty path is the root.
    Opaque(&'a str),
}

const PREFIX: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";

/// What the entry at `path` (normalised) removes, or `None` for an ordinary entry. Other names
/// that begin with `.wh..wh.` are bookkeeping of the AUFS driver and remove nothing; a bare
/// `.wh.` names nothing, and `.wh..` and `.wh...` would name directories themselves.
pub fn whiteout(path: &str) -> Option<Whiteout<'_>> {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let removed = name.strip_prefix(PREFIX)?;
    if name == OPAQUE {
        return Some(Whiteout::Opaque(directory));
    }
    if removed.starts_with(PREFIX) || matches!(removed, "" | "." | "..") {
        return None;
    }
    Some(Whiteout::Removed(if directory.is_empty() {
        removed.to_owned()
    } else {
        format!("{directory}/{removed}")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whiteouts_name_what_they_remove() {
        let removed = |path: &str| Some(Whiteout::Removed(path.to_owned()));
        for (path, expected) in [
            ("etc/.wh.passwd", removed("etc/passwd")),
            (".wh.app", removed("app")),
            ("a/.wh..hidden", removed("a/.hidden")),
            ("a/b/.wh..wh..opq", Some(Whiteout::Opaque("a/b"))),
            (".wh..wh..opq", Some(Whiteout::Opaque(""))),
            ("a/.wh..wh.aufs", None),
            ("a/.wh..wh.plnk/1.2", None),
            ("a/.wh.", None),
            ("a/.wh..", None),
            ("a/.wh...", None),
            ("a/x.wh.y", None),
            (".wh.dir/file", None),
            ("", None),
        ] {
            assert_eq!(whiteout(path), expected, "{path}");
        }
    }
}
