#!/usr/bin/env bash
# Builds the documentation site with all versions: the current commit as `main`, and every tag v1.2.3 that has a site.
# usage: scripts/build-site.sh OUT
set -euo pipefail
out=${1:?usage: scripts/build-site.sh OUT}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"; git worktree prune' EXIT
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}

build() { # VERSION FOLDER
    make --silent -C "$2" site REF="$1" SITE="$work/build"
    mv "$work/build/html" "$work/$1"
    versions+=("$1=$work/$1")
}

versions=()
build main .
for tag in $(git tag --list 'v[0-9]*' --sort=version:refname); do
    git worktree add --quiet --detach "$work/tree" "$tag"
    if [ -d "$work/tree/site" ]; then
        build "$tag" "$work/tree"
    else
        echo "$tag has no site: left out" >&2
    fi
    git worktree remove --force "$work/tree"
done
cargo run --locked --quiet --package podnetworking-site -- assemble "$out" "${versions[@]}"
cargo run --locked --quiet --package podnetworking-site -- check "$out"
