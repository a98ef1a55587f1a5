#!/usr/bin/env bash
# Is the cluster ready? `deploy/check.sh` before anything is applied, `deploy/check.sh grants` after policy-server/ was.
set -uo pipefail

KUBECTL=${KUBECTL:-kubectl}
failed=0

fail() {
  echo "missing: $1" >&2
  echo "         $2" >&2
  failed=1
}

crd() {
  local served
  served=$("$KUBECTL" get crd "$1" -o jsonpath='{.spec.versions[?(@.served==true)].name}' 2>/dev/null)
  if [[ " $served " == *" $2 "* ]]; then
    echo "found:   $1, $2"
  else
    fail "$1, $2" "$3"
  fi
}

may() {
  local user=system:serviceaccount:$1
  shift
  if [ "$("$KUBECTL" auth can-i "$@" --as "$user" 2>/dev/null)" = yes ]; then
    echo "granted: $user may $*"
  else
    fail "$user may $*" "apply deploy/policy-server"
  fi
}

case ${1:-crds} in
  crds)
    crd podnetworkings.network.alibabacloud.com v1beta1 \
      "install Terway, or the controller that your platform has for PodNetworkings; without the CRD every pod would be refused"
    crd clusteradmissionpolicies.policies.kubewarden.io v1 "install Kubewarden: https://docs.kubewarden.io/quick-start"
    crd policyservers.policies.kubewarden.io v1 "install Kubewarden: https://docs.kubewarden.io/quick-start"
    ;;
  grants)
    server=kubewarden:podnetworking-policy-server
    for verb in get list watch; do
      may "$server" "$verb" podnetworkings.network.alibabacloud.com
      may "$server" "$verb" namespaces
    done
    may "$server" create subjectaccessreviews.authorization.k8s.io
    may kubewarden:audit-scanner list podnetworkings.network.alibabacloud.com
    may kubewarden:audit-scanner list namespaces
    ;;
  *)
    echo "usage: $0 [crds|grants]" >&2
    exit 2
    ;;
esac
exit $failed
