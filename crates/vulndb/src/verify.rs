//! Checks a database from end to end.

use seawall_model::Namespace;
use sha2::{Digest as _, Sha256};

use crate::{
    AdvisoryNumber, Database, Error, error::Part, facts::read_lifecycle, layout::HEADER_LENGTH,
};

impl Database {
    /// Reads everything: the digest of the content, the checksum of every block, and every
    /// record. A database that passes gives no error in any later answer while its file stays as
    /// it is.
    ///
    /// # Errors
    /// The first damage that is met.
    pub fn verify(&self) -> Result<(), Error> {
        let file = self.file();
        let content = file.get(HEADER_LENGTH..).unwrap_or_default();
        if Sha256::digest(content).as_slice() != self.stored_digest() {
            return Err(Error::Checksum { part: Part::Content });
        }
        for index in 0..self.rows.len() {
            self.rows.bytes(file, index)?;
        }
        self.verify_packages()?;
        let mut enrichments = 0_u32;
        self.identifiers.visit(file, |name, value| {
            let bad = || self.identifiers.bad_value();
            let named = self.read_named(value).ok_or_else(bad)?;
            if named.enrichment.is_some() {
                enrichments += 1;
                self.enrichment(name)?;
            }
            Ok(())
        })?;
        for number in 0..self.facts.len() {
            self.details(AdvisoryNumber(number))?;
        }
        self.lifecycles.visit(file, |key, value| {
            let bad = || self.lifecycles.bad_value();
            let (product, cycle) = key.split_once('\0').ok_or_else(bad)?;
            read_lifecycle(value, product, cycle).map(drop).ok_or_else(bad)
        })?;
        self.verify_counts(enrichments)
    }

    fn verify_packages(&self) -> Result<(), Error> {
        let unnamed = Namespace::from_text("");
        let (mut rows, mut packages) = (0_u64, 0_u64);
        self.packages.visit(self.file(), |_, value| {
            let mut before = None;
            for place in self.places(value) {
                let place = place?;
                if before.replace(place.namespace) == Some(place.namespace) {
                    return Err(self.packages.bad_value());
                }
                self.namespace(place.namespace)?;
                let candidates = self.candidates_at(&place, &unnamed, "")?;
                if candidates.last().is_some_and(|last| last.advisory.0 >= self.facts.len()) {
                    return Err(self.rows.malformed(place.block, "row of no advisory"));
                }
                rows += candidates.len() as u64;
                packages += 1;
            }
            Ok(())
        })?;
        let counts = self.counts();
        if (counts.rows, counts.packages) != (rows, packages) {
            return Err(self.rows.malformed_whole("the catalogue counts otherwise"));
        }
        Ok(())
    }

    fn verify_counts(&self, enrichments: u32) -> Result<(), Error> {
        let counts = self.counts();
        let counted = [
            (u64::from(self.facts.len()), counts.advisories),
            (u64::from(self.references.len()), counts.advisories),
            (u64::from(enrichments), counts.vulnerabilities),
            (u64::from(self.enrichments.len()), counts.vulnerabilities),
            (u64::from(self.lifecycles.len()), counts.lifecycles),
        ];
        if counted.iter().any(|(found, stated)| found != stated) {
            let part = Part::Content;
            return Err(Error::Malformed { part, reason: "the catalogue counts otherwise" });
        }
        Ok(())
    }
}
