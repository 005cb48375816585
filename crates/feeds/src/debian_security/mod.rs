//! Debian's lists of security announcements (security-tracker repository, data/DSA/list and
//! data/DLA/list). An announcement starts in column 0 with its date, id and package; indented
//! lines give the CVEs in braces and, for each release, the package's fixed version.
//!
//! An announcement says neither which of its CVEs affect which release nor anything about
//! vulnerabilities without a fix. For the releases that have OVAL definitions it therefore only
//! supplies references there (see [`crate::debian_oval`]); as a feed of its own it speaks for the
//! releases before those. Announcements without a CVE are left out.

use seawall_model::{Advisory, Affected, Date, Namespace, Range, Status, UpperBound};

use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: DebianSecurity = DebianSecurity;

pub(crate) struct DebianSecurity;

static ORIGIN: Origin = Origin {
    id: "debian-security",
    title: "Debian security announcements",
    url: "https://security-tracker.debian.org/tracker/",
    licence: "none stated (distribution facts)",
    redistributable: true,
    wanted: &["debian/DLA-list", "debian/DSA-list"],
};

/// Releases that end before OVAL definitions begin.
const RELEASES: [(&str, &str); 7] = [
    ("sarge", "3"),
    ("etch", "4"),
    ("lenny", "5"),
    ("squeeze", "6"),
    ("wheezy", "7"),
    ("jessie", "8"),
    ("stretch", "9"),
];

impl Feed for DebianSecurity {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, read)
    }
}

fn read(file: FeedFile<'_>, intake: &mut Intake<'_>) {
    let text = match file.text() {
        Ok(text) => text,
        Err(message) => return intake.problem(file.path, message),
    };
    for announcement in announcements(text) {
        intake.dated(announcement.date);
        if !announcement.cves.is_empty() {
            intake.advisory(file.path, advisory(announcement));
        }
    }
}

fn advisory(announcement: Announcement) -> Advisory {
    let mut advisory = Advisory::new(announcement.id, ORIGIN.id);
    advisory.published = announcement.date;
    advisory.references = vec![announcement_url(&advisory.id)];
    advisory.fixes = announcement.cves;
    advisory.affected = announcement.fixes.into_iter().filter_map(row).collect();
    advisory
}

fn row(fix: Fix) -> Option<Affected> {
    let (_, release) = RELEASES.iter().find(|(codename, _)| *codename == fix.release)?;
    let (status, ranges) = match fix.version.as_str() {
        "<unfixed>" => (Status::Affected, Vec::new()),
        "<end-of-life>" => (Status::EndOfLife, Vec::new()),
        word if word.starts_with('<') => return None,
        _ => {
            let upper = UpperBound::Fixed(fix.version);
            (Status::Fixed, vec![Range { introduced: None, upper }])
        }
    };
    Some(Affected {
        namespace: Namespace::distribution("debian", release),
        package: fix.package,
        status,
        ranges,
        versions: Vec::new(),
        module: None,
        severity: None,
    })
}

/// The page of an announcement, `DSA-5380-1` or `DSA-5380`.
pub(crate) fn announcement_url(id: &str) -> String {
    // The tracker files the first edition of an announcement with its number, `-1`.
    let edition = if id.matches('-').count() < 2 { "-1" } else { "" };
    format!("https://security-tracker.debian.org/tracker/{id}{edition}")
}

/// One announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// `DSA-5380-1`.
    pub id: String,
    /// The day it was published.
    pub date: Option<Date>,
    /// The CVEs it is about.
    pub cves: Vec<String>,
    /// What it changes in which release.
    pub fixes: Vec<Fix>,
}

/// One release's part of an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Codename.
    pub release: String,
    /// Source package.
    pub package: String,
    /// The version, or a state such as `<not-affected>`.
    pub version: String,
}

/// The announcements of a list, in its order; lines that are no part of one are passed over.
pub fn announcements(text: &str) -> impl Iterator<Item = Announcement> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let Some(mut announcement) = head(lines.next()?) else { continue };
            while let Some(line) = lines.next_if(|line| line.starts_with([' ', '\t'])) {
                detail(line.trim(), &mut announcement);
            }
            return Some(announcement);
        }
    })
}

/// `[29 Mar 2023] DSA-5380-1 xorg-server - security update`.
fn head(line: &str) -> Option<Announcement> {
    let (date, rest) = line.strip_prefix('[')?.split_once(']')?;
    let id = rest.split_whitespace().next()?;
    let known = id.starts_with("DSA-") || id.starts_with("DLA-");
    known.then(|| Announcement {
        id: id.to_owned(),
        date: date_of(date),
        cves: Vec::new(),
        fixes: Vec::new(),
    })
}

fn date_of(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_whitespace();
    let day = words.next()?.parse().ok()?;
    let word = words.next()?;
    let month = MONTHS.iter().position(|month| word.starts_with(month))?;
    let year = words.next()?.parse().ok()?;
    Date::new(year, i8::try_from(month + 1).ok()?, day).ok()
}

fn detail(line: &str, announcement: &mut Announcement) {
    if let Some(cves) = line.strip_prefix('{') {
        let words = cves.trim_end_matches('}').split_whitespace();
        announcement.cves.extend(words.filter(|id| id.starts_with("CVE-")).map(str::to_owned));
    } else if let Some((release, rest)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) {
        let words: Vec<&str> = rest.split_whitespace().collect();
        if let ["-", package, version, ..] = words.as_slice() {
            announcement.fixes.push(Fix {
                release: release.to_owned(),
                package: (*package).to_owned(),
                version: (*version).to_owned(),
            });
        }
    }
}
