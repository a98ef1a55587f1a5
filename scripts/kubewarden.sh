#!/usr/bin/env bash
# Kubewarden in a cluster for tries, for example of kind, and the policies of deploy/ on it:
#
#   scripts/kubewarden.sh install VERSION    install Kubewarden, for example 1.36.0 or 1.37.2
#   scripts/kubewarden.sh policies MODULE    install the policies in `protect`, with the module at this address
#   scripts/kubewarden.sh try                see that they deny, warn and mutate
#
# It needs kubectl and helm, and changes the cluster of the current context.
set -euo pipefail
cd "$(dirname "$0")/.."

NAMESPACE=kubewarden
CHARTS=https://charts.kubewarden.io

# The newest version of a chart whose app is VERSION.
chart() {
  local version
  version=$(helm search repo "kubewarden/$1" --versions --output json |
    jq --raw-output --arg app "v$2" '[.[] | select(.app_version == $app or "v" + .app_version == $app)][0].version // empty')
  [ -n "$version" ] || { echo "no chart $1 has Kubewarden $2" >&2; exit 1; }
  echo "$version"
}

install() {
  local version=$1
  helm repo add kubewarden "$CHARTS" --force-update
  helm repo update kubewarden
  # Since 1.37 there is one chart.
  if [ "$(printf '%s\n' 1.37.0 "$version" | sort --version-sort | head -1)" = 1.37.0 ]; then
    helm install admission-controller kubewarden/admission-controller --version "$(chart admission-controller "$version")" \
      --namespace "$NAMESPACE" --create-namespace --wait --timeout 5m
  else
    helm install kubewarden-crds kubewarden/kubewarden-crds --namespace "$NAMESPACE" --create-namespace --wait
    helm install kubewarden-controller kubewarden/kubewarden-controller \
      --version "$(chart kubewarden-controller "$version")" --namespace "$NAMESPACE" --wait --timeout 5m
  fi
}

policies() {
  local module=$1 folder version
  kubectl apply --server-side -f cluster/crds/podnetworkings.yaml
  version=$(kubectl get deployment -n "$NAMESPACE" -o jsonpath='{.items[*].spec.template.spec.containers[0].image}' |
    tr ' ' '\n' | grep -E '(/|-)controller:' | head -1)
  folder=$(mktemp -d -p .)
  trap 'rm -rf "$folder"' EXIT
  cat >"$folder/kustomization.yaml" <<KUSTOMIZATION
resources: [../deploy/overlays/protect/ack]
patches:
  - target: {kind: ClusterAdmissionPolicy}
    patch: |
      - {op: replace, path: /spec/module, value: "$module"}
  - target: {kind: PolicyServer}
    patch: |
      - {op: replace, path: /spec/image, value: "ghcr.io/kubewarden/adm-controller/policy-server:${version##*:}"}
      - {op: add, path: /spec/insecureSources, value: ["$(cut -d/ -f3 <<<"$module")"]}
KUSTOMIZATION
  deploy/check.sh crds
  deploy/check.sh version "$folder"
  kubectl apply -k "$folder"
  deploy/check.sh permissions "$folder"
  kubectl wait --timeout=5m --for=condition=PolicyActive \
    clusteradmissionpolicy/podnetworking-mutating clusteradmissionpolicy/podnetworking-validating
}

# expect TEXT COMMAND...: the output of the command contains the text.
expect() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) || true
  grep --quiet --fixed-strings "$text" <<<"$output" || { echo "no \"$text\" in: $output" >&2; exit 1; }
  echo "found: $text"
}

try() {
  local example=examples/8-terway-multi-zone
  kubectl apply -f "$example/cluster.yaml"
  kubectl patch podnetworking multi-zone --subresource=status --type=merge -p \
    '{"status":{"status":"Ready","vSwitches":[{"id":"vsw-aaa","zone":"cn-hangzhou-i"},{"id":"vsw-bbb","zone":"cn-hangzhou-j"}]}}'
  # The policy server sees it a moment later.
  sleep 2
  expect 'k8s.aliyun.com/pod-networking: multi-zone' kubectl create --dry-run=server -o yaml -f "$example/manifests.yaml"
  expect 'cn-hangzhou-j' kubectl create --dry-run=server -o yaml -f "$example/manifests.yaml"
  sed 's/name: multi-zone/name: second/' "$example/cluster.yaml" >second.yaml
  expect '[overlap]' kubectl apply --dry-run=server -f second.yaml
  rm second.yaml
}

case ${1:-} in
  install | policies) [ $# = 2 ] || { sed -n 's/^# \{0,1\}//p' "$0" | sed -n 2,8p >&2; exit 2; }; "$1" "$2" ;;
  try) try ;;
  *) sed -n 's/^# \{0,1\}//p' "$0" | sed -n 2,8p >&2; exit 2 ;;
esac
