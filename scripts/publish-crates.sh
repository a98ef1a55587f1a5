#!/usr/bin/env bash
# Publishes the crates that `cargo install podnetworking` needs, in one step: cargo finds the order.
# usage: scripts/publish-crates.sh [--dry-run]
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t packages < <(make --silent published)
cargo publish --locked "${packages[@]/#/--package=}" "$@"
