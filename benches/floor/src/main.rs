//! Measures scanning against its floor: decompress every layer, hash it, step over the tar headers,
//! two layers at a time, and do nothing else. Knows OCI layout directories only and trusts them.
//!
//! ```text
//! floor LAYOUT [--mode floor|walk-diff-ids|walk-blob|walk-none] [--threads N]
//! ```
//!
//! `floor` is the floor itself; the `walk` modes do the same through this project's reader. Each
//! prints one line: mode, CPU seconds, wall seconds, peak MiB, tar members.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use seawall_image::{
    Entry, Interest, LayeredImage, OpenOptions, Opened, Target, Verify, VisitError, Visitor,
    WalkOptions, open, walk,
};
use sha2::{Digest as _, Sha256};

/// Bytes read, decompressed and hashed at a time.
const BLOCK: usize = 256 * 1024;

struct Arguments {
    layout: PathBuf,
    mode: String,
    threads: usize,
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let started = Instant::now();
    let members = match arguments.mode.as_str() {
        "floor" => {
            let blobs = blobs(&arguments.layout)?;
            each(blobs.len(), arguments.threads, |index| match blobs.get(index) {
                Some((path, diff_id)) => floor(path, diff_id),
                None => Ok(0),
            })?
        }
        "walk-diff-ids" => walked(&arguments, Verify::DiffIds)?,
        "walk-blob" => walked(&arguments, Verify::Blob)?,
        "walk-none" => walked(&arguments, Verify::None)?,
        other => bail!("mode `{other}` is not known"),
    };
    let wall = started.elapsed().as_secs_f64();
    let (cpu, peak) = usage()?;
    println!("{}\t{cpu:.3}\t{wall:.3}\t{peak:.1}\t{members}", arguments.mode);
    Ok(())
}

fn arguments() -> Result<Arguments> {
    let mut parsed = Arguments { layout: PathBuf::new(), mode: "floor".to_owned(), threads: 2 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--mode" => parsed.mode = words.next().context("--mode needs a mode")?,
            "--threads" => {
                parsed.threads = words.next().context("--threads needs a number")?.parse()?;
            }
            _ => parsed.layout = word.into(),
        }
    }
    if parsed.layout.as_os_str().is_empty() {
        bail!("usage: floor LAYOUT [--mode floor|walk-diff-ids|walk-blob|walk-none] [--threads N]");
    }
    Ok(parsed)
}

/// Runs `work` for every index on so many threads and adds up what it returns.
fn each(count: usize, threads: usize, work: impl Fn(usize) -> Result<u64> + Sync) -> Result<u64> {
    let (next, total) = (AtomicUsize::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let run = || -> Result<()> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok(());
                }
                total.fetch_add(work(index)?, Ordering::Relaxed);
            }
        };
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        run()?;
        for other in others {
            other.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        }
        Ok::<(), anyhow::Error>(())
    })?;
    Ok(total.into_inner())
}

/// The layers' files and their diff-ids, the largest first so that threads end together.
fn blobs(layout: &Path) -> Result<Vec<(PathBuf, String)>> {
    let document = |path: &Path| -> Result<serde_json::Value> {
        Ok(serde_json::from_reader(BufReader::new(File::open(path)?))?)
    };
    let blob = |descriptor: &serde_json::Value| -> Result<PathBuf> {
        let digest = descriptor["digest"].as_str().context("a descriptor has a digest")?;
        Ok(layout.join("blobs").join(digest.replace(':', "/")))
    };
    let index = document(&layout.join("index.json"))?;
    let manifest = document(&blob(&index["manifests"][0])?)?;
    let config = document(&blob(&manifest["config"])?)?;
    let layers = manifest["layers"].as_array().context("a manifest has layers")?;
    let diff_ids = config["rootfs"]["diff_ids"].as_array().context("a config has diff-ids")?;
    let mut blobs = Vec::new();
    for (layer, diff_id) in layers.iter().zip(diff_ids) {
        blobs.push((blob(layer)?, diff_id.as_str().context("a diff-id is text")?.to_owned()));
    }
    blobs.sort_by_key(|(path, _)| std::cmp::Reverse(path.metadata().map_or(0, |file| file.len())));
    Ok(blobs)
}

/// Decompresses, hashes and counts the members of one layer.
fn floor(path: &Path, diff_id: &str) -> Result<u64> {
    let mut file = File::open(path)?;
    let mut magic = [0; 4];
    let known = file.read(&mut magic)?;
    let file = BufReader::with_capacity(BLOCK, File::open(path)?);
    let mut input: Box<dyn Read> = match magic.get(..known) {
        Some([0x1f, 0x8b, ..]) => gzip(file),
        Some([0x28, 0xb5, 0x2f, 0xfd]) => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
        _ => Box::new(file),
    };
    let mut hash = Sha256::new();
    let mut headers = Headers::default();
    let mut block = vec![0; BLOCK];
    loop {
        let mut filled = 0;
        while filled < BLOCK {
            match input.read(&mut block[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        hash.update(&block[..filled]);
        headers.step(&block[..filled]);
        if filled < BLOCK {
            break;
        }
    }
    let actual = seawall_model::Digest::from_bytes(hash.finalize().into()).to_string();
    if actual != diff_id {
        bail!("{} hashes to {actual}, not {diff_id}", path.display());
    }
    Ok(headers.members)
}

fn gzip(file: BufReader<File>) -> Box<dyn Read> {
    Box::new(flate2::bufread::MultiGzDecoder::new(file))
}

/// Steps from header to header by the size field alone.
#[derive(Default)]
struct Headers {
    members: u64,
    skip: usize,
}

impl Headers {
    fn step(&mut self, block: &[u8]) {
        while let Some(header) = block.get(self.skip..self.skip + 512) {
            let size = header[124..136]
                .iter()
                .filter(|byte| byte.is_ascii_digit())
                .fold(0_usize, |size, byte| size * 8 + usize::from(byte - b'0'));
            self.members += u64::from(header[0] != 0);
            let content = if matches!(header[156], b'1'..=b'6') { 0 } else { size };
            self.skip += 512 + content.next_multiple_of(512);
        }
        self.skip -= block.len().min(self.skip);
    }
}

/// The same through the project's reader, digests compared.
fn walked(arguments: &Arguments, verify: Verify) -> Result<u64> {
    let target = Target::parse(&arguments.layout.display().to_string())?;
    let Opened::Layered(image) = open(&target, &OpenOptions::default())? else {
        bail!("{} is not a layout or archive file", arguments.layout.display());
    };
    let layers = &image.metadata().layers;
    let mut order: Vec<usize> = (0..layers.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(layers.get(*index).map_or(0, |layer| layer.size)));
    each(order.len(), arguments.threads, |at| match order.get(at) {
        Some(index) => walk_one(&image, *index, verify),
        None => Ok(0),
    })
}

fn walk_one(image: &LayeredImage, index: usize, verify: Verify) -> Result<u64> {
    let options = WalkOptions { verify, ..WalkOptions::default() };
    let walked = walk(image.layer(index)?, &options, &mut Nothing)?;
    let layer = image.metadata().layers.get(index).context("the image has this layer")?;
    let agrees = match verify {
        Verify::Blob => walked.blob_digest == layer.digest,
        Verify::DiffIds => walked.diff_id == layer.diff_id,
        Verify::None => true,
    };
    if !agrees {
        bail!("layer {index} does not hash to what the image says");
    }
    Ok(walked.entries)
}

struct Nothing;

impl Visitor for Nothing {
    fn entry(&mut self, _: &Entry<'_>) -> Interest {
        Interest::Skip
    }

    fn content(&mut self, _: &Entry<'_>, _: &mut dyn Read) -> Result<(), VisitError> {
        Ok(())
    }
}

/// CPU seconds of this process, and its peak of resident memory in MiB.
fn usage() -> Result<(f64, f64)> {
    let times = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .context("the kernel tells the peak of memory")?;
    let seconds = times.tv_sec as f64 + times.tv_nsec as f64 / 1e9;
    Ok((seconds, peak.parse::<f64>()? / 1024.0))
}
