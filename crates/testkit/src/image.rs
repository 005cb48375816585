//! Images in the three forms in which they are stored.

use std::fs;
use std::path::Path;

use seawall_model::Digest;
use serde_json::{Value, json};

use crate::{Compression, LayerBuilder, TarWriter, digest};

/// Builds an image of layers.
#[derive(Debug, Clone)]
pub struct ImageBuilder {
    name: String,
    os: String,
    architecture: String,
    steps: Vec<Step>,
    config: Value,
}

#[derive(Debug, Clone)]
enum Step {
    Layer(LayerBuilder),
    /// An instruction that made no layer.
    Instruction(String),
}

/// Path and bytes.
type Blobs = Vec<(String, Vec<u8>)>;

impl ImageBuilder {
    /// An image for linux/amd64 without layers.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            os: "linux".to_owned(),
            architecture: "amd64".to_owned(),
            steps: Vec::new(),
            config: json!({}),
        }
    }

    /// Adds a layer on top.
    #[must_use]
    pub fn layer(mut self, layer: LayerBuilder) -> Self {
        self.steps.push(Step::Layer(layer));
        self
    }

    /// Adds an instruction to the history that changes no file.
    #[must_use]
    pub fn instruction(mut self, created_by: &str) -> Self {
        self.steps.push(Step::Instruction(created_by.to_owned()));
        self
    }

    /// Sets what a container runs with: the `config` object of the configuration.
    #[must_use]
    pub fn config(mut self, config: Value) -> Self {
        self.config = config;
        self
    }

    /// Sets the platform.
    #[must_use]
    pub fn platform(mut self, os: &str, architecture: &str) -> Self {
        (self.os, self.architecture) = (os.to_owned(), architecture.to_owned());
        self
    }

    /// The descriptor that an index lists for this image, its name among the annotations.
    pub fn descriptor(&self) -> Value {
        let (manifest, _) = self.manifest();
        let mut descriptor = descriptor(MANIFEST, &manifest);
        descriptor["platform"] = json!({"os": self.os, "architecture": self.architecture});
        let tag = self.name.rsplit_once(':').map_or("latest", |(_, tag)| tag);
        descriptor["annotations"] = json!({
            "io.containerd.image.name": self.name,
            "org.opencontainers.image.ref.name": tag,
        });
        descriptor
    }

    /// The files of an OCI layout: path and bytes.
    pub fn layout(&self) -> Blobs {
        index_of(&[self])
    }

    /// Writes an OCI layout into a directory.
    pub fn write_layout(&self, directory: &Path) {
        write_layout(&self.layout(), directory);
    }

    /// An OCI layout in a tar archive.
    pub fn oci_archive(&self) -> Vec<u8> {
        archive_of(&self.layout())
    }

    /// An archive as `docker save` writes it today: an OCI layout with Docker's list beside it, all
    /// layers uncompressed.
    pub fn docker_archive(&self) -> Vec<u8> {
        let plain = self.uncompressed();
        let mut files = plain.layout();
        let config = plain.configuration();
        let layers: Vec<String> = plain.layers().map(|layer| blob_path(&layer.tar())).collect();
        files.push(plain.docker_list(&blob_path(&config), &layers));
        archive_of(&files)
    }

    /// An archive as `docker save` wrote it before it knew OCI: a directory for each layer.
    pub fn legacy_docker_archive(&self) -> Vec<u8> {
        let mut files = Blobs::new();
        let mut paths = Vec::new();
        for layer in self.layers() {
            let bytes = layer.compression.apply(&layer.tar());
            let path = format!("{}/layer.tar", digest(&bytes).hex());
            files.push((path.clone(), bytes));
            paths.push(path);
        }
        let config = self.configuration();
        let path = format!("{}.json", digest(&config).hex());
        files.push((path.clone(), config));
        files.push(self.docker_list(&path, &paths));
        archive_of(&files)
    }

    fn uncompressed(&self) -> Self {
        let mut plain = self.clone();
        for step in &mut plain.steps {
            if let Step::Layer(layer) = step {
                layer.compression = Compression::Plain;
            }
        }
        plain
    }

    fn layers(&self) -> impl Iterator<Item = &LayerBuilder> {
        self.steps.iter().filter_map(|step| match step {
            Step::Layer(layer) => Some(layer),
            Step::Instruction(_) => None,
        })
    }

    fn configuration(&self) -> Vec<u8> {
        let diff_ids: Vec<Digest> = self.layers().map(|layer| digest(&layer.tar())).collect();
        let history: Vec<Value> = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Layer(layer) => json!({"created_by": layer.created_by}),
                Step::Instruction(text) => json!({"created_by": text, "empty_layer": true}),
            })
            .collect();
        let document = json!({
            "architecture": self.architecture,
            "os": self.os,
            "config": self.config,
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": history,
        });
        document.to_string().into_bytes()
    }

    /// The manifest, and the blobs it refers to.
    fn manifest(&self) -> (Vec<u8>, Vec<Vec<u8>>) {
        let config = self.configuration();
        let mut blobs = vec![config.clone()];
        let mut layers = Vec::new();
        for layer in self.layers() {
            let blob = layer.compression.apply(&layer.tar());
            let suffix = layer.compression.media_suffix();
            layers.push(descriptor(&format!("{LAYER}{suffix}"), &blob));
            blobs.push(blob);
        }
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, &config),
            "layers": layers,
        });
        (manifest.to_string().into_bytes(), blobs)
    }

    fn docker_list(&self, config: &str, layers: &[String]) -> (String, Vec<u8>) {
        let list = json!([{"Config": config, "RepoTags": [self.name], "Layers": layers}]);
        ("manifest.json".to_owned(), list.to_string().into_bytes())
    }
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// The files of an OCI layout with several images.
pub fn index_of(images: &[&ImageBuilder]) -> Blobs {
    let descriptors: Vec<Value> = images.iter().map(|image| image.descriptor()).collect();
    let index = json!({"schemaVersion": 2, "manifests": descriptors});
    let mut files = vec![
        ("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()),
        ("index.json".to_owned(), index.to_string().into_bytes()),
    ];
    for image in images {
        let (manifest, blobs) = image.manifest();
        for blob in blobs.into_iter().chain([manifest]) {
            let path = blob_path(&blob);
            if !files.iter().any(|(present, _)| *present == path) {
                files.push((path, blob));
            }
        }
    }
    files
}

/// Writes files below a directory.
pub fn write_layout(files: &[(String, Vec<u8>)], directory: &Path) {
    for (path, bytes) in files {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a path below a directory has a parent"))
            .and_then(|()| fs::write(&path, bytes))
            .expect("a test's own directory can be written");
    }
}

/// Files in a tar archive.
pub fn archive_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    files.iter().fold(TarWriter::new(), |tar, (path, bytes)| tar.file(path, bytes)).finish()
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
}

fn blob_path(bytes: &[u8]) -> String {
    format!("blobs/sha256/{}", digest(bytes).hex())
}
