#!/usr/bin/env bats
# The policies of deploy/ as they are deployed, with the module built here.

load helpers

ROOT=$BATS_TEST_DIRNAME/..

# deployed POLICY CASE [SED...]: the answer of a policy of deploy/ to the request of a case, whose settings are that policy's.
deployed() {
  local manifest=$BATS_TEST_TMPDIR/policy.yaml case=$DATA/$2
  sed "s#^  module: .*#  module: file://$(realpath "$POLICY")#" "$ROOT/deploy/$1" | sed "${3:-}" >"$manifest"
  answer=$("$KWCTL" run "$manifest" --request-path "$case/request.json" \
    --replay-host-capabilities-interactions "$case/session.yml" 2>"$BATS_TEST_TMPDIR/stderr") || {
    cat "$BATS_TEST_TMPDIR/stderr"
    return 1
  }
  echo "$answer"
}

@test "deploy: the mutating policy asks for its grants, then annotates and constrains a pod" {
  [ "$(grep -c KubernetesCanI "$DATA/deploy-mutating/session.yml")" -ge 1 ]
  deployed policies/mutating.yaml deploy-mutating
  accepted
  has patch '"k8s.aliyun.com/pod-networking":"example"' '"values":["cn-hangzhou-h","cn-hangzhou-i"]'
}

@test "deploy: the validating policy accepts what the mutating one makes, and changes nothing" {
  deployed policies/validating.yaml deploy-validating
  accepted
  lacks patch
  lacks warnings
}

@test "deploy: on ack the validating policy accepts what Terway's webhook adds to that" {
  deployed policies/validating.yaml deploy-terway 's/platform: ack-serverless/platform: ack/'
  accepted
  lacks patch
  lacks warnings
}

# A kubectl that knows the CRDs and answers no to what is forbidden.
stub() {
  cat >"$BATS_TEST_TMPDIR/kubectl" <<STUB
#!/bin/sh
case "\$1 \$2" in
  "get crd") [ "\$3" = "$1" ] && exit 1; echo v1alpha2 v1 v1beta1 ;;
  "auth can-i") [ "\$3 \$4" = "$2" ] && { echo no; exit 1; }; echo yes ;;
esac
STUB
  chmod +x "$BATS_TEST_TMPDIR/kubectl"
}

@test "deploy: the check passes on a cluster that has everything" {
  stub none none
  KUBECTL=$BATS_TEST_TMPDIR/kubectl run "$ROOT/deploy/check.sh"
  [ "$status" -eq 0 ]
  KUBECTL=$BATS_TEST_TMPDIR/kubectl run "$ROOT/deploy/check.sh" permissions
  [ "$status" -eq 0 ]
}

@test "deploy: the check names the missing CRD and the missing permission" {
  stub podnetworkings.network.alibabacloud.com 'list podnetworkings.network.alibabacloud.com'
  KUBECTL=$BATS_TEST_TMPDIR/kubectl run "$ROOT/deploy/check.sh"
  [ "$status" -eq 1 ]
  [[ $output == *'missing CRD: podnetworkings.network.alibabacloud.com, v1beta1'* ]]
  KUBECTL=$BATS_TEST_TMPDIR/kubectl run "$ROOT/deploy/check.sh" permissions
  [ "$status" -eq 1 ]
  [[ $output == *'missing permission: system:serviceaccount:kubewarden:podnetworking-policy-server cannot list podnetworkings'* ]]
  [[ $output == *'missing permission: system:serviceaccount:kubewarden:audit-scanner cannot list podnetworkings'* ]]
}
