#!/usr/bin/env python3
"""Makes the corpora that no test keeps as files: see seed.sh."""

import hashlib
import io
import json
import sqlite3
import struct
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


def elf(name, content, sections=True):
    """A 64-bit ELF file that loads `content`, with a section table or without."""
    base, start = 0x400000, 0x200
    names = b"\0" + name + b"\0.shstrtab\0"
    names_at = start + len(content)
    table_at = -(-(names_at + len(names)) // 8) * 8
    count = 3 if sections else 0
    header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, base, 64, table_at if sections else 0, 0, 64, 56, 1, 64,
        count, max(count - 1, 0))
    segment = struct.pack("<IIQQQQQQ", 1, 6, 0, base, base, names_at, names_at, 16)
    table = bytes(64)
    for name_at, kind, address, offset, size in (
        (1, 1, base + start, start, len(content)),
        (len(name) + 2, 3, 0, names_at, len(names)),
    ):
        table += struct.pack("<IIQQQQIIQQ", name_at, kind, 3, address, offset, size, 0, 0, 16, 0)
    file = (header + segment).ljust(start, b"\0") + content + names
    return file.ljust(table_at, b"\0") + table if sections else file


def pe(name, content):
    """A 64-bit PE file with `content` in its one section."""
    size, start = len(content), 0x200
    head = b"MZ".ljust(0x3c, b"\0") + struct.pack("<I", 0x80)
    head = head.ljust(0x80, b"\0") + b"PE\0\0" + struct.pack(
        "<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x22)
    head += (struct.pack("<H", 0x20b).ljust(24, b"\0") + struct.pack("<Q", 1 << 22)).ljust(240, b"\0")
    head += name[:8].ljust(8, b"\0") + struct.pack("<IIIIIIII", size, start, size, start, 0, 0, 0, 0xc0000040)
    return head.ljust(start, b"\0") + content


def macho(name, content):
    """A 64-bit Mach-O file with `content` in its one section."""
    base, start, command = 0x400000, 0x200, 72 + 80
    whole = start + len(content)
    head = struct.pack("<IIIIIIII", 0xfeedfacf, 0x0100000c, 0, 2, 1, command, 0, 0)
    head += struct.pack("<II16sQQQQIIII", 0x19, command, b"__DATA", base, whole, 0, whole, 3, 3, 1, 0)
    head += struct.pack("<16s16sQQ", name, b"__DATA", base + start, len(content))
    head += struct.pack("<IIIIIIII", start, 4, 0, 0, 0, 0, 0, 0)
    return head.ljust(start, b"\0") + content


def executables():
    """What Go and cargo-auditable embed, in each format of executable."""
    testdata = ROOT / "crates/packages/src"
    information = (testdata / "golang/testdata/buildinfo.bin").read_bytes()
    # The form before Go 1.18: two pointers to string headers.
    base, start = 0x400200, 32
    pointers = b"\xff Go buildinf:\x08\0" + struct.pack("<QQ", base + start, base + start + 16)
    pointers += struct.pack("<QQQQ", base + 64, 8, base + 72, 16) + b"go1.16.3" + b"path\ta\n".ljust(16)
    dependencies = (testdata / "rust/testdata/dep-v0.bin").read_bytes()
    for target, section, apple, content in (
        ("go_binary", b".go.buildinfo", b"__go_buildinfo", information),
        ("auditable", b".dep-v0", b".dep-v0", dependencies),
    ):
        seed(target, "elf", elf(section, content))
        seed(target, "pe", pe(section, content))
        seed(target, "macho", macho(apple, content))
        universal = struct.pack(">IIIIIII", 0xcafebabe, 1, 0x0100000c, 0, 64,
                                len(macho(apple, content)), 12).ljust(64, b"\0")
        seed(target, "universal", universal + macho(apple, content))
    seed("go_binary", "segments", elf(b"", information, sections=False))
    seed("go_binary", "pointers", elf(b".go.buildinfo", pointers))


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
executables()
rpm_headers()
texts()
