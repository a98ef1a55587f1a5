#!/usr/bin/env bats
# One test for every rule, named by its id: check-rules.sh fails where one is missing.

load helpers

@test "malformed-object: all wrong types are named at once, with 422" {
  judge malformed-object
  denied '[malformed-object] PodNetworking `example`: `spec.selector.podSelector.matchLabels[foo]`' '[malformed-object] PodNetworking `example`: `spec.vSwitchOptions`'
  [ "$(part code)" = 422 ]
}

@test "unknown-field: a misspelt namespaceSelector is denied, and the right name given" {
  judge unknown-field
  denied '[unknown-field]' '`spec.selector.namesapceSelector`' '`spec.selector.namespaceSelector`'
}

@test "facts-unavailable: without the CRD a pod is denied, with what to grant" {
  judge facts-unavailable
  denied '[facts-unavailable]' 'podnetworkings.network.alibabacloud.com'
}

@test "selector-invalid: an operator that Kubernetes does not know is denied" {
  judge selector-invalid
  denied '[selector-invalid]' '`in`' '`NotIn`'
}

@test "selector-missing: a PodNetworking without selectors is warned about" {
  judge selector-missing
  warned '[selector-missing]' 'podSelector'
}

@test "selector-matches-all: an empty selector is warned about" {
  judge selector-matches-all
  warned '[selector-matches-all]' '`spec.selector.podSelector`'
}

@test "selector-unsatisfiable: requirements that contradict are named" {
  judge selector-unsatisfiable
  warned '[selector-unsatisfiable]' '`foo In [bar]`' '`foo NotIn [bar]`'
}

@test "overlap: a second PodNetworking for the same pods is denied, with a witness" {
  judge overlap
  denied '[overlap]' '`first`' '`app=web`' '`foo=bar`' '`default`'
}

@test "latent-overlap: an overlap in a namespace to come is warned about" {
  judge latent-overlap
  warned '[latent-overlap]' '`first`' '`stage=prod`' '`team=a`'
}

@test "allocation-type: a type copied from a document is denied" {
  judge allocation-type
  denied '[allocation-type]' '`Elastic/Fixed`'
}

@test "fixed-unsupported: Fixed is warned about on ack-serverless" {
  judge fixed-unsupported
  warned '[fixed-unsupported]' '`Fixed`' '`ack-serverless`'
}

@test "release-settings: a release strategy with Fixed is denied on ack-serverless" {
  judge release-settings
  denied '[release-settings]' '`spec.allocationType.releaseAfter`' '`spec.allocationType.releaseStrategy`'
}

@test "security-groups: an id that is no id is denied" {
  judge security-groups
  denied '[security-groups]' '`<sg-id>`'
}

@test "security-group-ignored: the groups after the first are warned about" {
  judge security-group-ignored
  warned '[security-group-ignored]' '`sg-bp1`' '`sg-bp2`'
}

@test "vswitches: an id that is no id is denied" {
  judge vswitches
  denied '[vswitches]' '`vsw_bp1`'
}

@test "vpc-mismatch: a security group of another VPC is denied" {
  judge vpc-mismatch
  denied '[vpc-mismatch]' '`sg-bp2`' '`vpc-1`' '`vpc-2`'
}

@test "security-group-types: basic and enterprise groups together are denied" {
  judge security-group-types
  denied '[security-group-types]' '`sg-bp1`' '`sg-bp2`' 'enterprise'
}

@test "vswitch-zone: a vSwitch of an unknown zone is warned about" {
  judge vswitch-zone
  warned '[vswitch-zone]' '`vsw-bp2`'
}

@test "vswitch-capacity: more replicas than idle addresses are warned about" {
  judge vswitch-capacity
  warned '[vswitch-capacity]' '`example`' '`spec.replicas`'
}

@test "eni-options: an option that the platform does not support is warned about" {
  judge eni-options
  warned '[eni-options]' '`Trunk`' '`spec.eniOptions.eniType`'
}

@test "ambiguous-pod: a pod that two PodNetworkings select is denied, with both names and requirements" {
  judge ambiguous-pod
  denied '[ambiguous-pod]' '`first`' '`foo In [bar]`' '`second`' '`app In [web]`'
  has audit '"rules":"ambiguous-pod"'
  lacks patch
}

@test "zone-conflict: a pod pinned to a zone without a vSwitch is denied, with both zones" {
  judge zone-conflict
  denied '[zone-conflict]' '`cn-hangzhou-h`' '`cn-hangzhou-k`' 'spec.nodeSelector[topology.kubernetes.io/zone]'
}

@test "zone-unconstrained: a pod that can leave the zones of its PodNetworking is denied where the rule is on" {
  judge zone-unconstrained
  denied '[zone-unconstrained]' '`cn-hangzhou-h`' '`default/pod`'
}

@test "podnetworking-not-ready: on ack a pod of a PodNetworking that is not ready is denied" {
  judge podnetworking-not-ready
  denied '[podnetworking-not-ready]' '`example`' '`Ready`'
}

@test "annotation-mismatch: an annotation that names another PodNetworking is denied" {
  judge annotation-mismatch
  denied '[annotation-mismatch]' '`other`' '`example`'
}

@test "selection-override: an ECI annotation on a selected pod is denied" {
  judge selection-override
  denied '[selection-override]' 'k8s.aliyun.com/eci-vswitch' '`example`'
}

@test "network-request: a request for a PodNetworking that does not exist is denied" {
  judge network-request
  denied '[network-request]' '`exmaple`'
}

@test "host-network: a selected pod on the host's network is warned about and left as it is" {
  judge host-network
  warned '[host-network]' '`spec.hostNetwork`'
  lacks patch
}

@test "fixed-name: a pod that does not keep its name gets a warning that Fixed does not select it" {
  judge fixed-name
  warned '[fixed-name]' '`example`' '`Fixed`'
}

@test "pinned-annotation: the recorded PodNetworking of a pod cannot be changed" {
  judge pinned-annotation
  denied '[pinned-annotation]' '`first`' '`second`'
}

@test "template-labels: a template without the labels of its workload is warned about" {
  judge template-labels
  warned '[template-labels]' '`app In [web]`'
}

@test "namespace-unknown: in a cluster, a namespace that is not there is no warning but a missing fact" {
  judge namespace-unknown
  denied '[facts-unavailable]' "'shop'"
}

@test "ambiguous-namespace: a namespace that makes an overlap real is denied" {
  judge ambiguous-namespace
  denied '[ambiguous-namespace]' '`first`' '`second`'
}

@test "namespace-override: the label that switches the webhook off is warned about on ack" {
  judge namespace-override
  warned '[namespace-override]' 'k8s.aliyun.com/pod-eni'
}
