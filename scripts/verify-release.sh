#!/usr/bin/env bash
# Verifies the files of a release: checksums, signature, provenance, and that a rebuild has the same bytes.
#
# usage: scripts/verify-release.sh [--no-rebuild] [--key KEY.pub] [--source REPOSITORY] TAG [FOLDER]
#
# FOLDER (default: the current one) has the files that were downloaded, with SHA256SUMS and SHA256SUMS.bundle. Every check is
# named with its result. A check that cannot be made is named too.
#   exit 0  all checks were made, and all are right
#   exit 1  a check failed: do not use the files
#   exit 2  a check could not be made
# --no-rebuild leaves the rebuild out, which takes minutes and needs git, make and rustup. It then counts as left out by you.
# --key verifies with a key of your own, for files that you signed again. --source is the repository that is built.
set -uo pipefail

repository=podnetworking-policy/podnetworking-policy
workflow=$repository/.github/workflows/build.yml
source=https://github.com/$repository
key=
rebuild=true
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
    --no-rebuild) rebuild=false ;;
    --key) key=${2:?a key} && shift ;;
    --source) source=${2:?a repository} && shift ;;
    -*) echo "there is no option $1" >&2 && exit 2 ;;
    *) arguments+=("$1") ;;
    esac
    shift
done
tag=${arguments[0]-}
folder=${arguments[1]-.}
if ! [[ $tag =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
    echo "usage: scripts/verify-release.sh [--no-rebuild] [--key KEY.pub] [--source REPOSITORY] TAG [FOLDER]; TAG is, for example, v1.2.3" >&2
    exit 2
fi
case $key in "" | /*) ;; *) key=$PWD/$key ;; esac
case $source in *://* | /*) ;; *) source=$PWD/$source ;; esac
cd "$folder" || exit 2

failed=0
missing=0
right() { echo "right:       $*"; }
wrong() { echo "WRONG:       $*" && failed=1; }
not_made() { echo "NOT CHECKED: $*" && missing=1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The files that are here, besides what describes them.
files=()
for file in *; do
    case $file in
    SHA256SUMS | *.bundle | verify-release.sh) ;;
    *) [ ! -f "$file" ] || files+=("$file") ;;
    esac
done
if [ ${#files[@]} -eq 0 ]; then
    not_made "there is no file of a release in $folder"
fi

# 1. The checksums.
sum() { if command -v sha256sum >/dev/null; then sha256sum -- "$1"; else shasum -a 256 -- "$1"; fi | cut -d' ' -f1; }
if [ ! -f SHA256SUMS ]; then
    not_made "checksums: there is no SHA256SUMS here"
elif ! command -v sha256sum >/dev/null && ! command -v shasum >/dev/null; then
    not_made "checksums: neither sha256sum nor shasum is in the PATH"
else
    for file in ${files[@]+"${files[@]}"}; do
        listed=$(awk -v file="$file" '{name = $0; sub(/^[0-9a-f]+ [ *]/, "", name)} name == file {print $1}' SHA256SUMS)
        if [ -z "$listed" ]; then
            wrong "checksum of $file: SHA256SUMS does not list it"
        elif [ "$listed" = "$(sum "$file")" ]; then
            right "checksum of $file"
        else
            wrong "checksum of $file: it is not the one in SHA256SUMS"
        fi
    done
fi

# 2. The signature of the checksums: who made the list.
if ! command -v cosign >/dev/null; then
    not_made "signature: cosign is not in the PATH"
elif [ ! -f SHA256SUMS ] || [ ! -f SHA256SUMS.bundle ]; then
    not_made "signature: SHA256SUMS and SHA256SUMS.bundle are not both here"
else
    if [ -n "$key" ]; then
        # A key says itself who signed: no log is asked.
        identity=(--key "$key" --private-infrastructure)
        signer=$key
    else
        signer=https://github.com/$workflow@refs/tags/$tag
        identity=(--certificate-identity "$signer" --certificate-oidc-issuer https://token.actions.githubusercontent.com)
    fi
    if cosign verify-blob "${identity[@]}" --bundle SHA256SUMS.bundle SHA256SUMS >"$work/cosign" 2>&1; then
        right "signature of SHA256SUMS by $signer"
    else
        wrong "signature of SHA256SUMS: $(tail -n 1 "$work/cosign")"
    fi
fi

# 3. The provenance of each file: which workflow built it, from which commit.
if ! command -v gh >/dev/null; then
    not_made "provenance: gh is not in the PATH"
else
    for file in ${files[@]+"${files[@]}"}; do
        gh attestation verify "$file" --repo "$repository" --signer-workflow "$workflow" --source-ref "refs/tags/$tag" \
            >"$work/gh" 2>&1
        case $? in
        0) right "provenance of $file" ;;
        4) not_made "provenance of $file: gh has no token; run \`gh auth login\`, or set GH_TOKEN" ;;
        *) wrong "provenance of $file: $(tail -n 1 "$work/gh")" ;;
        esac
    done
fi

# 4. The modules, built again.
modules=(policy-plain.wasm:policy.wasm podnetworking.wasm:podnetworking.wasm podnetworking.extism.wasm:podnetworking.extism.wasm)
if [ "$rebuild" = false ]; then
    echo "left out:    rebuild (--no-rebuild)"
else
    wanted=()
    for module in "${modules[@]}"; do [ ! -f "${module%:*}" ] || wanted+=("$module"); done
    if [ ${#wanted[@]} -eq 0 ]; then
        not_made "rebuild: none of policy-plain.wasm, podnetworking.wasm and podnetworking.extism.wasm is here"
    elif ! command -v git >/dev/null || ! command -v make >/dev/null || ! command -v cargo >/dev/null; then
        not_made "rebuild: git, make and cargo are not all in the PATH"
    elif ! git clone --quiet --depth 1 --branch "$tag" "$source" "$work/source" 2>"$work/git"; then
        not_made "rebuild: cannot clone $tag of $source: $(tail -n 1 "$work/git")"
    else
        for module in "${wanted[@]}"; do
            file=${module%:*}
            module=${module#*:}
            if ! make --silent -C "$work/source" "$module" >"$work/make" 2>&1; then
                not_made "rebuild of $file: \`make $module\` failed: $(tail -n 1 "$work/make")"
            elif cmp -s "$work/source/$module" "$file"; then
                right "rebuild of $file: the same bytes"
            else
                wrong "rebuild of $file: other bytes"
            fi
        done
    fi
fi

[ $failed -eq 0 ] || { echo "A check failed: do not use these files." && exit 1; }
[ $missing -eq 0 ] || { echo "Not everything could be checked." && exit 2; }
echo "All checks are right."
