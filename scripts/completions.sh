#!/usr/bin/env bash
# Writes the man page and the completions of the command line, as they lie below a prefix such as /usr.
# usage: scripts/completions.sh BINARY PREFIX
set -euo pipefail
binary=${1:?usage: scripts/completions.sh BINARY PREFIX}
share=${2:?a prefix}/share
mkdir -p "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
"$binary" man >"$share/man/man1/podnetworking.1"
"$binary" completions bash >"$share/bash-completion/completions/podnetworking"
"$binary" completions zsh >"$share/zsh/site-functions/_podnetworking"
"$binary" completions fish >"$share/fish/vendor_completions.d/podnetworking.fish"
