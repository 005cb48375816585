//! `META-INF/maven/GROUP/ARTIFACT/pom.properties`, which Maven puts into the archives it builds
//! (Maven Archiver reference, "addMavenDescriptor"), in the syntax of `java.util.Properties`
//! without its escapes, which coordinates do not need.

/// Coordinates of one artifact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Coordinates {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
}

/// The coordinates; `None` when one is missing or still holds a placeholder.
pub(super) fn coordinates(text: &str) -> Option<Coordinates> {
    let (mut group, mut artifact, mut version) = (None, None, None);
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!'])) {
        let Some((key, value)) = line.split_once(['=', ':']) else { continue };
        let value = value.trim();
        let place = match key.trim() {
            "groupId" => &mut group,
            "artifactId" => &mut artifact,
            "version" => &mut version,
            _ => continue,
        };
        if !value.is_empty() && !value.contains("${") {
            *place = Some(value.to_owned());
        }
    }
    Some(Coordinates { group: group?, artifact: artifact?, version: version? })
}
