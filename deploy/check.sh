#!/usr/bin/env bash
# Checks whether the cluster is ready: `deploy/check.sh` before anything is applied, `deploy/check.sh permissions` after
# `deploy/policy-server` was applied.
set -uo pipefail

KUBECTL=${KUBECTL:-kubectl}
failed=0

fail() {
  echo "missing $1" >&2
  echo "  fix: $2" >&2
  failed=1
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

can() {
  local user=system:serviceaccount:$1
  shift
  if [ "$("$KUBECTL" auth can-i "$@" --as "$user" 2>/dev/null)" = yes ]; then
    echo "found permission: $user can $*"
  else
    fail "permission: $user cannot $*" "kubectl apply -k deploy/policy-server"
  fi
}

case ${1:-crds} in
  crds)
    crd podnetworkings.network.alibabacloud.com v1beta1 \
      "install Terway, or the controller that your platform has for PodNetworkings; without the CRD every pod is denied"
    crd clusteradmissionpolicies.policies.kubewarden.io v1 "install Kubewarden: https://docs.kubewarden.io/quick-start"
    crd policyservers.policies.kubewarden.io v1 "install Kubewarden: https://docs.kubewarden.io/quick-start"
    ;;
  permissions)
    server=kubewarden:podnetworking-policy-server
    for verb in get list watch; do
      can "$server" "$verb" podnetworkings.network.alibabacloud.com
      can "$server" "$verb" namespaces
    done
    can "$server" create subjectaccessreviews.authorization.k8s.io
    can kubewarden:audit-scanner list podnetworkings.network.alibabacloud.com
    can kubewarden:audit-scanner list namespaces
    ;;
  *)
    echo "usage: $0 [crds|permissions]" >&2
    exit 2
    ;;
esac
exit $failed
