//! `seawall scan`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::{Timestamp, Zoned};
use seawall_image::{Limits, OpenOptions, Target, Verify};
use seawall_model::{Report, Verdict};
use seawall_report::{Format, Style};
use seawall_scan::{Cache, LayerView, Options, Policy};

use crate::arguments::{Layers, ScanArguments, VerifyMode};
use crate::settings::{self, ScanSettings};
use crate::{progress, terminal};

const DEFAULT_MEMORY: u64 = 16 << 20;

pub(crate) fn run(arguments: ScanArguments) -> Result<ExitCode> {
    let (settings, policy) = settings::read(arguments.config.as_deref())?;
    let arguments = completed(arguments, settings);
    let outputs = outputs(&arguments.report)?;
    let report = scanned(&arguments, &policy)?;
    for output in &outputs {
        output.write(&report, &arguments)?;
    }
    Ok(ExitCode::from(match report.verdict {
        Verdict::Red => 2,
        Verdict::Yellow if arguments.strict => 3,
        Verdict::Yellow | Verdict::Green => 0,
    }))
}

/// Fills what neither the command line nor the environment gave from the settings file.
fn completed(mut arguments: ScanArguments, settings: ScanSettings) -> ScanArguments {
    if arguments.report.is_empty() {
        arguments.report = settings.report;
    }
    arguments.database = arguments.database.or(settings.database);
    arguments.layers = arguments.layers.or(settings.layers);
    arguments.platform = arguments.platform.or(settings.platform);
    arguments.verify = arguments.verify.or(settings.verify);
    arguments.strict |= settings.strict;
    arguments.full |= settings.full;
    arguments.no_cache |= settings.no_cache;
    arguments.cache_dir = arguments.cache_dir.or(settings.cache_dir);
    arguments.jobs = arguments.jobs.or(settings.jobs);
    arguments.memory = arguments.memory.or(settings.memory);
    arguments.timeout = arguments.timeout.or(settings.timeout);
    arguments.timestamp |= settings.timestamp;
    arguments.quiet |= settings.quiet;
    arguments
}

fn scanned(arguments: &ScanArguments, policy: &Policy) -> Result<Report> {
    let database = settings::database(arguments.database.as_deref())?;
    let limits = Limits {
        deadline: arguments.timeout.map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        ..Limits::default()
    };
    let target = Target::parse(&arguments.target)?;
    let platform = arguments.platform.as_deref().map(str::parse).transpose()?;
    let open_options = OpenOptions { platform, reference: None, limits: limits.clone() };
    let opened = seawall_image::open(&target, &open_options)?;
    let options = options(arguments, limits)?;
    let progress = progress::shown(arguments.quiet);
    let inspection = seawall_scan::inspect(opened, &options, &*progress)?;
    let mut report =
        seawall_scan::judge(&inspection, &arguments.target, &database, policy, options.today)?;
    if arguments.timestamp {
        report.scanned_at = Some(Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    Ok(report)
}

fn options(arguments: &ScanArguments, limits: Limits) -> Result<Options> {
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let memory = match arguments.memory.as_deref() {
        Some(text) => terminal::parse_size(text)
            .with_context(|| format!("--memory: `{text}` is not a size such as 256MiB"))?,
        None => DEFAULT_MEMORY,
    };
    let cache = match arguments.no_cache {
        true => None,
        false => cache(arguments)?,
    };
    Ok(Options {
        verify: match arguments.verify {
            Some(VerifyMode::DiffIds) => Verify::DiffIds,
            Some(VerifyMode::None) => Verify::None,
            Some(VerifyMode::Blob) | None => Verify::Blob,
        },
        view: match arguments.layers {
            Some(Layers::All) => LayerView::All,
            Some(Layers::Squashed) | None => LayerView::Squashed,
        },
        cache,
        jobs: arguments.jobs.unwrap_or_else(processors).clamp(1, 64),
        memory,
        limits,
        today: arguments.date.unwrap_or_else(|| Zoned::now().date()),
    })
}

/// The cache: the one that was named must work, the user's own is done without where it does not.
fn cache(arguments: &ScanArguments) -> Result<Option<Cache>> {
    match settings::cache(arguments.cache_dir.as_deref()) {
        Ok(cache) => Ok(Some(cache)),
        Err(error) if arguments.cache_dir.is_some() => Err(error),
        Err(error) => {
            if !arguments.quiet {
                eprintln!("seawall: scanning without a cache: {error:#}");
            }
            Ok(None)
        }
    }
}

/// One report to write.
struct Output {
    format: &'static dyn Format,
    file: Option<PathBuf>,
}

/// Reads `FORMAT` and `FORMAT=FILE`; nothing at all means the table.
fn outputs(wishes: &[String]) -> Result<Vec<Output>> {
    if wishes.is_empty() {
        return outputs(&["table".to_owned()]);
    }
    let mut outputs = Vec::new();
    for wish in wishes {
        let (name, file) = match wish.split_once('=') {
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (wish.as_str(), None),
        };
        let Some(format) = seawall_report::format(name) else {
            let known: Vec<&str> = seawall_report::ALL.iter().map(|format| format.id()).collect();
            bail!("there is no report format `{name}`; there are {}", known.join(", "));
        };
        outputs.push(Output { format, file });
    }
    if outputs.iter().filter(|output| output.file.is_none()).count() > 1 {
        bail!("only one report can go to standard output; give the others a file: FORMAT=FILE");
    }
    Ok(outputs)
}

impl Output {
    fn write(&self, report: &Report, arguments: &ScanArguments) -> Result<()> {
        let Some(path) = &self.file else {
            let style =
                Style { width: terminal::width(), color: terminal::color(), full: arguments.full };
            let mut out = BufWriter::new(io::stdout().lock());
            self.format.render(report, &style, &mut out)?;
            return Ok(out.flush()?);
        };
        let style = Style { width: 80, color: false, full: arguments.full };
        let shown = || format!("report {}", path.display());
        let mut out = BufWriter::new(File::create(path).with_context(shown)?);
        self.format.render(report, &style, &mut out).with_context(shown)?;
        out.flush().with_context(shown)?;
        if !arguments.quiet {
            eprintln!("seawall: wrote {}", path.display());
        }
        Ok(())
    }
}
