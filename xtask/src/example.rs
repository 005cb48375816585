//! Makes the example image from the files in `examples/storefront/`: each folder of `layers/`
//! becomes one layer, in the order of their names; `.wh.` files are whiteouts as they stand.
//! The same files give the same archive.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use seawall_testkit::{Compression, ImageBuilder, LayerBuilder};

use crate::root;

/// The folder of each layer and the instruction that would have made it.
const LAYERS: [(&str, &str); 6] = [
    ("01-alpine", "ADD alpine-minirootfs-3.10.9-x86_64.tar.gz /"),
    ("02-manifest", "COPY package.json package-lock.json /srv/storefront/"),
    ("03-modules", "RUN npm ci --omit=dev"),
    (
        "04-reports",
        "RUN pip install --target /opt/reports/lib django==2.2 jinja2==2.10 requests==2.19.1 urllib3==1.24.1",
    ),
    ("05-search", "COPY log4j-core-2.14.1.jar /opt/search/"),
    ("06-update", "RUN npm uninstall handlebars && npm install lodash@4.17.21"),
];

const MAX_BYTES: usize = 3 << 20;

pub(crate) fn run() -> Result<()> {
    let source = root().join("examples/storefront/layers");
    let mut image = ImageBuilder::new("shop/storefront:2.3.0")
        .instruction("CMD [\"node\", \"/srv/storefront/server.js\"]");
    for (folder, created_by) in LAYERS {
        let mut files = Vec::new();
        collect(&source.join(folder), "", &mut files)?;
        let empty = LayerBuilder::new(created_by).compression(Compression::Gzip);
        image =
            image.layer(files.iter().fold(empty, |layer, (path, bytes)| layer.file(path, bytes)));
    }
    let archive = image.oci_archive();
    ensure!(archive.len() <= MAX_BYTES, "the example has {} bytes", archive.len());
    let target = root().join("examples/images/storefront.tar");
    fs::create_dir_all(root().join("examples/images"))?;
    fs::write(&target, &archive).with_context(|| target.display().to_string())?;
    eprintln!("xtask: wrote examples/images/storefront.tar, {} bytes", archive.len());
    Ok(())
}

/// Files below a directory, in byte order of their paths.
fn collect(directory: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).with_context(|| directory.display().to_string())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    for name in names {
        let path = directory.join(&name);
        let inside = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            collect(&path, &inside, files)?;
        } else {
            files.push((inside, fs::read(&path)?));
        }
    }
    Ok(())
}
