#!/bin/sh
# Fills fuzz/corpus from the crates' test data, one folder for each target. Existing inputs stay.
set -eu
cd "$(dirname "$0")/.."
packages=crates/packages/src
feeds=crates/feeds/src

# seed TARGET FILE...
seed() {
    target=fuzz/corpus/$1
    shift
    mkdir -p "$target"
    for file in "$@"; do
        if [ -f "$file" ]; then cp "$file" "$target/$(echo "$file" | cksum | cut -d' ' -f1)"; fi
    done
}

# seed_all TARGET DIRECTORY: every file below it
seed_all() {
    find "$2" -type f -size -64k | while read -r file; do seed "$1" "$file"; done
}

# seed_feed NUMBER FILES...: feed_documents takes its feed from the first byte
seed_feed() {
    number=$1
    shift
    mkdir -p fuzz/corpus/feed_documents
    for file in "$@"; do
        [ -f "$file" ] || continue
        name=fuzz/corpus/feed_documents/$number-$(echo "$file" | cksum | cut -d' ' -f1)
        { printf "\\00$number"; cat "$file"; } > "$name"
    done
}

seed apk $packages/apk/testdata/*.in
seed dpkg $packages/dpkg/testdata/*.in
seed os_release $packages/distribution/testdata/*.in
seed package_lock $packages/npm/testdata/lockfile-*.json
seed package_json $packages/npm/testdata/lockfile-*.json
seed poetry_lock $packages/python/testdata/*.lock
seed cargo_lock $packages/rust/testdata/*.lock
seed auditable $packages/rust/testdata/*.bin
seed go_mod $packages/golang/testdata/*.mod
seed go_binary $packages/golang/testdata/*.bin
seed rpm_bdb $packages/rpm/testdata/*.bdb
seed rpm_ndb $packages/rpm/testdata/*.db
seed tar crates/image/testdata/tar/*.gz
seed image_archive examples/images/*.tar
seed policy crates/scan/src/policy/*.toml
seed_all feed_osv $feeds/osv/testdata/good
seed_all feed_osv $feeds/pypa/testdata/good
seed_all feed_oval $feeds/debian_oval/testdata
seed_all feed_announcements $feeds/debian_security/testdata
seed_all feed_endoflife $feeds/endoflife/testdata
seed_all feed_rustsec $feeds/rustsec/testdata/good
seed_all feed_secdb $feeds/alpine_secdb/testdata
seed_all feed_uct $feeds/ubuntu_tracker/testdata
seed_all feed_vulnrichment $feeds/vulnrichment/testdata/good
seed_feed 0 $feeds/retire_js/testdata/*/*/npmrepository.json
seed_feed 1 $feeds/retire_js/testdata/*/*/jsrepository.json
seed_feed 2 $feeds/kev/testdata/*/*/*.json
seed_feed 3 $feeds/epss/testdata/*/*/*.csv
seed_feed 4 $(find $feeds/nodejs_wg/testdata -name '*.json')
seed_feed 5 $(find $feeds/maven_kb/testdata -name '*.y*ml')
seed_feed 6 $(find $feeds/almalinux/testdata -name '*.json')

# rpm_sqlite: the length of the database in two bytes, the database, its log.
mkdir -p fuzz/corpus/rpm_sqlite
for database in $packages/rpm/testdata/*.sqlite; do
    size=$(wc -c < "$database")
    [ "$size" -lt 65536 ] || continue
    {
        printf "\\$(printf %03o $((size % 256)))\\$(printf %03o $((size / 256)))"
        cat "$database"
        if [ -f "$database-wal" ]; then cat "$database-wal"; fi
    } > "fuzz/corpus/rpm_sqlite/$(basename "$database")"
done

# tar, unpacked too: hardly a mutation survives the checksum of a compressed one.
for layer in crates/image/testdata/tar/*.gz; do
    gzip -dc "$layer" > "fuzz/corpus/tar/$(basename "$layer" .gz)"
done

# What no test keeps as a file: archives, header blobs, short texts, a small database.
mkdir -p fuzz/corpus/java_archive fuzz/corpus/rpm_header fuzz/corpus/image_archive fuzz/corpus/vulndb
python3 fuzz/seed.py
if [ -x "${SEAWALL:=target/release/seawall}" ]; then
    directory=$(mktemp -d)
    for good in $feeds/*/testdata/good; do cp -r "$good"/*/ "$directory"; done
    "$SEAWALL" db build --quiet --feeds "$directory" --out "$directory/small.db"
    cp "$directory/small.db" fuzz/corpus/vulndb/small
    rm -r "$directory"
fi
