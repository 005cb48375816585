#!/usr/bin/env python3
"""Makes the tar fixtures beside this file with GNU tar and Python's tarfile, and records what both
tools list in them. Run it again only to change the fixtures; the listings of an archive on which
the tools disagree are kept apart as `gnu` and `python`.

    python3 make.py            # writes tar/*.tar.gz and tar/*.json
"""
import gzip, hashlib, io, json, os, subprocess, tarfile, tempfile

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tar")
LONG = "deep/" * 12 + "a-directory-name-that-makes-the-path-longer-than-one-hundred-bytes/and-a-file"
KINDS = {"-": "File", "d": "Directory", "l": "Symlink", "h": "Hardlink"}


def tree(root, long_names, utf8):
    def write(path, content):
        path = os.path.join(root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    write("etc/passwd", b"root:x:0:0::/root:/bin/sh\n")
    write("usr/bin/tool", b"\x7fELF" + bytes(1500))
    write("empty", b"")
    os.symlink("../usr/bin/tool", os.path.join(root, "etc/tool"))
    os.symlink("/etc/passwd", os.path.join(root, "absolute"))
    os.link(os.path.join(root, "etc/passwd"), os.path.join(root, "etc/passwd-"))
    if long_names:
        write(LONG, b"long")
        os.symlink(LONG + "/" + "x" * 60, os.path.join(root, "long-link"))
    if utf8:
        write("opt/na\u00efve/\u6d77\u5824", b"utf-8")


def sparse(root):
    with open(os.path.join(root, "sparse"), "wb") as file:
        for at in range(0, 12):
            file.seek(at * 200_000)
            file.write(b"data %02d" % at)
        file.truncate(3_000_000)


def gnu_tar(root, *options):
    order = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"]
    # One link count for the hard link's first name, whatever the directory order.
    return subprocess.run(["tar", *order, *options, "-cf", "-", "-C", root, "."],
                          check=True, stdout=subprocess.PIPE).stdout


def python_tar(root, format, **options):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format, **options) as archive:
        def plain(info):
            info.mtime = info.uid = info.gid = 0
            info.uname = info.gname = ""
            return info
        archive.add(root, arcname="root", filter=plain)
    return buffer.getvalue()


def clean(path):
    parts = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def listed_by_gnu(archive):
    text = subprocess.run(["tar", "-tvf", "-", "--quoting-style=literal", "--full-time",
                           "--numeric-owner"], input=archive, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    listing = []
    for line in text.splitlines():
        kind, owner, size, day, time, rest = line.split(maxsplit=5)
        kind = KINDS.get(kind[0], "Other")
        link = ""
        for separator in (" -> ", " link to "):
            if kind in ("Symlink", "Hardlink") and separator in rest:
                rest, link = rest.split(separator, 1)
        listing.append(entry(rest, kind, int(size) if kind == "File" else 0, link))
    return listing


def listed_by_python(archive):
    listing = []
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for info in opened:
            kind = ("File" if info.isreg() else "Directory" if info.isdir() else
                    "Symlink" if info.issym() else "Hardlink" if info.islnk() else "Other")
            listing.append(entry(info.name, kind, info.size if kind == "File" else 0,
                                 info.linkname if kind in ("Symlink", "Hardlink") else ""))
    return listing


def contents(archive):
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {clean(info.name): hashlib.sha256(opened.extractfile(info).read()).hexdigest()
                for info in opened if info.isreg()}


def entry(path, kind, size, link):
    return {"path": clean(path), "kind": kind, "size": size,
            "link": clean(link) if kind == "Hardlink" else link}


def desync():
    """A PAX size that differs from the header's, hiding an archive in the content."""
    hidden = io.BytesIO()
    with tarfile.open(fileobj=hidden, mode="w") as inner:
        inner.addfile(tarfile.TarInfo("hidden"))
    content = hidden.getvalue()[:1024]
    info = tarfile.TarInfo("carrier")
    info.size = 0
    pax = tarfile.TarInfo._create_pax_generic_header({"size": str(len(content))}, b"x", "utf-8")
    after = tarfile.TarInfo("after")
    return pax + info.tobuf(tarfile.USTAR_FORMAT) + content + after.tobuf() + bytes(1024)


def main():
    os.makedirs(HERE, exist_ok=True)
    archives = {"pax-desync": desync()}
    with tempfile.TemporaryDirectory() as root:
        tree(root, long_names=False, utf8=False)
        for format in ("v7", "ustar"):
            archives["gnu-tar-" + format] = gnu_tar(root, "--format=" + format)
        archives["python-ustar"] = python_tar(root, tarfile.USTAR_FORMAT)
    with tempfile.TemporaryDirectory() as root:
        tree(root, long_names=True, utf8=True)
        for format in ("gnu", "oldgnu", "posix"):
            archives["gnu-tar-" + format] = gnu_tar(root, "--format=" + format)
        archives["gnu-tar-global"] = gnu_tar(root, "--format=posix",
                                             "--pax-option=globexthdr.name=g,comment=made,mtime=0")
        archives["python-gnu"] = python_tar(root, tarfile.GNU_FORMAT)
        archives["python-pax"] = python_tar(root, tarfile.PAX_FORMAT,
                                            pax_headers={"comment": "made"})
    with tempfile.TemporaryDirectory() as root:
        tree(root, long_names=False, utf8=False)
        sparse(root)
        archives["gnu-tar-sparse-gnu"] = gnu_tar(root, "--format=gnu", "-S")
        for version in ("0.0", "0.1", "1.0"):
            archives["gnu-tar-sparse-" + version] = gnu_tar(
                root, "--format=posix", "-S", "--sparse-version=" + version)
    for name, archive in sorted(archives.items()):
        with open(os.path.join(HERE, name + ".tar.gz"), "wb") as file:
            file.write(gzip.compress(archive, 9, mtime=0))
        gnu, python = listed_by_gnu(archive), listed_by_python(archive)
        listing = {"both": gnu} if gnu == python else {"gnu": gnu, "python": python}
        listing["sha256"] = contents(archive)
        with open(os.path.join(HERE, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(listing, file, ensure_ascii=False, indent=0)
            file.write("\n")
        print(name, len(archive), "agree" if gnu == python else "DISAGREE", len(gnu), len(python))


main()
