#!/usr/bin/env bash
# Checks whether the cluster is ready for a kustomization of these policies:
#
#   deploy/check.sh crds                         the CRDs, before anything is applied
#   deploy/check.sh version [KUSTOMIZATION]      the policy server has the version of your Kubewarden
#   deploy/check.sh permissions [KUSTOMIZATION]  the permissions, after the kustomization was applied
#
# Without KUSTOMIZATION it is deploy/policy-server.
set -uo pipefail

KUBECTL=${KUBECTL:-kubectl}
kustomization=${2:-$(dirname "$0")/policy-server}
failed=0

fail() {
  echo "missing $1" >&2
  echo "  fix: $2" >&2
  failed=1
}

# What the kustomization makes: a field of the first object of this kind, by the path that it has in the sorted output.
rendered() {
  awk -v kind="$1" -v field="$2" '
    /^---/ {found = ""}
    /^kind: / {found = $2}
    found == kind && index($0, field ": ") == 1 {print $2; exit}' <<<"$manifests"
}

render() {
  manifests=$("$KUBECTL" kustomize "$kustomization") || exit 2
  account=$(rendered ServiceAccount "  name")
  namespace=$(rendered ServiceAccount "  namespace")
  image=$(rendered PolicyServer "  image")
  [ -n "$account" ] && [ -n "$namespace" ] && [ -n "$image" ] || {
    echo "$kustomization has no ServiceAccount and PolicyServer" >&2
    exit 2
  }
}

crd() {
  local served
  served=$("$KUBECTL" get crd "$1" -o jsonpath='{.spec.versions[?(@.served==true)].name}' 2>/dev/null)
  if [[ " $served " == *" $2 "* ]]; then
    echo "found CRD: $1, $2"
  else
    fail "CRD: $1, $2" "$3"
  fi
}

version() {
  local controller running
  # The first is the name since Kubewarden 1.37, the other the name up to 1.36.
  for controller in admission-controller kubewarden-controller; do
    running=$("$KUBECTL" get deployment -n "$namespace" "$controller" -o jsonpath='{.spec.template.spec.containers[0].image}' 2>/dev/null) && break
  done
  if [ -z "$running" ]; then
    fail "Kubewarden: no Deployment admission-controller or kubewarden-controller in the namespace $namespace" \
      "is it in another namespace? With Rancher add components/rancher to the kustomization"
  elif [ "${running##*:}" = "${image##*:}" ]; then
    echo "found Kubewarden: ${running##*:}, and the policy server has this version"
  else
    fail "version: Kubewarden is ${running##*:}, the policy server is ${image##*:}" \
      "set spec.image of the PolicyServer to ${image%:*}:${running##*:}"
  fi
}

can() {
  local user=system:serviceaccount:$1
  shift
  if [ "$("$KUBECTL" auth can-i "$@" --as "$user" 2>/dev/null)" = yes ]; then
    echo "found permission: $user can $*"
  else
    fail "permission: $user cannot $*" "kubectl apply -k $kustomization"
  fi
}

case ${1:-crds} in
  crds)
    crd podnetworkings.network.alibabacloud.com v1beta1 \
      "install Terway, or the controller that your platform has for PodNetworkings; without the CRD every pod is denied"
    crd clusteradmissionpolicies.policies.kubewarden.io v1 "install Kubewarden: https://docs.kubewarden.io/quick-start"
    crd policyservers.policies.kubewarden.io v1 "install Kubewarden: https://docs.kubewarden.io/quick-start"
    ;;
  version)
    render
    version
    ;;
  permissions)
    render
    server=$namespace:$account
    for verb in get list watch; do
      can "$server" "$verb" podnetworkings.network.alibabacloud.com
      can "$server" "$verb" namespaces
    done
    can "$server" create subjectaccessreviews.authorization.k8s.io
    can "$namespace:audit-scanner" list podnetworkings.network.alibabacloud.com
    can "$namespace:audit-scanner" list namespaces
    ;;
  *)
    echo "usage: $0 [crds|version|permissions] [KUSTOMIZATION]" >&2
    exit 2
    ;;
esac
exit $failed
