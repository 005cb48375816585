#!/usr/bin/env python3
"""Makes the databases in this directory and what is expected of them, with the real tools.

Needs rpm and rpmbuild 4.18, gpg, db5.3_load (Debian: rpm gnupg db5.3-util), and for NDB an rpm
built with --enable-ndb, named by RPM_NDB. Times and the key are new in each run, so the bytes
differ from run to run; the facts do not.

Expected facts come from `rpm -qa` on a database that rpm itself wrote. The Berkeley DB files hold
the same headers and are written by db5.3_load, since no current rpm writes that form. The SQLite
files hold the table Packages alone, in small pages, to stay small. What the write-ahead logs add up
to is asked of SQLite.
"""

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = Path(tempfile.mkdtemp())
RPM_NDB = os.environ["RPM_NDB"]
ENVIRONMENT = dict(os.environ, HOME=str(WORK), GNUPGHOME=str(WORK), SOURCE_DATE_EPOCH="1700000000")

# name, version, release, tags, the rest of the spec
SPECS = [
    ("harbour", "1.2.3", "4.el9", "License: MIT", """
%package libs
Summary: Libraries
Version: 9.1
Epoch: 7
%description libs
Libraries.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/lib64 %{buildroot}/usr/share/harbour/charts
touch %{buildroot}/usr/bin/harbour %{buildroot}/lib64/libharbour.so.9
touch %{buildroot}/usr/share/harbour/charts/north-sea.txt
%files
/usr/bin/harbour
/usr/share/harbour
%files libs
/lib64/libharbour.so.9
"""),
    ("lighthouse", "2.0", "1.module+el8", """License: ASL 2.0 and BSD
Epoch: 1
BuildArch: noarch
ModularityLabel: lighthouse:2.0:8030020210426100849:229f0a1c""", """
%install
mkdir -p %{buildroot}/etc
touch %{buildroot}/etc/lighthouse.conf
%files
/etc/lighthouse.conf
"""),
    ("pier", "0.9~rc1", "2", "License: GPLv2+\nBuildArch: noarch", """
%install
mkdir -p %{buildroot}/usr/share/pier
for i in $(seq 1 60); do touch %{buildroot}/usr/share/pier/plank-$i; done
%files
/usr/share/pier/*
"""),
    ("buoy", "3", "1", "License: MIT\nBuildArch: noarch", "%files\n"),
]
NAMES = ["harbour", "harbour-libs", "lighthouse", "pier", "buoy"]


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], env=ENVIRONMENT, text=True,
                          capture_output=True, **options)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr}")
    return done.stdout


def build():
    for name, version, release, tags, rest in SPECS:
        spec = WORK / f"{name}.spec"
        spec.write_text(f"Name: {name}\nVersion: {version}\nRelease: {release}\nSummary: A test\n"
                        f"Vendor: Example Project\n{tags}\n%description\nA test.\n{rest}")
        run("rpmbuild", "--define", f"_topdir {WORK}", "--define", "_buildhost build.example",
            "--define", "use_source_date_epoch_as_buildtime 1", "-bb", spec)


def install(rpm, database, names, *options):
    for name in names:
        [file] = WORK.glob(f"RPMS/*/{name}-[0-9]*.rpm")
        run(rpm, "--dbpath", database, *options, "-i", "--justdb", "--nodeps", "--ignorearch",
            "--nosignature", file)


def query(rpm, database, *options):
    """What rpm says about each package, by name."""
    tags = ["NAME", "EPOCH", "VERSION", "RELEASE", "ARCH", "LICENSE", "VENDOR", "SOURCERPM",
            "MODULARITYLABEL"]
    form = "|".join("%{" + tag + "}" for tag in tags) + "|[%{FILENAMES}#]\n"
    found = {}
    for line in run(rpm, "--dbpath", database, *options, "-qa", "--qf", form).splitlines():
        *fields, files = line.split("|")
        found[fields[0]] = ([None if field == "(none)" else field for field in fields],
                            [file for file in files.split("#") if file])
    return found


def golden(case, path, names, facts, **more):
    """Writes the expected facts, packages in the order in which the reader meets them."""
    packages, owned = [], {}
    for each in names:
        (name, epoch, version, release, arch, licence, vendor, source, module), files = facts[each]
        epoch = f"{epoch}:" if epoch else ""
        source_name, source_version, source_release = source.removesuffix(".src.rpm").rsplit("-", 2)
        same = (source_version, source_release) == (version, release)
        package = {
            "kind": "rpm", "name": name, "version": f"{epoch}{version}-{release}",
            "source": {"name": source_name, "version":
                       f"{epoch if same else ''}{source_version}-{source_release}"},
            "architecture": arch, "licences": [licence], "vendor": vendor, "module": module,
            "location": {"path": path},
        }
        packages.append({key: value for key, value in package.items() if value})
        if files:
            paths = [file.lstrip("/") for file in files]
            owned[name] = paths + [f"usr/{each}" for each in paths if each.startswith("lib64/")]
    case_file = HERE / f"{case}.json"
    expected = {"path": path, **more, "packages": packages, "owned": owned}
    case_file.write_text(json.dumps(expected, indent=1) + "\n")


def berkeley(case, page_size, order, blobs, names, facts):
    word = struct.Struct("<I" if order == 1234 else ">I")
    text = (f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder={order}\n"
            f"db_pagesize={page_size}\nHEADER=END\n {word.pack(0).hex()}\n {word.pack(9).hex()}\n")
    for name in names:
        number = NAMES.index(name) + 1
        text += f" {word.pack(number).hex()}\n {blobs[name].hex()}\n"
    directory = WORK / case
    directory.mkdir()
    run("db5.3_load", directory / "Packages", input=text + "DATA=END\n")
    shutil.copy(directory / "Packages", HERE / f"{case}.bdb")
    read_back = query("rpm", directory, "--define", "_db_backend bdb_ro")
    assert read_back == {name: facts[name] for name in names}, case
    golden(case, "var/lib/rpm/Packages", names, facts, input=f"{case}.bdb")


def sqlite_file(blobs, key, facts):
    path = HERE / "sqlite.sqlite"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA page_size=512")
    database.execute("CREATE TABLE 'Basenames' (key 'TEXT' NOT NULL, hnum INTEGER NOT NULL)")
    database.execute(PACKAGES)
    for blob in [*blobs.values(), key]:
        database.execute("INSERT INTO Packages(blob) VALUES (?)", (blob,))
    database.close()
    golden("sqlite", "var/lib/rpm/rpmdb.sqlite", NAMES, facts, input="sqlite.sqlite")


PACKAGES = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"


def logs(blobs, facts):
    path = WORK / "log.sqlite"
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ["page_size=1024", "journal_mode=wal", "wal_autocheckpoint=0"]:
        database.execute(f"PRAGMA {pragma}").fetchall()
    database.execute(PACKAGES)
    insert = "INSERT INTO Packages VALUES (?, ?)"
    delete = "DELETE FROM Packages WHERE hnum = ?"

    def snapshot(case):
        copy = WORK / f"{case}.sqlite"
        for suffix in ["", "-wal"]:
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
            shutil.copy(f"{path}{suffix}", HERE / f"{case}.sqlite{suffix}")
        by_blob = {blob: name for name, blob in blobs.items()}
        rows = sqlite3.connect(copy).execute("SELECT blob FROM Packages ORDER BY hnum").fetchall()
        golden(case, "usr/lib/sysimage/rpm/rpmdb.sqlite", [by_blob[blob] for [blob] in rows], facts,
               input=f"{case}.sqlite", companion=f"{case}.sqlite-wal")

    database.execute(insert, (5, blobs["buoy"]))
    # The database file has its first page and no table yet: that lies in the log.
    snapshot("wal-with-the-table")
    for number, name in [(1, "harbour"), (2, "harbour-libs"), (3, "lighthouse")]:
        database.execute(insert, (number, blobs[name]))
    database.execute("PRAGMA wal_checkpoint(restart)").fetchall()
    database.execute(insert, (4, blobs["pier"]))
    database.execute(delete, (4,))
    # From here on the log is written from its beginning, and old frames follow the new ones.
    database.execute("PRAGMA wal_checkpoint(restart)").fetchall()
    database.execute(delete, (3,))
    snapshot("wal-with-stale-frames")
    # A transaction too large for the cache goes to the log before its commit.
    database.execute("PRAGMA cache_size=2")
    database.execute("BEGIN")
    database.execute(delete, (1,))
    database.execute(insert, (9, blobs["pier"]))
    snapshot("wal-with-uncommitted-frames")
    database.execute("ROLLBACK")


def main():
    build()
    plain, ndb = WORK / "plain", WORK / "ndb"
    run("rpmdb", "--dbpath", plain, "--initdb")
    install("rpm", plain, NAMES)
    run("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "Example <key@example.org>")
    (WORK / "key").write_text(run("gpg", "--armor", "--export"))
    run("rpm", "--dbpath", plain, "--import", WORK / "key")
    facts = query("rpm", plain)
    rows = sqlite3.connect(plain / "rpmdb.sqlite").execute(
        "SELECT blob FROM Packages ORDER BY hnum").fetchall()
    *headers, key = [blob for [blob] in rows]
    blobs = dict(zip(NAMES, headers, strict=True))
    sqlite_file(blobs, key, facts)
    logs(blobs, facts)
    berkeley("bdb-overflow", 512, 1234, blobs, NAMES, facts)
    berkeley("bdb-inline", 8192, 1234, blobs, ["harbour-libs", "lighthouse", "buoy"], facts)
    berkeley("bdb-big-endian", 512, 4321, blobs, ["harbour", "lighthouse", "buoy"], facts)

    option = ("--define", "_db_backend ndb")
    run(Path(RPM_NDB).with_name("rpmdb"), "--dbpath", ndb, *option, "--initdb")
    # An erased package leaves a free slot behind.
    install(RPM_NDB, ndb, ["harbour", "lighthouse", "harbour-libs"], *option)
    run(RPM_NDB, "--dbpath", ndb, *option, "-e", "--justdb", "--nodeps", "lighthouse")
    install(RPM_NDB, ndb, ["pier"], *option)
    shutil.copy(ndb / "Packages.db", HERE / "ndb.db")
    golden("ndb", "usr/lib/sysimage/rpm/Packages.db", list(query(RPM_NDB, ndb, *option)), facts,
           input="ndb.db")
    shutil.rmtree(WORK)


main()
