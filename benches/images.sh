#!/usr/bin/env bash
# Makes the five images that benches/README.md measures, as OCI layouts with gzip layers.
#
#   benches/images.sh DIRECTORY [small debian many jars big ...]
#
# Needs root (debootstrap), debootstrap, umoci, tar; npm for `many`, python3 with pip and a JDK for
# `jars`; all of them and the Debian archive for `big`. Downloads a few hundred MB.
set -euo pipefail

directory=$(realpath -m "${1:?usage: benches/images.sh DIRECTORY [IMAGE ...]}")
shift
images=("${@:-small debian many jars big}")
release=${RELEASE:-bookworm}
alpine=${ALPINE:-https://dl-cdn.alpinelinux.org/alpine/v3.20/releases/x86_64/alpine-minirootfs-3.20.3-x86_64.tar.gz}
mkdir -p "$directory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# start NAME: an empty image.
start() {
    rm -rf "${directory:?}/$1"
    umoci init --layout "$directory/$1"
    umoci new --image "$directory/$1:latest"
}

# layer NAME TREE INSTRUCTION: one more layer holding a directory tree.
layer() {
    tar --sort=name --numeric-owner -cf "$work/layer.tar" -C "$2" .
    umoci raw add-layer --image "$directory/$1:latest" --history.created_by "$3" "$work/layer.tar"
    umoci gc --layout "$directory/$1"
}

# base: the Debian root file system, made once.
base() {
    if [ ! -d "$work/debian" ]; then
        debootstrap --variant=minbase "$release" "$work/debian" >&2
        rm -rf "$work/debian"/var/cache/apt/archives/*.deb "$work/debian"/dev/*
    fi
}

# installed NAME PACKAGE ...: a layer of packages unpacked over the Debian base.
installed() {
    local name=$1 tree=$work/packages
    shift
    rm -rf "$tree"
    mkdir -p "$tree" "$work/deb"
    (cd "$work/deb" && apt-get download $(apt-cache depends --recurse --no-recommends \
        --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" \
        | grep '^[a-z0-9]' | sort -u) 2>/dev/null || true)
    for deb in "$work"/deb/*.deb; do dpkg-deb -x "$deb" "$tree"; done
    rm -rf "$work/deb"
    layer "$name" "$tree" "RUN apt-get install $*"
}

# node_modules NAME PACKAGE ...: a layer with an npm project.
node_modules() {
    local name=$1 tree=$work/npm
    shift
    rm -rf "$tree"
    mkdir -p "$tree/srv/app"
    (cd "$tree/srv/app" && npm init -y >/dev/null && npm install --ignore-scripts --no-audit "$@" >&2)
    layer "$name" "$tree" "RUN npm install $*"
}

# wheels NAME PACKAGE ...: a layer with Python packages.
wheels() {
    local name=$1 tree=$work/pip
    shift
    rm -rf "$tree"
    mkdir -p "$tree"
    python3 -m pip install --quiet --target "$tree/usr/lib/python3/dist-packages" "$@" >&2
    layer "$name" "$tree" "RUN pip install $*"
}

small() {
    start small
    mkdir "$work/small"
    curl -fsSL "$alpine" | tar -xz -C "$work/small"
    layer small "$work/small" "ADD alpine-minirootfs.tar /"
}

debian() {
    start debian
    base
    layer debian "$work/debian" "ADD rootfs.tar /"
}

many() {
    debian_named many
    node_modules many react-scripts @angular/cli webpack typescript eslint jest gatsby next
}

jars() {
    debian_named jars
    wheels jars pyspark
    installed jars maven
    installed jars default-jre-headless
}

big() {
    debian_named big
    for package in gcc g++ default-jre nodejs nginx postgresql ffmpeg golang-go python3-dev; do
        installed big "$package"
    done
    wheels big numpy pandas scipy django
    node_modules big react-scripts next
}

# debian_named NAME: starts an image with the Debian base as its first layer.
debian_named() {
    start "$1"
    base
    layer "$1" "$work/debian" "ADD rootfs.tar /"
}

# shellcheck disable=SC2068
for image in ${images[@]}; do "$image"; done
