# What the tests share: `judge` runs a case of data/ through kwctl, the others look at the answer.

POLICY=${POLICY:-annotated-policy.wasm}
KWCTL=${KWCTL:-kwctl}
DATA=$BATS_TEST_DIRNAME/data

# judge CASE [FLAG...]: the policy's answer to the request of the case, as JSON in $answer.
# The cluster of the case is lent by replaying its session; flags replace that.
judge() {
  local case=$DATA/$1
  shift
  local flags=("$@")
  if [ $# -eq 0 ] && [ -f "$case/session.yml" ]; then
    flags=(--allow-context-aware --replay-host-capabilities-interactions "$case/session.yml")
  fi
  if [ -f "$case/settings.json" ]; then
    flags+=(--settings-path "$case/settings.json")
  fi
  answer=$("$KWCTL" run "$POLICY" --request-path "$case/request.json" "${flags[@]}" 2>"$BATS_TEST_TMPDIR/stderr") || {
    cat "$BATS_TEST_TMPDIR/stderr"
    return 1
  }
  echo "$answer"
}

# The message of a denial, the warnings, the audit annotations and the decoded patch.
part() {
  case $1 in
    message) sed -n 's/.*"status":{"message":"\(.*\)","code":.*/\1/p' <<<"$answer" ;;
    code) sed -n 's/.*"code":\([0-9]*\)}.*/\1/p' <<<"$answer" ;;
    warnings) sed -n 's/.*"warnings":\(\[.*\]\)}$/\1/p' <<<"$answer" ;;
    audit) sed -n 's/.*"auditAnnotations":{\([^}]*\)}.*/\1/p' <<<"$answer" ;;
    patch) sed -n 's/.*"patch":"\([^"]*\)".*/\1/p' <<<"$answer" | base64 -d ;;
  esac
}

# has PART TEXT...: the part contains each text.
has() {
  local found text
  found=$(part "$1")
  for text in "${@:2}"; do
    if [[ $found != *"$text"* ]]; then
      echo "the $1 lacks: $text"
      echo "it is: $found"
      return 1
    fi
  done
}

# lacks PART: there is no such part.
lacks() {
  [ -z "$(part "$1")" ] || {
    echo "there is a $1: $(part "$1")"
    return 1
  }
}

accepted() {
  [[ $answer == *'"allowed":true'* ]] || {
    echo "not accepted: $answer"
    return 1
  }
}

# denied TEXT...: refused, with each text in the message.
denied() {
  [[ $answer == *'"allowed":false'* ]] || {
    echo "not denied: $answer"
    return 1
  }
  has message "$@"
}

# warned TEXT...: accepted, with each text in the warnings.
warned() {
  accepted && has warnings "$@"
}
