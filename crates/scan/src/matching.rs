//! Installed software against the database: which statements of which sources apply.
//!
//! Precision comes from asking the right question. Debian, Ubuntu and Alpine publish about source
//! packages, Red Hat's family about binary packages; a file that a distribution package owns is
//! answered for by the distribution alone; a package from a module stream is compared with rows
//! for module streams only.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use seawall_model::version::{Scheme, affected_range};
use seawall_model::{
    Advisory, Affected, Distribution, Gap, GapKind, Namespace, Package, PackageKind, Status,
    UpperBound, finding::Reason,
};
use seawall_vulndb::{AdvisoryNumber, Database, Row, UpperOf};

use crate::Error;
use crate::inventory::{Inventory, Item};

/// One vulnerability that affects one installed package, with everything that says so.
pub(crate) struct Hit<'a> {
    pub(crate) item: &'a Item,
    /// Every name of the vulnerability.
    pub(crate) names: BTreeSet<String>,
    pub(crate) statements: Vec<Rc<Statement>>,
}

/// One row of one advisory that matched.
pub(crate) struct Statement {
    pub(crate) advisory: Rc<Advisory>,
    pub(crate) affected: Affected,
    pub(crate) reason: Reason,
    pub(crate) fixed_in: Option<String>,
}

/// A row that matched, before the advisory it belongs to is read.
struct Match {
    advisory: AdvisoryNumber,
    affected: Affected,
    range: String,
}

/// All hits of an inventory, and what could not be judged.
pub(crate) fn hits<'a>(
    inventory: &'a Inventory,
    database: &Database,
) -> Result<(Vec<Hit<'a>>, Vec<Gap>), Error> {
    let mut gaps = BTreeSet::new();
    let mut matched = Vec::new();
    let artifacts = OnceCell::new();
    for item in &inventory.items {
        if item.installed.owned_by.is_some() {
            continue;
        }
        let Some(namespace) = Namespace::of(item.package.kind, inventory.distribution.as_ref())
        else {
            // That no distribution is known at all the inspection has said already.
            gaps.extend(inventory.distribution.as_ref().map(unreleased));
            continue;
        };
        if !database.covers(&namespace) {
            gaps.insert(uncovered(&namespace, item.package.kind));
            continue;
        }
        let Some(subject) = subject(item, database, &artifacts, &mut gaps)? else { continue };
        let matches = matches(item, &namespace, &subject, database, &mut gaps)?;
        if !matches.is_empty() {
            matched.push((item, subject, matches));
        }
    }
    let numbers = matched.iter().flat_map(|(_, _, matches)| matches).map(|found| found.advisory);
    let advisories = advisories(numbers.collect(), database)?;
    let mut hits = Vec::new();
    for (item, subject, matches) in matched {
        let statements = matches.into_iter().filter_map(|found| {
            let advisory = advisories.get(&found.advisory)?;
            Some(statement(item, &subject, found, advisory))
        });
        hits.extend(grouped(item, statements.collect()));
    }
    Ok((hits, gaps.into_iter().collect()))
}

/// Read once each and in the order of their numbers: neighbours share a compressed block.
fn advisories(
    numbers: BTreeSet<AdvisoryNumber>,
    database: &Database,
) -> Result<HashMap<AdvisoryNumber, Rc<Advisory>>, Error> {
    let read = |number| Ok((number, Rc::new(database.details(number)?)));
    numbers.into_iter().map(read).collect()
}

/// The rows that apply to an item.
fn matches(
    item: &Item,
    namespace: &Namespace,
    subject: &Subject,
    database: &Database,
    gaps: &mut BTreeSet<Gap>,
) -> Result<Vec<Match>, Error> {
    let scheme = item.package.kind.scheme();
    let mut matches = Vec::new();
    database.visit_candidates(namespace, &subject.name, |row| {
        if row.status == Status::NotAffected || is_fixed(scheme, &subject.version, &row) {
            return;
        }
        let affected = row.affected(namespace, &subject.name);
        if !same_stream(&item.package, &affected) {
            return;
        }
        match affected_range(scheme, &subject.version, &affected) {
            Ok(None) => {}
            Ok(Some(found)) => {
                let range = found.to_string();
                matches.push(Match { advisory: row.advisory, affected, range });
            }
            Err(error) => {
                gaps.insert(of_item(item, GapKind::VersionUnknown, &error.to_string()));
            }
        }
    })?;
    Ok(matches)
}

/// Whether a row names nothing but a fix that the version has. Most rows of a long list do, and
/// this tells without copying them.
fn is_fixed(scheme: Scheme, version: &str, row: &Row<'_>) -> bool {
    let mut ranges = row.ranges();
    let (Some(range), None, None) = (ranges.next(), ranges.next(), row.versions().next()) else {
        return false;
    };
    let UpperOf::Fixed(fixed) = range.upper else { return false };
    range.introduced.is_none() && scheme.compare(version, fixed).is_ok_and(Ordering::is_ge)
}

fn statement(
    item: &Item,
    subject: &Subject,
    Match { affected, range, .. }: Match,
    advisory: &Rc<Advisory>,
) -> Statement {
    // An upper bound under another status is a version that is not freely available, such as
    // a fix for subscribers only.
    let fixed_in = (affected.status == Status::Fixed)
        .then(|| fixed_version(item.package.kind, &subject.version, &affected))
        .flatten();
    let reason = Reason {
        advisory: advisory.id.clone(),
        source: advisory.source.clone(),
        namespace: affected.namespace.as_str().to_owned(),
        package: subject.name.clone(),
        version: subject.version.clone(),
        range,
    };
    Statement { advisory: Rc::clone(advisory), affected, reason, fixed_in }
}

/// The name and version that a namespace's advisories speak about.
struct Subject {
    name: String,
    version: String,
}

impl Subject {
    fn of(package: &Package) -> Self {
        match (&package.kind, &package.source) {
            (PackageKind::Deb | PackageKind::Apk, Some(source)) => {
                Self { name: source.name.clone(), version: source.version.clone() }
            }
            (PackageKind::Pypi, _) => Self {
                name: seawall_model::purl::normalised_python_name(&package.name),
                version: package.version.clone(),
            },
            _ => Self { name: package.name.clone(), version: package.version.clone() },
        }
    }
}

/// Maven artifacts of the database: the full names that end in each.
type Artifacts = HashMap<String, Vec<String>>;

/// What to ask about an item. A jar without coordinates has only an artifact name: it is taken
/// for the one package so named that the database knows; several make a gap, none no question.
fn subject(
    item: &Item,
    database: &Database,
    artifacts: &OnceCell<Artifacts>,
    gaps: &mut BTreeSet<Gap>,
) -> Result<Option<Subject>, Error> {
    let mut subject = Subject::of(&item.package);
    if item.package.kind != PackageKind::Maven || subject.name.contains(':') {
        return Ok(Some(subject));
    }
    let artifacts = match artifacts.get() {
        Some(artifacts) => artifacts,
        None => {
            let known = artifacts_of(database)?;
            artifacts.get_or_init(|| known)
        }
    };
    match artifacts.get(&subject.name).map(Vec::as_slice) {
        None | Some([]) => Ok(None),
        Some([name]) => {
            subject.name.clone_from(name);
            Ok(Some(subject))
        }
        Some(names) => {
            let message = format!("it could be any of {}", names.join(", "));
            gaps.insert(of_item(item, GapKind::PackageAmbiguous, &message));
            Ok(None)
        }
    }
}

fn artifacts_of(database: &Database) -> Result<Artifacts, Error> {
    let mut artifacts = Artifacts::new();
    for name in database.packages_of(&Namespace::language(PackageKind::Maven))? {
        if let Some((_, artifact)) = name.split_once(':') {
            artifacts.entry(artifact.to_owned()).or_default().push(name);
        }
    }
    Ok(artifacts)
}

/// A modular package is judged by rows for its own stream only, any other package by rows that
/// are not modular. A row without a stream still shows in its fixed version that it is modular.
fn same_stream(package: &Package, affected: &Affected) -> bool {
    if package.kind != PackageKind::Rpm {
        return true;
    }
    let modular = |range: &seawall_model::Range| matches!(&range.upper, UpperBound::Fixed(version) if version.contains(".module"));
    match (&package.module, &affected.module) {
        (Some(label), Some(stream)) => {
            label == stream
                || label.strip_prefix(stream.as_str()).is_some_and(|rest| rest.starts_with(':'))
        }
        (Some(_), None) => affected.ranges.iter().any(modular),
        (None, Some(_)) => false,
        (None, None) => !affected.ranges.iter().any(modular),
    }
}

/// The lowest fixed version above the installed one that no other range of the row affects again.
fn fixed_version(kind: PackageKind, installed: &str, affected: &Affected) -> Option<String> {
    let scheme = kind.scheme();
    let helps = |version: &&String| {
        scheme.compare(installed, version).is_ok_and(|order| order.is_lt())
            && affected_range(scheme, version, affected) == Ok(None)
    };
    let fixed = affected.ranges.iter().filter_map(|range| match &range.upper {
        UpperBound::Fixed(version) => Some(version),
        _ => None,
    });
    let lowest =
        |left: &&String, right: &&String| scheme.compare(left, right).unwrap_or(Ordering::Equal);
    fixed.filter(helps).min_by(lowest).cloned()
}

/// Statements that share a name speak of one vulnerability. An erratum that fixes several counts
/// for each of them.
fn grouped<'a>(item: &'a Item, statements: Vec<Statement>) -> Vec<Hit<'a>> {
    let mut groups: Vec<Hit<'a>> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for statement in statements.into_iter().map(Rc::new) {
        for names in vulnerabilities(&statement.advisory) {
            let known: BTreeSet<usize> =
                names.iter().filter_map(|name| by_name.get(name).copied()).collect();
            let target = known.first().copied().unwrap_or_else(|| {
                groups.push(Hit { item, names: BTreeSet::new(), statements: Vec::new() });
                groups.len() - 1
            });
            // The statement ties groups together that looked different until now.
            for &other in known.iter().skip(1) {
                let merged = std::mem::take(&mut groups[other].names);
                let moved = std::mem::take(&mut groups[other].statements);
                by_name.extend(merged.iter().map(|name| (name.clone(), target)));
                groups[target].names.extend(merged);
                groups[target].statements.extend(moved);
            }
            by_name.extend(names.iter().map(|name| (name.clone(), target)));
            groups[target].names.extend(names);
            groups[target].statements.push(statement.clone());
        }
    }
    groups.retain(|group| !group.statements.is_empty());
    groups
}

/// The vulnerabilities an advisory speaks of, each with all its names.
fn vulnerabilities(advisory: &Advisory) -> Vec<BTreeSet<String>> {
    if advisory.fixes.is_empty() {
        let names = advisory.aliases.iter().chain([&advisory.id]).cloned().collect();
        return vec![names];
    }
    advisory.fixes.iter().map(|name| BTreeSet::from([name.clone()])).collect()
}

fn unreleased(distribution: &Distribution) -> Gap {
    let message = format!("the image does not say which release of {} it is", distribution.id);
    let kind = GapKind::DistributionUnsupported;
    Gap { kind, layer: None, path: None, package: None, message }
}

fn uncovered(namespace: &Namespace, kind: PackageKind) -> Gap {
    let (kind, message) = if kind.is_distribution() {
        let message = format!("the database has no advisories for {namespace}");
        (GapKind::DistributionUnsupported, message)
    } else {
        (GapKind::FeedMissing, format!("the database has no feed for {namespace} packages"))
    };
    Gap { kind, layer: None, path: None, package: None, message }
}

fn of_item(item: &Item, kind: GapKind, message: &str) -> Gap {
    let location = item.installed.locations.first();
    Gap {
        kind,
        layer: Some(item.installed.layer),
        path: location.map(|location| location.path.clone()),
        package: Some(format!("{} {}", item.installed.name, item.installed.version)),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests;
