//! What the user names to be scanned.

use std::path::{Path, PathBuf};

use crate::Error;

/// Something that holds an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An image archive of either kind, compressed or not.
    Archive(PathBuf),
    /// An archive to be read as `docker save` writes it, and the name of an image in it.
    DockerArchive {
        /// The file.
        path: PathBuf,
        /// Such as `alpine:3.20`.
        reference: Option<String>,
    },
    /// An archive to be read as an OCI layout, and the name of an image in it.
    OciArchive {
        /// The file.
        path: PathBuf,
        /// Such as `latest`.
        reference: Option<String>,
    },
    /// An image archive on standard input, compressed or not.
    Stdin,
    /// An OCI layout directory, and the name of an image in it.
    Layout {
        /// The directory.
        path: PathBuf,
        /// Such as `latest`.
        reference: Option<String>,
    },
    /// A root directory.
    Directory(PathBuf),
}

impl Target {
    /// Reads `docker-archive:FILE[:NAME]`, `oci-archive:FILE[:NAME]`, `oci:DIRECTORY[:NAME]`,
    /// `dir:DIRECTORY`, `-` for standard input, or a path that speaks for itself: a file is an
    /// archive, a directory with an `oci-layout` file a layout. A colon that is part of an existing
    /// path does not separate a name.
    ///
    /// # Errors
    /// [`Error::Target`] when nothing is there, and for directories that are not layouts: scanning
    /// one as a root directory by mistake would find nothing and look clean.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        if let Some((scheme, rest)) = text.split_once(':') {
            let split = || split_reference(rest);
            match scheme {
                "docker-archive" => {
                    let (path, reference) = split();
                    return Ok(Self::DockerArchive { path, reference });
                }
                "oci-archive" => {
                    let (path, reference) = split();
                    return Ok(Self::OciArchive { path, reference });
                }
                "oci" => {
                    let (path, reference) = split();
                    return Ok(Self::Layout { path, reference });
                }
                "dir" => return Ok(Self::Directory(PathBuf::from(rest))),
                _ => {}
            }
        }
        bare(text)
    }
}

fn bare(text: &str) -> Result<Target, Error> {
    let failed = |reason: String| Error::Target { target: text.to_owned(), reason };
    let path = PathBuf::from(text);
    let metadata = path.metadata().map_err(|error| failed(error.to_string()))?;
    if !metadata.is_dir() {
        return Ok(Target::Archive(path));
    }
    if path.join("oci-layout").is_file() {
        return Ok(Target::Layout { path, reference: None });
    }
    Err(failed(format!(
        "it is a directory without an oci-layout file; write dir:{text} to scan it as a root \
         directory"
    )))
}

/// The longest part before a colon that exists is the path; without any, the last colon of the
/// last path component separates the name.
fn split_reference(text: &str) -> (PathBuf, Option<String>) {
    if Path::new(text).exists() {
        return (PathBuf::from(text), None);
    }
    let mut parts = text.rmatch_indices(':').filter_map(|(at, _)| {
        Some((text.get(..at)?, text.get(at + 1..)?)).filter(|(path, _)| !path.is_empty())
    });
    match parts.find(|(path, _)| Path::new(path).exists()) {
        Some((path, reference)) => (PathBuf::from(path), Some(reference.to_owned())),
        None => (PathBuf::from(text), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_say_what_a_target_is() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("a:b.tar");
        std::fs::write(&file, "").unwrap();
        let text = file.display().to_string();
        let parse = |text: String| Target::parse(&text).unwrap();
        let docker = |reference: Option<&str>| Target::DockerArchive {
            path: file.clone(),
            reference: reference.map(str::to_owned),
        };
        assert_eq!(parse(format!("docker-archive:{text}")), docker(None));
        assert_eq!(parse(format!("docker-archive:{text}:app:1")), docker(Some("app:1")));
        assert_eq!(
            parse(format!("oci-archive:{text}:latest")),
            Target::OciArchive { path: file.clone(), reference: Some("latest".to_owned()) }
        );
        assert_eq!(
            parse(format!("oci:{}:v1", directory.path().display())),
            Target::Layout { path: directory.path().to_owned(), reference: Some("v1".to_owned()) }
        );
        assert_eq!(parse("dir:/".to_owned()), Target::Directory(PathBuf::from("/")));
        assert_eq!(parse("-".to_owned()), Target::Stdin);
        assert_eq!(parse(text.clone()), Target::Archive(file.clone()));
    }

    #[test]
    fn a_bare_directory_is_a_layout_or_an_error_that_says_what_to_write() {
        let directory = tempfile::tempdir().unwrap();
        let text = directory.path().display().to_string();
        let error = Target::parse(&text).unwrap_err().to_string();
        assert!(error.contains(&format!("dir:{text}")), "{error}");
        std::fs::write(directory.path().join("oci-layout"), "{}").unwrap();
        assert!(matches!(Target::parse(&text), Ok(Target::Layout { .. })));
        assert!(matches!(Target::parse("/no/such/file"), Err(Error::Target { .. })));
    }
}
