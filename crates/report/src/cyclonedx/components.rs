//! Components: the image, its operating system, and every package.

use std::collections::HashMap;

use seawall_model::report::InstalledPackage;
use seawall_model::{Finding, LayerIndex, Location, PackageKind, Report};

use super::document::{Component, Evidence, Occurrence, Property};
use super::licences::licences;

/// The reference of the component that stands for what was scanned.
pub(super) const IMAGE: &str = "image";

/// The reference of the operating system inside it.
const OPERATING_SYSTEM: &str = "operating-system";

/// All components of a report.
pub(super) struct Components<'a> {
    pub(super) components: Vec<Component>,
    pub(super) references: References<'a>,
}

/// What identifies an installed package in findings, up to its locations.
type Key<'a> = (&'a str, &'a str, &'a str, LayerIndex, Option<LayerIndex>);

/// Which component a finding is about.
pub(super) struct References<'a>(HashMap<Key<'a>, Vec<(String, &'a [Location])>>);

impl References<'_> {
    /// The references of the components that carry a finding: those found at one of its places,
    /// or else all of that name, version and layer.
    pub(super) fn of(&self, finding: &Finding) -> Vec<String> {
        let package = &finding.package;
        let key: Key<'_> =
            (&package.name, &package.version, &package.purl, finding.layer, finding.hidden_by);
        let known = self.0.get(&key).map(Vec::as_slice).unwrap_or_default();
        let shares_place =
            |places: &[Location]| places.iter().any(|place| finding.locations.contains(place));
        let at_place: Vec<_> = known
            .iter()
            .filter(|(_, places)| shares_place(places))
            .map(|(reference, _)| reference.clone())
            .collect();
        if at_place.is_empty() {
            known.iter().map(|(reference, _)| reference.clone()).collect()
        } else {
            at_place
        }
    }
}

/// What was scanned; a root directory has no layers and is a system, not a container.
pub(super) fn root(report: &Report) -> Component {
    let image = &report.image;
    let mut properties = Vec::new();
    properties.extend(image.platform.clone().map(|value| property("seawall:platform", value)));
    properties.extend(image.names.iter().map(|name| property("seawall:image_name", name.clone())));
    for layer in &image.layers {
        if let Some(diff_id) = layer.diff_id {
            properties.push(property("seawall:layer_diff_id", diff_id.to_string()));
        }
    }
    Component {
        kind: if image.layers.is_empty() { "operating-system" } else { "container" },
        reference: Some(IMAGE.to_owned()),
        name: report.target.clone(),
        version: image.digest.map(|digest| digest.to_string()),
        properties,
        ..Component::default()
    }
}

/// The operating system and the packages.
pub(super) fn components(report: &Report) -> Components<'_> {
    let mut components: Vec<_> = operating_system(report).into_iter().collect();
    let mut references: HashMap<Key<'_>, Vec<_>> = HashMap::new();
    let mut taken: HashMap<String, usize> =
        [IMAGE, OPERATING_SYSTEM].map(|reference| (reference.to_owned(), 1)).into();
    for package in &report.packages {
        let reference = free_reference(package, &mut taken);
        let key =
            (&*package.name, &*package.version, &*package.purl, package.layer, package.hidden_by);
        let known = references.entry(key).or_default();
        known.push((reference.clone(), package.locations.as_slice()));
        components.push(component(report, package, reference));
    }
    Components { components, references: References(references) }
}

/// The package URL, followed by a number where it occurs more than once; `taken` counts.
fn free_reference(package: &InstalledPackage, taken: &mut HashMap<String, usize>) -> String {
    let mut reference = match package.purl.as_str() {
        "" => format!("{}:{}@{}", package.kind.word(), package.name, package.version),
        purl => purl.to_owned(),
    };
    // The numbered name may itself be taken by a package that is really called so.
    loop {
        let count = taken.entry(reference.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            return reference;
        }
        reference = format!("{reference}#{count}");
    }
}

fn operating_system(report: &Report) -> Option<Component> {
    let os = report.image.os.as_ref()?;
    let mut properties = Vec::new();
    properties
        .extend(os.end_of_life.map(|ended| property("seawall:end_of_life", ended.to_string())));
    let day = os.end_of_life_date.map(|day| property("seawall:end_of_life_date", day.to_string()));
    properties.extend(day);
    Some(Component {
        kind: "operating-system",
        reference: Some(OPERATING_SYSTEM.to_owned()),
        name: os.family.clone(),
        version: (!os.version.is_empty()).then(|| version(&os.version)),
        description: os.name.clone(),
        properties,
        ..Component::default()
    })
}

fn component(report: &Report, package: &InstalledPackage, reference: String) -> Component {
    let (group, name) = split_name(package);
    let occurrences = package
        .locations
        .iter()
        .map(|location| Occurrence { location: place(location), line: location.line });
    let evidence = Evidence { occurrences: occurrences.collect() };
    Component {
        kind: "library",
        reference: Some(reference),
        group,
        name,
        version: (!package.version.is_empty()).then(|| version(&package.version)),
        licenses: licences(&package.licences),
        purl: (!package.purl.is_empty()).then(|| package.purl.clone()),
        evidence: (!evidence.occurrences.is_empty()).then_some(evidence),
        properties: properties(report, package),
        ..Component::default()
    }
}

fn properties(report: &Report, package: &InstalledPackage) -> Vec<Property> {
    let mut properties = vec![property("seawall:layer", package.layer.to_string())];
    let layer = report.image.layers.get(package.layer);
    if let Some(diff_id) = layer.and_then(|layer| layer.diff_id) {
        properties.push(property("seawall:layer_diff_id", diff_id.to_string()));
    }
    if let Some(upper) = package.hidden_by {
        properties.push(property("seawall:hidden_by", upper.to_string()));
    }
    for location in &package.locations {
        properties.push(property("seawall:path", place(location)));
    }
    if let Some(source) = &package.source {
        let value = format!("{} {}", source.name, source.version);
        properties.push(property("seawall:source_package", value));
    }
    properties.extend(package.owned_by.clone().map(|owner| property("seawall:owned_by", owner)));
    properties
}

fn place(location: &Location) -> String {
    match &location.inner {
        Some(inner) => format!("{}!{inner}", location.path),
        None => location.path.clone(),
    }
}

/// Group and name, for the ecosystems whose names have both.
fn split_name(package: &InstalledPackage) -> (Option<String>, String) {
    let parts = match package.kind {
        PackageKind::Maven => package.name.split_once(':'),
        PackageKind::Npm if package.name.starts_with('@') => package.name.split_once('/'),
        _ => None,
    };
    match parts {
        Some((group, name)) => (Some(group.to_owned()), name.to_owned()),
        None => (None, package.name.clone()),
    }
}

/// A version cut to the 1024 characters that the format allows; no real one comes near.
pub(super) fn version(version: &str) -> String {
    version.chars().take(1024).collect()
}

fn property(name: &'static str, value: String) -> Property {
    Property { name, value }
}
