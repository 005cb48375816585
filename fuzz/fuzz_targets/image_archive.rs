#![no_main]
//! Any bytes as an image archive: read by offset from a file and as a stream.

use std::fs::File;
use std::io::{Read, Write, copy, sink};

use libfuzzer_sys::fuzz_target;
use seawall_image::{Limits, OpenOptions, Opened, Target, blob_digest, open};

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("seawall-fuzz-{}", std::process::id()));
    File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("can write");
    let limits = Limits { layer_bytes: 16 << 20, layers: 8, ..Limits::default() };
    let options = OpenOptions { limits, ..OpenOptions::default() };
    match open(&Target::Archive(path), &options) {
        Ok(Opened::Layered(image)) => {
            for index in 0..image.metadata().layers.len() {
                let _ = image.layer(index).and_then(|blob| blob_digest(blob, None));
            }
        }
        Ok(Opened::Stream(stream)) => {
            let _ = stream.each_layer(&mut |_, blob| {
                Ok(copy(&mut blob.take(1 << 20), &mut sink()).unwrap_or(0))
            });
        }
        _ => {}
    }
});
