//! Life cycles of products: Markdown with a YAML head, one file for each product
//! (endoflife-date/endoflife.date, products/; fields in its CONTRIBUTING.md).
//!
//! `eol` is a date or a truth value; a future date stays a date. `eoes` ("extended support") is
//! kept apart. Operating systems are renamed to their os-release `ID`, other products keep their
//! file's name. Ignored: `eoas` (active support), `lts`, latest versions except for their dates,
//! which tell the age of the data.

use seawall_model::Lifecycle;
use serde::Deserialize;

use crate::date::{day, optional_day};
use crate::{Error, Feed, FeedFile, Files, Intake, Origin, yaml};

pub(crate) const FEED: EndOfLife = EndOfLife;

pub(crate) struct EndOfLife;

static ORIGIN: Origin = Origin {
    id: "endoflife",
    title: "endoflife.date",
    url: "https://endoflife.date/",
    licence: "MIT",
    redistributable: true,
    wanted: &["endoflife-date"],
};

/// Products whose os-release `ID` differs from the file's name.
const DISTRIBUTIONS: [(&str, &str); 10] = [
    ("alpine-linux", "alpine"),
    ("amazon-linux", "amzn"),
    ("centos-stream", "centos"),
    ("clearlinux", "clear-linux-os"),
    ("opensuse", "opensuse-leap"),
    ("oracle-linux", "ol"),
    ("pop-os", "pop"),
    ("rocky-linux", "rocky"),
    ("suse-linux-micro", "sl-micro"),
    ("vmware-photon", "photon"),
];

impl Feed for EndOfLife {
    fn origin(&self) -> &'static Origin {
        &ORIGIN
    }

    fn read(&self, files: &Files, intake: &mut Intake<'_>) -> Result<(), Error> {
        files.each(intake, |file, intake| {
            if file.path.contains("/products/")
                && let Some(product) = file.name().strip_suffix(".md")
            {
                read(product, file, intake);
            }
        })
    }
}

#[derive(Deserialize)]
struct Product {
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Release {
    #[serde(rename = "releaseCycle")]
    cycle: String,
    /// A date, `true` or `false`; the YAML reader keeps text.
    eol: Option<String>,
    eoes: Option<String>,
    #[serde(rename = "releaseDate")]
    released: Option<String>,
    #[serde(rename = "latestReleaseDate")]
    latest: Option<String>,
}

fn read(product: &str, file: FeedFile<'_>, intake: &mut Intake<'_>) {
    let releases = match file.text().and_then(releases) {
        Ok(releases) => releases,
        Err(message) => return intake.problem(file.path, message),
    };
    for release in releases {
        intake.dated(optional_day(release.released.as_deref()));
        intake.dated(optional_day(release.latest.as_deref()));
        if let Some(lifecycle) = lifecycle(product, &release) {
            intake.lifecycle(file.path, lifecycle);
        }
    }
}

/// The life cycles in one product's page; for fuzzing and one-off use.
///
/// # Errors
/// A message when the text is not such a page.
pub fn parse(product: &str, text: &str) -> Result<Vec<Lifecycle>, String> {
    Ok(releases(text)?.iter().filter_map(|release| lifecycle(product, release)).collect())
}

fn releases(text: &str) -> Result<Vec<Release>, String> {
    let (head, _) = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---"))
        .ok_or("has no YAML head")?;
    let product: Product = serde_json::from_value(yaml::document(head)?)
        .map_err(|error| format!("not a product: {error}"))?;
    Ok(product.releases)
}

/// `None` for a release about whose end nothing is said.
fn lifecycle(product: &str, release: &Release) -> Option<Lifecycle> {
    let eol = release.eol.as_deref()?;
    let (end_of_life, ended) = match eol {
        "true" => (None, true),
        "false" => (None, false),
        date => (Some(day(date)?), false),
    };
    Some(Lifecycle {
        product: os_release_id(product, &release.cycle).to_owned(),
        cycle: release.cycle.clone(),
        end_of_life,
        extended_support: release.eoes.as_deref().and_then(day),
        ended,
    })
}

/// CentOS Stream calls itself `centos` like the distribution it follows. Release 8 is both, and
/// keeps its own name so that `centos` 8 has one end.
fn os_release_id<'n>(product: &'n str, cycle: &str) -> &'n str {
    if product == "centos-stream" && cycle == "8" {
        return product;
    }
    let known = DISTRIBUTIONS.iter().find(|(name, _)| *name == product);
    known.map_or(product, |(_, id)| *id)
}
