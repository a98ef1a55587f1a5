#!/usr/bin/env bash
# Tests scripts/action-install.sh with stand-ins of gh and cargo, which write down what they are asked for.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
cat >"$work/bin/cargo" <<'CARGO'
#!/bin/sh
echo "cargo $*" >>"$LOG"
CARGO
cat >"$work/bin/gh" <<'GH'
#!/bin/sh
echo "gh $*" >>"$LOG"
case "$1 $2" in
"api repos/owner/name/commits/v0.1.0") [ "$RELEASED" = yes ] || { echo "gh: Not Found (HTTP 404)" >&2; exit 1; }; echo 1111 ;;
"api repos/owner/name/commits/v0") echo 1111 ;;
"api repos/owner/name/commits/main") echo 2222 ;;
"api "*) echo "gh: Service Unavailable (HTTP 503)" >&2; exit 1 ;;
"release download") shift 2; while [ $# -gt 1 ]; do [ "$1" = --dir ] && dir=$2; [ "$1" = --pattern ] && file=$2; shift; done; echo binary >"$dir/$file" ;;
"attestation verify") [ "$VERIFIED" = yes ] || { echo "verification failed" >&2; exit 1; } ;;
esac
GH
chmod +x "$work"/bin/*
passed=0
failed=0

# Runs the script and compares its exit status and what it asked for.
expect() { # NAME STATUS REF RELEASED VERIFIED OS-ARCH PATTERN
    local name=$1 status=$2 found=0 log=$work/log output
    rm -rf "$work/temp" "$log"
    mkdir "$work/temp"
    touch "$log"
    output=$(PATH="$work/bin:$PATH" LOG=$log ACTION_REPOSITORY=owner/name ACTION_PATH=$root ACTION_REF=$3 RELEASED=$4 VERIFIED=$5 \
        RUNNER_OS=${6%-*} RUNNER_ARCH=${6#*-} RUNNER_TEMP=$work/temp bash "$root/scripts/action-install.sh" 2>&1) || found=$?
    local installed=no
    [ ! -x "$work/temp/podnetworking/bin/podnetworking" ] || installed=yes
    if [ "$found" = "$status" ] && grep -qE -- "$7" <<<"$(cat "$log")
$output
installed: $installed"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: exit status %s, expected %s with: %s\n%s\n%s\n' "$name" "$found" "$status" "$7" "$(cat "$log")" "$output" >&2
    fi
}

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
sed -i.old "s/v0\.1\.0/v$version/" "$work/bin/gh"
expect "a release" 0 "v$version" yes yes Linux-X64 "^installed: yes$"
expect "a branch of releases" 0 v0 yes yes Linux-X64 "^installed: yes$"
expect "the file of the platform" 0 "v$version" yes yes macOS-ARM64 "^gh release download v$version .*-aarch64-apple-darwin "
expect "the verification" 0 "v$version" yes yes Linux-X64 "^gh attestation verify .* --repo owner/name --signer-workflow owner/name/.github/workflows/build.yml --source-ref refs/tags/v$version$"
expect "a verification that fails" 1 "v$version" yes no Linux-X64 "could not be verified"
expect "nothing is installed then" 1 "v$version" yes no Linux-X64 "^installed: no$"
expect "a commit without a release" 0 main yes yes Linux-X64 "^cargo install --locked --path "
expect "no release at all" 0 main no yes Linux-X64 "^there is no release v$version"
expect "a local action" 0 "" yes yes Linux-X64 "^the action has no version"
expect "a platform without a binary" 0 "v$version" yes yes Windows-ARM64 "has no binary for Windows on ARM64"
expect "an answer that is missing" 1 broken yes yes Linux-X64 "HTTP 503"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
