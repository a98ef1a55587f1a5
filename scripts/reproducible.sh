#!/usr/bin/env bash
# Builds policy.wasm from the last commit in two folders, whose paths must not be in the module, and compares the bytes.
# Prints the checksum, or fails.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in one another/and/deeper; do
    folder=$work/$copy
    mkdir -p "$folder"
    git archive HEAD | tar -x -C "$folder"
    (
        cd "$folder"
        CARGO_TARGET_DIR=$folder/target make --silent policy.wasm >&2
        sha256sum <policy.wasm
    )
done | sort -u >"$work/sums"
if [ "$(wc -l <"$work/sums")" -ne 1 ]; then
    echo "two builds of policy.wasm differ:" >&2
    cat "$work/sums" >&2
    exit 1
fi
echo "two builds of policy.wasm are the same: $(cut -d' ' -f1 "$work/sums")"
