#!/usr/bin/env bash
# Writes the bill of materials (CycloneDX) of a package for one target: what is compiled into it, and nothing else.
# usage: scripts/sbom.sh PACKAGE TARGET OUT [--no-default-features]
set -euo pipefail
package=${1:?usage: scripts/sbom.sh PACKAGE TARGET OUT [--no-default-features]}
target=${2:?a target}
out=$(realpath -m "${3:?a file}")
shift 3
cd "$(dirname "$0")/.."
command -v cargo-cyclonedx >/dev/null || {
    echo "cargo-cyclonedx is not installed: cargo install --locked cargo-cyclonedx" >&2
    exit 1
}
manifest=$(cargo metadata --locked --no-deps --format-version 1 |
    python3 -c 'import json, sys; print(next(p["manifest_path"] for p in json.load(sys.stdin)["packages"] if p["name"] == sys.argv[1]))' "$package")
name=made-by-sbom-sh
cargo cyclonedx --quiet --manifest-path "$manifest" --target "$target" --no-build-deps --format json \
    --override-filename "$name" "$@"
mv "$(dirname "$manifest")/$name.json" "$out"
# It is written for every member of the workspace that the package needs.
git ls-files --others --exclude-standard "*$name.json" | xargs -r rm
