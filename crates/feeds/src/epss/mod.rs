//! FIRST's exploit prediction scores: CSV with a comment line that names the model and the day,
//! a heading, and `cve,epss,percentile` (first.org/epss/data_stats).

use seawall_model::{Date, Enrichment, Epss};

use crate::date::day;
use crate::intake::cut;
use crate::{Error, Feed, FeedFile, Files, Intake, Origin};

pub(crate) const FEED: EpssScores = EpssScores;

pub(crate) struct EpssScores;

static ORIGIN: Origin = Origin {
    id: "epss",
    title: "FIRST EPSS scores",
    url: "https://www.first.org/epss/",
    licence: "free to use, citation of FIRST EPSS asked",
    redistributable: true,
    wanted: &["epss/epss_scores-*.csv"],
};

impl Feed for EpssScores {
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
    let Some(date) = text.lines().next().and_then(score_date) else {
        return intake.problem(file.path, "first line names no score_date");
    };
    intake.dated(Some(date));
    let lines = text.lines().zip(1u32..).skip(1);
    for (line, number) in lines.filter(|(line, _)| !line.is_empty() && !line.starts_with("cve,")) {
        match score(line, date) {
            Some((id, epss)) => {
                let enrichment = Enrichment { epss: Some(epss), ..Enrichment::default() };
                intake.enrich(file.path, id, enrichment);
            }
            None => intake.problem(file.path, format!("line {number}: `{}`", cut(line))),
        }
    }
}

/// The day in `#model_version:v2026.06.15,score_date:2026-08-08T12:02:54Z`.
fn score_date(line: &str) -> Option<Date> {
    let fields = line.strip_prefix('#')?.split(',');
    fields.filter_map(|field| field.trim().strip_prefix("score_date:")).find_map(day)
}

fn score(line: &str, date: Date) -> Option<(&str, Epss)> {
    let mut fields = line.split(',').map(str::trim);
    let id = fields.next()?;
    let probability_millionths = millionths(fields.next()?)?;
    let percentile_millionths = millionths(fields.next()?)?;
    Some((id, Epss { probability_millionths, percentile_millionths, date }))
}

/// A number in 0..=1 in millionths. The result is at most 1,000,000, so the cast keeps it.
fn millionths(text: &str) -> Option<u32> {
    let share: f64 = text.parse().ok()?;
    (0.0..=1.0).contains(&share).then(|| (share * 1_000_000.0).round() as u32)
}
