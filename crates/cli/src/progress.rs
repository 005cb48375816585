//! Progress on standard error: a bar on a terminal, plain lines otherwise.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use seawall_scan::{Progress, Silent};

use crate::terminal::size;

/// The progress display that fits where standard error goes.
pub(crate) fn shown(quiet: bool) -> Box<dyn Progress> {
    match (quiet, std::io::stderr().is_terminal()) {
        (true, _) => Box::new(Silent),
        (false, true) => Box::new(Bar(ProgressBar::hidden())),
        (false, false) => Box::new(Lines),
    }
}

struct Lines;

impl Progress for Lines {
    fn opened(&self, layers: usize, bytes: u64) {
        eprintln!("seawall: reading {layers} layers, {}", size(bytes));
    }

    fn layer_done(&self, layer: usize, bytes: u64, cached: bool) {
        let how = if cached { "known" } else { "read" };
        eprintln!("seawall: layer {layer} {how}, {}", size(bytes));
    }

    fn finished(&self) {}
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn opened(&self, layers: usize, bytes: u64) {
        self.0.set_length(bytes);
        let style = ProgressStyle::with_template("{msg:>20} {wide_bar} {bytes}/{total_bytes}");
        if let Ok(style) = style {
            self.0.set_style(style);
        }
        self.0.set_message(format!("reading {layers} layers"));
        self.0.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    }

    fn layer_done(&self, _: usize, bytes: u64, _: bool) {
        self.0.inc(bytes);
    }

    fn finished(&self) {
        self.0.finish_and_clear();
    }
}
