#!/usr/bin/env bash
# Installs podnetworking for the GitHub Action, in $RUNNER_TEMP/podnetworking/bin.
#
# The binary is the one of the release that the action's commit belongs to. It is used only if its provenance is verified.
# Where the commit has no release, it is compiled.
set -euo pipefail

repository=$ACTION_REPOSITORY
folder=$RUNNER_TEMP/podnetworking/bin
suffix=
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$ACTION_PATH/Cargo.toml")
tag=v$version

case $RUNNER_OS-$RUNNER_ARCH in
Linux-X64) target=x86_64-unknown-linux-musl ;;
Linux-ARM64) target=aarch64-unknown-linux-musl ;;
macOS-X64) target=x86_64-apple-darwin ;;
macOS-ARM64) target=aarch64-apple-darwin ;;
Windows-X64) target=x86_64-pc-windows-msvc suffix=.exe ;;
*) target= ;;
esac

build() {
    echo "$1: podnetworking is compiled, which takes some minutes"
    # Without the embedded wasm host it compiles faster.
    cargo install --locked --path "$ACTION_PATH/cli" --no-default-features --root "$RUNNER_TEMP/podnetworking"
    exit 0
}

# The commit of a branch, tag or commit; nothing if there is none. Other failures are failures.
commit_of() {
    local answer
    if answer=$(gh api "repos/$repository/commits/$1" --jq .sha 2>&1); then
        echo "$answer"
    elif [[ $answer != *"HTTP 404"* && $answer != *"HTTP 422"* ]]; then
        echo "::error::cannot find out whether podnetworking has a release for this commit: $answer" >&2
        return 1
    fi
}

# An action of the same repository has no ref.
[ -n "$ACTION_REF" ] || build "the action has no version"
released=$(commit_of "$tag")
[ -n "$released" ] || build "there is no release $tag"
own=$(commit_of "$ACTION_REF")
[ "$own" = "$released" ] || build "$ACTION_REF is not the release $tag"
[ -n "$target" ] || build "$tag has no binary for $RUNNER_OS on $RUNNER_ARCH"

file=podnetworking-$tag-$target$suffix
mkdir -p "$folder"
gh release download "$tag" --repo "$repository" --pattern "$file" --dir "$folder" --clobber
if ! gh attestation verify "$folder/$file" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/build.yml" --source-ref "refs/tags/$tag"; then
    rm -f "$folder/$file"
    echo "::error::the provenance of $file of $repository could not be verified, so it is not used" >&2
    exit 1
fi
mv "$folder/$file" "$folder/podnetworking$suffix"
chmod +x "$folder/podnetworking$suffix"
