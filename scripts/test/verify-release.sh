#!/usr/bin/env bash
# Tests scripts/verify-release.sh with files, a key and a repository that are made here. `gh` is a stand-in. Where cosign
# is not in the PATH, the signature is tested with a stand-in too, and that is said.
set -euo pipefail
script=$(cd "$(dirname "$0")/.." && pwd)/verify-release.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# What is in the PATH: the tools that are meant, and nothing else of those that the script looks for.
tools=$work/tools
mkdir -p "$tools"
for tool in bash awk cat cmp cp cut dirname git grep make mktemp mv printf realpath rm sha256sum tail env sh; do
    path=$(command -v "$tool") && [ -x "$path" ] && ln -sf "$path" "$tools/$tool"
done
printf '#!/bin/sh\n' >"$tools/cargo"
# Each file that ends in .forged has no attestation; without a token nothing is known.
cat >"$work/gh" <<'GH'
#!/bin/sh
[ "$1 $2" = "attestation verify" ] || exit 1
case "$*" in *"--repo podnetworking-policy/podnetworking-policy --signer-workflow podnetworking-policy/podnetworking-policy/.github/workflows/build.yml --source-ref refs/tags/v1.2.3"*) ;; *) echo "wrong arguments: $*" >&2; exit 1 ;; esac
[ -n "$GH_TOKEN" ] || { echo "no token" >&2; exit 4; }
case "$3" in *forged*) echo "no attestation found" >&2; exit 1 ;; esac
GH
if command -v cosign >/dev/null; then
    cosign=$(command -v cosign)
    sign() { (cd "$1" && COSIGN_PASSWORD='' cosign sign-blob --yes --key "$work/cosign.key" --use-signing-config=false --tlog-upload=false --bundle SHA256SUMS.bundle SHA256SUMS) >/dev/null 2>&1; }
    (cd "$work" && COSIGN_PASSWORD='' cosign generate-key-pair) >/dev/null 2>&1
else
    echo "cosign is not in the PATH: a stand-in verifies the signature"
    cosign=$work/cosign
    sign() { sha256sum <"$1/SHA256SUMS" >"$1/SHA256SUMS.bundle"; }
    touch "$work/cosign.pub"
    printf '#!/bin/sh\nsha256sum <SHA256SUMS | cmp -s - SHA256SUMS.bundle || { echo "invalid signature" >&2; exit 1; }\n' >"$cosign"
    chmod +x "$cosign"
fi
chmod +x "$work/gh"

# The repository of the release.
repository=$work/repository
git init --quiet "$repository"
printf 'policy.wasm:\n\tprintf policy >policy.wasm\npodnetworking.wasm:\n\tprintf command >podnetworking.wasm\npodnetworking.extism.wasm:\n\tprintf plugin >podnetworking.extism.wasm\n' >"$repository/Makefile"
git -C "$repository" add Makefile
git -C "$repository" -c user.name=a -c user.email=a@example.com commit --quiet --message one
git -C "$repository" tag v1.2.3

# A folder with the files of a release.
release() { # FOLDER
    mkdir -p "$1"
    printf policy >"$1/policy-plain.wasm"
    printf command >"$1/podnetworking.wasm"
    printf plugin >"$1/podnetworking.extism.wasm"
    printf binary >"$1/podnetworking-v1.2.3-x86_64-unknown-linux-musl"
    (cd "$1" && sha256sum -- * >SHA256SUMS)
    sign "$1"
}

# Runs the script with these tools in the PATH and compares the exit status and one line.
expect() { # NAME STATUS LINE TOOLS ARGUMENT...
    local name=$1 status=$2 line=$3 wanted=$4 output found=0
    shift 4
    local path=$work/path
    rm -rf "$path"
    cp -R "$tools" "$path"
    [[ $wanted != *gh* ]] || ln -s "$work/gh" "$path/gh"
    [[ $wanted != *cosign* ]] || ln -s "$cosign" "$path/cosign"
    [[ $wanted != *nomake* ]] || rm "$path/make"
    local token=token
    [[ $wanted != *notoken* ]] || token=
    output=$(env -i PATH="$path" HOME="$work" GH_TOKEN=$token bash "$script" "$@" 2>&1) || found=$?
    if [ "$found" = "$status" ] && grep -qF -- "$line" <<<"$output"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: exit status %s, expected %s with the line: %s\n%s\n' "$name" "$found" "$status" "$line" "$output" >&2
    fi
}

all=(--key "$work/cosign.pub" --source "$repository" v1.2.3)
release "$work/good"
expect "all is right" 0 "All checks are right." "gh cosign" "${all[@]}" "$work/good"
expect "the signature is checked" 0 "right:       signature of SHA256SUMS" "gh cosign" "${all[@]}" "$work/good"
expect "the rebuild is made" 0 "right:       rebuild of policy-plain.wasm" "gh cosign" "${all[@]}" "$work/good"
expect "the plug-in is rebuilt" 0 "right:       rebuild of podnetworking.extism.wasm" "gh cosign" "${all[@]}" "$work/good"
expect "no rebuild" 0 "left out:    rebuild" "gh cosign" --no-rebuild "${all[@]}" "$work/good"

# What cannot be checked is named, and the exit status is not 0.
expect "no cosign" 2 "NOT CHECKED: signature: cosign is not in the PATH" "gh" "${all[@]}" "$work/good"
expect "no gh" 2 "NOT CHECKED: provenance: gh is not in the PATH" "cosign" "${all[@]}" "$work/good"
expect "no token" 2 "gh has no token" "gh cosign notoken" "${all[@]}" "$work/good"
expect "no make" 2 "NOT CHECKED: rebuild: git, make and cargo" "gh cosign nomake" "${all[@]}" "$work/good"
expect "no repository" 2 "NOT CHECKED: rebuild: cannot clone" "gh cosign" --key "$work/cosign.pub" --source "$work/nowhere" v1.2.3 "$work/good"
expect "no tag" 2 "usage:" "gh cosign" main "$work/good"
mkdir "$work/empty"
expect "no file" 2 "there is no file of a release" "gh cosign" "${all[@]}" "$work/empty"
cp -R "$work/good" "$work/unsigned" && rm "$work/unsigned/SHA256SUMS.bundle"
expect "no bundle" 2 "NOT CHECKED: signature: SHA256SUMS and SHA256SUMS.bundle" "gh cosign" "${all[@]}" "$work/unsigned"
cp -R "$work/good" "$work/unlisted" && rm "$work/unlisted/SHA256SUMS"
expect "no checksums" 2 "NOT CHECKED: checksums" "gh cosign" "${all[@]}" "$work/unlisted"

# What is wrong is named, and wins over what cannot be checked.
cp -R "$work/good" "$work/changed" && printf x >>"$work/changed/podnetworking-v1.2.3-x86_64-unknown-linux-musl"
expect "a changed file" 1 "WRONG:       checksum of podnetworking-v1.2.3-x86_64" "gh cosign" "${all[@]}" "$work/changed"
expect "a changed file, no gh" 1 "A check failed" "cosign" "${all[@]}" "$work/changed"
cp -R "$work/good" "$work/added" && printf x >"$work/added/new"
expect "a file that is not listed" 1 "WRONG:       checksum of new: SHA256SUMS does not list it" "gh cosign" "${all[@]}" "$work/added"
cp -R "$work/changed" "$work/resummed"
(cd "$work/resummed" && sha256sum podnetworking* policy* >SHA256SUMS)
expect "checksums of somebody else" 1 "WRONG:       signature of SHA256SUMS" "gh cosign" "${all[@]}" "$work/resummed"
mkdir "$work/forged" && printf x >"$work/forged/forged" && (cd "$work/forged" && sha256sum -- * >SHA256SUMS) && sign "$work/forged"
expect "no attestation" 1 "WRONG:       provenance of forged: no attestation found" "gh cosign" "${all[@]}" "$work/forged"
mkdir "$work/other" && printf other >"$work/other/policy-plain.wasm" && (cd "$work/other" && sha256sum -- * >SHA256SUMS) && sign "$work/other"
expect "other bytes" 1 "WRONG:       rebuild of policy-plain.wasm: other bytes" "gh cosign" "${all[@]}" "$work/other"

mkdir "$work/plugin" && printf other >"$work/plugin/podnetworking.extism.wasm" && (cd "$work/plugin" && sha256sum -- * >SHA256SUMS) && sign "$work/plugin"
expect "other bytes of the plug-in" 1 "WRONG:       rebuild of podnetworking.extism.wasm: other bytes" "gh cosign" "${all[@]}" "$work/plugin"
mkdir "$work/native" && printf binary >"$work/native/podnetworking-v1.2.3-x86_64-unknown-linux-musl" && (cd "$work/native" && sha256sum -- * >SHA256SUMS) && sign "$work/native"
expect "no module" 2 "NOT CHECKED: rebuild: none of policy-plain.wasm" "gh cosign" "${all[@]}" "$work/native"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
