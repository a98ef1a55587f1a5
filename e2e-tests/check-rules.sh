#!/usr/bin/env bash
# Fails where a rule of the catalogue has no end-to-end test, or where a test names a rule that is gone.
set -euo pipefail
cd "$(dirname "$0")/.."

rules=$(sed -n '/^catalogue! {/,/^}/s/^    \([a-z_]*\),$/\1/p' src/rules/mod.rs | tr _ - | sort)
tests=$(sed -n 's/^@test "\([a-z-]*\): .*/\1/p' e2e-tests/rules.bats | sort)
[ -n "$rules" ] || { echo "no rule found in src/rules/mod.rs" >&2; exit 1; }

if ! diff <(echo "$rules") <(echo "$tests") >&2; then
  echo "e2e-tests/rules.bats must hold one test for every rule: < is a rule without test, > a test without rule" >&2
  exit 1
fi
echo "$(wc -l <<<"$rules") rules, each with an end-to-end test"
