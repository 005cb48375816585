#!/usr/bin/env python3
"""Makes the corpora that no test keeps as files: see seed.sh."""

import hashlib
import io
import json
import sqlite3
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "fuzz" / "corpus"


def seed(target, name, content):
    """Writes one input."""
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def jar(files, compression=zipfile.ZIP_DEFLATED):
    """A Java archive of `files`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tar(files):
    """A tar archive of `files`."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def digest(content):
    """The SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def java():
    """Archives with what names them, nested ones included."""
    inner = {
        "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nImplementation-Title: a\r\n"
        "Implementation-Version: 1.2\r\nBundle-SymbolicName: org.example.a\r\n\r\n",
        "META-INF/maven/g/a/pom.properties": "groupId=g\nartifactId=a\nversion=1.2\n",
    }
    stored = jar(inner, zipfile.ZIP_STORED)
    seed("java_archive", "stored", stored)
    seed("java_archive", "deflated", jar(inner))
    seed("java_archive", "nested", jar({"WEB-INF/lib/a-1.2.jar": stored}, zipfile.ZIP_STORED))
    seed("java_archive", "nested-deflated", jar({"BOOT-INF/lib/a-1.2.jar": stored, **inner}))


def images():
    """One small image in both layouts."""
    layer = tar({"etc/os-release": b"ID=alpine\nVERSION_ID=3.18.4\n"})
    config = json.dumps({
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(layer)]},
    }).encode()
    docker = [{"Config": "c.json", "RepoTags": ["a:1"], "Layers": ["l.tar"]}]
    parts = {"manifest.json": json.dumps(docker).encode(), "c.json": config, "l.tar": layer}
    seed("image_archive", "docker", tar(parts))

    def descriptor(kind, content):
        kind = "application/vnd.oci.image." + kind
        return {"mediaType": kind, "digest": "sha256:" + digest(content), "size": len(content)}

    manifest = json.dumps({
        "schemaVersion": 2,
        "config": descriptor("config.v1+json", config),
        "layers": [descriptor("layer.v1.tar", layer)],
    }).encode()
    index = {"schemaVersion": 2, "manifests": [descriptor("manifest.v1+json", manifest)]}
    parts = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}
    parts["index.json"] = json.dumps(index).encode()
    for blob in (manifest, config, layer):
        parts["blobs/sha256/" + digest(blob)] = blob
    seed("image_archive", "oci", tar(parts))


def rpm_headers():
    """The header blobs of the test database."""
    path = ROOT / "crates/packages/src/rpm/testdata/sqlite.sqlite"
    for number, (blob,) in enumerate(sqlite3.connect(path).execute("SELECT blob FROM Packages")):
        seed("rpm_header", str(number), blob)


def texts():
    """One input for each form of a text that is read."""
    for number, (left, right) in enumerate((
        ("1:2.30-1ubuntu2~rc1+dfsg", "1.2.3-r4"),
        (">=1.0.0-alpha.1+b <2 || ~4.5.x", "4.5.6-rc.1"),
        ("2!1.0.post1.dev2+local.7", "1.0rc1"),
        ("1.0-SNAPSHOT", "1.0-beta-2"),
        ("v0.0.0-20200101000000-abcdef", "1.2_p1-r0"),
    )):
        # The length of the first text is taken from the end of the input.
        seed("versions", str(number), left.encode() + right.encode() + bytes([len(left)]))
    for number, text in enumerate((
        "registry.example:5000/a/b:1@sha256:" + 64 * "0", "docker-archive:a.tar", "oci:dir:tag",
        "dir:/", "linux/arm64/v8",
    )):
        seed("target", str(number), text)
    for number, path in enumerate(("a/.wh.b", "a/.wh..wh..opq", ".wh.c", "a/.wh..wh.plnk")):
        seed("whiteout", str(number), path)
    seed("requirements", "0", "a[b,c]==1.2.*; python_version<'3'\n-r x.txt\n-e git+https://e/x\n"
         "b @ https://e/b.whl --hash=sha256:00\nc>=1,\\\n<2 # no\n")
    seed("python_metadata", "0", "Metadata-Version: 2.1\nName: a\nVersion: 1.2\n"
         "License: MIT\nClassifier: License :: OSI Approved :: MIT License\n"
         "Requires-Dist: b>=1; extra == 'c'\n\nDescription\n")


java()
images()
rpm_headers()
texts()
