//! The Go project's vulnerability database: OSV JSON, one file each (golang/vulndb, data/osv;
//! go.dev/doc/security/vuln/database). Module paths are package names; the standard library and
//! the tools are the modules `stdlib` and `toolchain`.
//!
//! Ignored: which packages and symbols of a module are affected, and the `custom_ranges` of
//! unreviewed reports, whose versions are not module versions: such a report covers every
//! version, as the database's own tool takes it. Nearly all files have
//! the placeholder `0001-01-01` as their dates, so the feed's age is not read from them.

use crate::{Error, Feed, Files, Intake, Origin, osv};

pub(crate) const FEED: Golang = Golang;

pub(crate) struct Golang;

static ORIGIN: Origin = Origin {
    id: "golang",
    title: "Go Vulnerability Database",
    url: "https://vuln.go.dev/",
    licence: "CC-BY-4.0",
    redistributable: true,
    wanted: &["govulndb-osv"],
};

impl Feed for Golang {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| osv::each_record(ORIGIN.id, file, intake))?;
        intake.forget_dates();
        Ok(())
    }
}
