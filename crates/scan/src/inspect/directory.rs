//! A root directory, which is one layer that has no digest and is never cached.

use std::sync::Arc;

use seawall_image::{ImageMetadata, LayerDescriptor, RootDirectory};
use seawall_model::{Gap, GapKind};

use super::{Outcome, read_error};
use crate::layer::{Collector, Dispatch};
use crate::{Options, Progress};

pub(super) fn read(
    root: &RootDirectory,
    options: &Options,
    dispatch: &Dispatch,
    progress: &dyn Progress,
) -> (ImageMetadata, Vec<Outcome>) {
    progress.opened(1, 0);
    let mut collector = Collector::new(dispatch, options.memory);
    let walked = root.walk(&options.limits, &mut collector);
    let mut outcome = Outcome { facts: Some(Arc::new(collector.finish())), ..Outcome::default() };
    match walked {
        Ok(walked) => {
            let gap = |path, message| Gap {
                kind: GapKind::FileUnreadable,
                layer: Some(0),
                path,
                package: None,
                message,
            };
            let unread = walked.problems.into_iter();
            outcome.gaps.extend(unread.map(|problem| gap(problem.path, problem.message)));
            if walked.more_problems > 0 {
                let message = format!("{} more files could not be read", walked.more_problems);
                outcome.gaps.push(gap(None, message));
            }
        }
        Err(error) => outcome.gaps.push(read_error(0, &error)),
    }
    progress.layer_done(0, 0, false);
    let metadata = ImageMetadata { layers: vec![LayerDescriptor::default()], ..Default::default() };
    (metadata, vec![outcome])
}
