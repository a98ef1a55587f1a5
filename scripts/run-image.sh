#!/usr/bin/env bash
# Tries the image of the webhook without a cluster: its files, its user, and that the binary starts from an empty file system
# that cannot be written. Needs root and buildah. Usage: scripts/run-image.sh IMAGE
set -euo pipefail
image=${1:?names the image, for example podnetworking}

container=$(buildah from "$image")
mounted=$(buildah mount "$container")
trap 'buildah umount "$container" >/dev/null; buildah rm "$container" >/dev/null' EXIT

files=$(cd "$mounted" && find . -type f | sort | tr '\n' ' ')
[ "$files" = "./LICENSE ./podnetworking " ] || { echo "the image has other files: $files" >&2; exit 1; }
user=$(buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$image")
[ "$user" = 65532:65532 ] || { echo "the image runs as $user" >&2; exit 1; }
entry=$(buildah inspect --type image --format '{{index .OCIv1.Config.Entrypoint 0}}' "$image")

# A static binary needs no loader, and so no file besides itself.
run() { chroot --userspec="$user" "$mounted" "$entry" "$@"; }
run --version
run serve --help | grep -q -- '--webhook-configuration' || { echo "the binary has no serve" >&2; exit 1; }
run serve --help | grep -q -- '--policy' || { echo "the binary has no serve --policy" >&2; exit 1; }
# What the chart mounts is missing here: an error at the start is 2, not a crash.
code=0
run serve --settings /etc/podnetworking/settings/settings.json --tls-cert /tls.crt --tls-key /tls.key || code=$?
[ "$code" = 2 ] || { echo "serve without its files exits with $code, not 2" >&2; exit 1; }
echo "$image: $(du -b "$mounted/podnetworking" | cut -f1) bytes, starts as $user"
