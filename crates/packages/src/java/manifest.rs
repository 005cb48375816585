//! The main section of `META-INF/MANIFEST.MF` (JAR File Specification, "JAR Manifest"; OSGi Core,
//! "Bundle Manifest Headers"). The sections for single entries are ignored.

/// The headers that tell what an archive is. Empty where there is none.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) implementation_title: String,
    pub(super) implementation_version: String,
    pub(super) implementation_vendor_id: String,
    /// Without directives.
    pub(super) bundle_symbolic_name: String,
    pub(super) bundle_version: String,
    pub(super) bundle_licence: String,
    pub(super) automatic_module_name: String,
}

/// Reads the main section; lines that are no headers are passed over.
pub(super) fn manifest(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().take_while(|line| !line.is_empty()).peekable();
    while let Some(line) = lines.next() {
        let Some((name, start)) = line.split_once(':') else { continue };
        let mut value = start.trim_start().to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with(' ')) {
            value.push_str(more.get(1..).unwrap_or_default());
        }
        manifest.note(name, value.trim());
    }
    manifest
}

impl Manifest {
    fn note(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        let value = match name.as_str() {
            "bundle-symbolicname" => value.split(';').next().unwrap_or_default().trim_end(),
            _ => value,
        };
        let place = match name.as_str() {
            "implementation-title" => &mut self.implementation_title,
            "implementation-version" => &mut self.implementation_version,
            "implementation-vendor-id" => &mut self.implementation_vendor_id,
            "bundle-symbolicname" => &mut self.bundle_symbolic_name,
            "bundle-version" => &mut self.bundle_version,
            "bundle-license" => &mut self.bundle_licence,
            "automatic-module-name" => &mut self.automatic_module_name,
            _ => return,
        };
        if !value.contains("${") {
            value.trim_matches('"').clone_into(place);
        }
    }
}
