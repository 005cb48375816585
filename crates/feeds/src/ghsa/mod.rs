//! GitHub's reviewed advisories: OSV JSON, one file each (github/advisory-database).

use crate::{Error, Feed, Files, Intake, Origin, osv};

pub(crate) const FEED: Ghsa = Ghsa;

pub(crate) struct Ghsa;

static ORIGIN: Origin = Origin {
    id: "ghsa",
    title: "GitHub Advisory Database",
    url: "https://github.com/github/advisory-database",
    licence: "CC-BY-4.0",
    redistributable: true,
    wanted: &["ghsa-sample", "github-advisory-database"],
};

impl Feed for Ghsa {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| osv::each_record(ORIGIN.id, file, intake))
    }
}
