#!/usr/bin/env bash
# Builds policy.wasm twice from the last commit, in two folders with two cargo homes' worth of paths remapped, and
# compares the bytes. Prints the checksum, or fails.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo_home=${CARGO_HOME:-$HOME/.cargo}
for copy in one another/and/deeper; do
    folder=$work/$copy
    mkdir -p "$folder"
    git archive HEAD | tar -x -C "$folder"
    (
        cd "$folder"
        export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=$folder=. --remap-path-prefix=$cargo_home=cargo"
        CARGO_TARGET_DIR=$folder/target cargo build --quiet --locked --package podnetworking-policy-guest \
            --target wasm32-unknown-unknown --profile module
        sha256sum <target/wasm32-unknown-unknown/module/podnetworking_policy_guest.wasm
    )
done | sort -u >"$work/sums"
if [ "$(wc -l <"$work/sums")" -ne 1 ]; then
    echo "two builds of policy.wasm differ:" >&2
    cat "$work/sums" >&2
    exit 1
fi
echo "two builds of policy.wasm are the same: $(cut -d' ' -f1 "$work/sums")"
