#!/usr/bin/env bash
# Packs the command line for one target, with completions and man page: an archive, and the binary alone.
# usage: scripts/archive.sh BINARY TARGET OUT
set -euo pipefail
binary=$(realpath "${1:?usage: scripts/archive.sh BINARY TARGET OUT}")
target=${2:?a target}
mkdir -p "${3:?a folder}"
out=$(cd "$3" && pwd)
cd "$(dirname "$0")/.."
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=podnetworking-v$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/$name
suffix=
[[ $target != *windows* ]] || suffix=.exe
mkdir "$folder"
cp "$binary" "$folder/podnetworking$suffix"
cp LICENSE README.md CHANGELOG.md "$folder/"
scripts/completions.sh "$binary" "$folder"
cp "$binary" "$out/$name$suffix"
# The same bytes each time: no owner, and the time of the commit.
time=$(git log -1 --format=%ct)
if [ -n "$suffix" ]; then
    find "$folder" -exec touch -d "@$time" {} +
    (cd "$work" && 7z a -tzip -bso0 "$out/$name.zip" "$name")
else
    COPYFILE_DISABLE=1 python3 - "$folder" "$out/$name.tar.gz" "$time" <<'PYTHON'
import gzip, pathlib, sys, tarfile

folder, archive, time = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def plain(entry):
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = time
    entry.mode = 0o755 if entry.isdir() or entry.name.endswith("/podnetworking") else 0o644
    return entry

with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, time) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
    for path in [folder, *sorted(folder.rglob("*"))]:
        tar.add(path, path.relative_to(folder.parent), recursive=False, filter=plain)
PYTHON
fi
