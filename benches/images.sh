#!/usr/bin/env bash
# Makes the images that benches/README.md measures, as OCI layouts with gzip layers, and
# for `big` a docker-archive too.
#
#   benches/images.sh DIRECTORY [debian many jars big ...]
#
# Needs root, debootstrap, umoci and skopeo; npm for `many` and `big`, python3 with pip for `jars`
# and `big`. Packages come from the Debian archive, npm, PyPI and Maven Central: about 2 GB.
set -euo pipefail

directory=$(realpath -m "${1:?usage: benches/images.sh DIRECTORY [IMAGE ...]}")
shift
images=("$@")
[ ${#images[@]} -gt 0 ] || images=(debian many jars big)
release=${RELEASE:-bookworm}
mkdir -p "$directory"
work=$(mktemp -d)
root=$work/root
trap 'umount -q "$root/proc" "$root/dev" || true; rm -rf --one-file-system "$work"' EXIT

# start NAME: an image with nothing but Debian's smallest root file system.
start() {
    image=$1
    if [ ! -d "$work/minbase" ]; then
        debootstrap --variant=minbase "$release" "$work/minbase" >&2
        rm -rf "$work/minbase"/var/cache/apt/archives/*.deb "$work/minbase"/var/lib/apt/lists/*
        rm -rf "$work/minbase"/dev/*
        cp /etc/resolv.conf "$work/minbase/etc/"
    fi
    rm -rf "$root" "${directory:?}/$image"
    cp -a "$work/minbase" "$root"
    umoci init --layout "$directory/$image"
    umoci new --image "$directory/$image:latest"
    touch -d 1970-01-02 "$work/before"
    layer "ADD rootfs.tar /"
}

# layer INSTRUCTION: one more layer with every file that has changed since the last one. Changed is
# what the kernel says (ctime), since packages bring modification times of their own. What was
# deleted is not recorded: package managers hardly do.
layer() {
    local changed=()
    [ "$1" = "ADD rootfs.tar /" ] || changed=(-cnewer "$work/before")
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev \) -prune -o "${changed[@]}" -print0 | sort -z) \
        | tar --numeric-owner --no-recursion -cf "$work/layer.tar" -C "$root" --null -T -
    umoci raw add-layer --image "$directory/$image:latest" --history.created_by "$1" \
        "$work/layer.tar"
    umoci gc --layout "$directory/$image"
    sleep 1
    touch "$work/before"
    sleep 1
}

# packages NAME ...: a layer of Debian packages, installed by apt in the root file system.
packages() {
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    TMPDIR=/tmp chroot "$root" apt-get -qq update
    TMPDIR=/tmp DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -qqy install --no-install-recommends \
        "$@" >&2
    umount "$root/proc" "$root/dev"
    rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
    rm -rf "$root"/var/lib/apt/lists/*
    layer "RUN apt-get install $*"
}

# modules NAME ...: a layer with an npm project.
modules() {
    mkdir -p "$root/srv/app"
    (cd "$root/srv/app" && npm init -y >/dev/null \
        && npm install --ignore-scripts --no-audit --legacy-peer-deps --silent "$@" >&2)
    layer "RUN npm install $*"
}

# wheels NAME ...: a layer with Python packages.
wheels() {
    python3 -m pip install --quiet --no-warn-conflicts --root-user-action ignore --upgrade \
        --target "$root/usr/local/lib/python3/dist-packages" "$@" >&2
    layer "RUN pip install $*"
}

debian() {
    start debian
}

many() {
    start many
    modules react-scripts @angular/cli webpack typescript eslint jest gatsby next @mui/icons-material
}

jars() {
    start jars
    packages openjdk-17-jre-headless
    packages maven
    wheels pyspark
}

big() {
    start big
    packages openjdk-17-jre-headless maven
    packages docker.io
    packages gcc g++ gdb cmake git
    packages nodejs nginx postgresql redis-server
    packages ffmpeg imagemagick
    packages python3-dev golang-go
    modules react-scripts next @angular/cli
    wheels numpy pandas scipy scikit-learn matplotlib django flask requests boto3 sqlalchemy
    packages clang llvm
    wheels pyarrow opencv-python-headless
    rm -f "$directory/big.tar"
    skopeo copy --insecure-policy --quiet "oci:$directory/big:latest" "docker-archive:$directory/big.tar:big:latest"
}

for image in "${images[@]}"; do "$image"; done
