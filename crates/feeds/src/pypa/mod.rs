//! Python advisories: OSV YAML, one file each (pypa/advisory-database, vulns/).

use crate::{Error, Feed, Files, Intake, Origin, osv};

pub(crate) const FEED: Pypa = Pypa;

pub(crate) struct Pypa;

static ORIGIN: Origin = Origin {
    id: "pypa",
    title: "PyPA Advisory Database",
    url: "https://github.com/pypa/advisory-database",
    licence: "CC-BY-4.0",
    redistributable: true,
    wanted: &["pypa-advisories"],
};

impl Feed for Pypa {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| osv::each_record(ORIGIN.id, file, intake))
    }
}
