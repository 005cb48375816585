//! Debian's OVAL definitions (debian.org/security/oval; OVAL 5.11 definitions schema), one file
//! for each release: CVE × source package × version, in one advisory for each CVE.
//!
//! A definition of class `vulnerability` says that a source package "is earlier than" a version;
//! Debian writes version `0` for a vulnerability that the release has no fix for, and no
//! definition at all where the package is not affected. Definitions of class `patch` repeat the
//! same facts for each security announcement (DSA); they and the DSA and DLA lists only add the
//! announcement as a reference. Severity and the tracker's "no-dsa" and "postponed" are not in
//! this data.

mod definitions;

use std::collections::BTreeMap;

pub use definitions::{Definition, definitions};
use seawall_model::{Advisory, Affected, Namespace, Range, Status, UpperBound};

use crate::date::day;
use crate::debian_security::{self, announcement_url};
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: DebianOval = DebianOval;

pub(crate) struct DebianOval;

static ORIGIN: Origin = Origin {
    id: "debian-oval",
    title: "Debian OVAL definitions",
    url: "https://www.debian.org/security/oval/",
    licence: "none stated (distribution facts)",
    redistributable: true,
    wanted: &["debian/DLA-list", "debian/DSA-list", "debian/oval-definitions-*.xml"],
};

impl Feed for DebianOval {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        let mut collected = Collected::default();
        files.each(intake, |file, intake| collected.add(file, intake))?;
        collected.finish(intake);
        Ok(())
    }
}

/// The CVE and the source package.
type Key = (String, String);

#[derive(Default)]
struct Collected {
    advisories: BTreeMap<String, Advisory>,
    announcements: BTreeMap<Key, Vec<String>>,
}

impl Collected {
    fn add(&mut self, file: FeedFile<'_>, intake: &mut Intake<'_>) {
        let result = file.text().and_then(|text| {
            if file.name().ends_with("-list") {
                self.add_list(text);
                return Ok(());
            }
            definitions(text, |definition| match definition {
                Ok(definition) => self.add_definition(definition),
                Err(message) => intake.problem(file.path, message),
            })
            .map(|timestamp| intake.dated(timestamp.and_then(|text| day(&text))))
        });
        if let Err(message) = result {
            intake.problem(file.path, message);
        }
    }

    fn add_list(&mut self, text: &str) {
        for announcement in debian_security::announcements(text) {
            for fix in &announcement.fixes {
                for cve in &announcement.cves {
                    self.announce(cve, &fix.package, &announcement.id);
                }
            }
        }
    }

    fn announce(&mut self, cve: &str, package: &str, announcement: &str) {
        let known = self.announcements.entry((cve.to_owned(), package.to_owned())).or_default();
        let url = announcement_url(announcement);
        if !known.contains(&url) {
            known.push(url);
        }
    }

    fn add_definition(&mut self, definition: Definition) {
        for cve in &definition.cves {
            if let Some(announcement) = &definition.announcement {
                self.announce(cve, &definition.package, announcement);
            }
            if !definition.is_vulnerability {
                continue;
            }
            let advisory = self
                .advisories
                .entry(cve.clone())
                .or_insert_with(|| Advisory::new(cve.as_str(), ORIGIN.id));
            if advisory.description.is_none() {
                advisory.description.clone_from(&definition.description);
            }
            advisory.affected.push(row(&definition));
        }
    }

    fn finish(mut self, intake: &mut Intake<'_>) {
        for (cve, mut advisory) in self.advisories {
            for row in &advisory.affected {
                let key = (cve.clone(), row.package.clone());
                advisory.references.extend(self.announcements.remove(&key).unwrap_or_default());
            }
            advisory.references.sort();
            advisory.references.dedup();
            advisory
                .affected
                .sort_by(|a, b| (&a.namespace, &a.package).cmp(&(&b.namespace, &b.package)));
            intake.advisory(ORIGIN.id, advisory);
        }
    }
}

fn row(definition: &Definition) -> Affected {
    let (status, ranges) = match definition.earlier_than.as_str() {
        "0" => (Status::Affected, Vec::new()),
        version => {
            let upper = UpperBound::Fixed(version.to_owned());
            (Status::Fixed, vec![Range { introduced: None, upper }])
        }
    };
    Affected {
        namespace: Namespace::distribution("debian", &definition.release),
        package: definition.package.clone(),
        status,
        ranges,
        versions: Vec::new(),
        module: None,
        severity: None,
    }
}
