#!/usr/bin/env bats
# What holds for all rules: acceptance, mutations, settings, audits, and hosts that lend nothing.

load helpers

@test "every rule has an end-to-end test" {
  "$BATS_TEST_DIRNAME/check-rules.sh"
}

@test "the module says what it needs of its host" {
  run "$KWCTL" inspect --output yaml "$POLICY"
  [ "$status" -eq 0 ]
  for text in 'kind: PodNetworking' 'kind: Namespace' kubernetes/can_i kubernetes/get_resource kubernetes/list_resources_all; do
    [[ $output == *"$text"* ]] || {
      echo "$text is not in: $output"
      return 1
    }
  done
}

@test "accept: a pod that no PodNetworking selects is accepted untouched" {
  judge accept-unselected
  accepted
  lacks patch
  lacks warnings
}

@test "accept: a pod of an exempt namespace is accepted without a host call" {
  [ ! -f "$DATA/accept-exempt/session.yml" ]
  judge accept-exempt
  accepted
  lacks patch
}

@test "accept: what is deleted or being deleted is accepted without a host call" {
  for case in accept-delete accept-deleting; do
    [ ! -f "$DATA/$case/session.yml" ]
    judge "$case"
    accepted
  done
}

@test "mutate: a selected pod gets both annotations, and the zones where they are not implied" {
  judge mutate-pod
  accepted
  has patch '"k8s.aliyun.com/pod-eni":"true"' '"k8s.aliyun.com/pod-networking":"example"' \
    'nodeSelectorTerms/0/matchExpressions/1' '"values":["cn-hangzhou-h","cn-hangzhou-i"]'
  [[ $(part patch) != *nodeSelectorTerms/1* ]]
  [[ $(part patch) != *fieldOfTomorrow* ]]
  has audit '"podnetworking":"example"'
}

@test "mutate: applied again it changes nothing" {
  judge mutate-again
  accepted
  lacks patch
}

@test "mutate: a PodNetworking gets its defaults, and repeated ids go" {
  judge mutate-defaults
  accepted
  has patch '"type":"Elastic"' '"sg-bp1"' '{"op":"remove","path":"/spec/vSwitchOptions/1"}'
}

@test "mutate: nothing is sent where all mutations are off" {
  judge mutate-off
  accepted
  lacks patch
  has audit '"podnetworking":"example"'
}

@test "ratchet: a finding that the old object had is a warning" {
  judge ratchet
  warned '[ambiguous-pod]' 'denies new pods'
}

@test "workload: the template of a CronJob is judged" {
  judge workload-cronjob
  denied '[ambiguous-pod]' '`spec.jobTemplate.spec.template.metadata.labels`' '`foo=bar`'
}

@test "workload: the template of a kind that Kubernetes does not have is judged" {
  judge workload-cloneset
  denied '[ambiguous-pod]' '`spec.template.metadata.labels`' '`foo=bar`'
}

@test "terway: a pod as Terway's webhook leaves it passes the validating policy" {
  judge after-terway
  accepted
  lacks patch
  lacks warnings
}

@test "audit: a PodNetworking that is in the cluster does not overlap itself" {
  judge audit-podnetworking
  accepted
  lacks warnings
}

@test "audit: two PodNetworkings that are in the cluster overlap" {
  judge audit-overlap
  denied '[overlap]' '`other`'
}

@test "audit: the kind is read from the request without requestResource" {
  judge audit-pod
  denied '[ambiguous-pod]'
  judge audit-deployment
  denied '[ambiguous-pod]' '`spec.template.metadata.labels`' '`foo=bar`'
  judge audit-namespace
  denied '[ambiguous-namespace]'
}

@test "unavailable: without access to the cluster what needs a fact is denied" {
  judge ambiguous-pod --allowed-host-capabilities '*'
  denied '[facts-unavailable]' 'not been granted access'
}

@test "unavailable: without access to the cluster the host's own pods start" {
  judge host-network --allowed-host-capabilities '*'
  warned '[facts-unavailable]'
}

@test "unavailable: without access to the cluster what needs no fact is judged" {
  judge pinned-annotation --allowed-host-capabilities '*'
  denied '[pinned-annotation]'
}

@test "preflight: with the grants it asks first, and decides as ever" {
  [ "$(grep -c KubernetesCanI "$DATA/preflight-granted/session.yml")" = 2 ]
  judge preflight-granted
  accepted
  has patch '"k8s.aliyun.com/pod-networking":"example"'
}

@test "preflight: without the grant to list it denies at once, and lists nothing" {
  [ "$(grep -c KubernetesListResourceAll "$DATA/preflight-denied/session.yml")" = 0 ]
  # What is granted to the groups of the service account counts, too.
  grep -q 'system:serviceaccounts:kubewarden' "$DATA/preflight-denied/session.yml"
  judge preflight-denied
  denied '[facts-unavailable]' 'system:serviceaccount:kubewarden:podnetworking-policy-server' 'podnetworkings'
}

@test "preflight: without the grant to get namespaces it denies at once" {
  judge preflight-namespace-denied
  denied '[facts-unavailable]' '`policy-server`' '`namespaces`'
}

# settings JSON: runs a request that needs no fact with these settings.
settings() {
  run "$KWCTL" run "$POLICY" --request-path "$DATA/accept-exempt/request.json" --settings-json "$1"
}

@test "settings: none, and all of them, are valid" {
  settings '{}'
  [ "$status" -eq 0 ]
  settings '{"platform": "ack", "rules": {"latent-overlap": "deny", "overlap": "warn", "vswitch-zone": "off"},
    "mutations": {"zone-affinity": false}, "exemptNamespaces": ["kube-system"], "fixedNameKinds": ["CloneSet"],
    "defaults": {"securityGroupIDs": ["sg-bp1"], "vSwitchOptions": ["vsw-bp1"]},
    "preflight": {"user": "system:serviceaccount:kubewarden:policy-server"},
    "inventory": {"vSwitches": {"vsw-bp1": {"zone": "cn-hangzhou-h", "vpc": "vpc-1", "availableIPs": 200}},
    "securityGroups": {"sg-bp1": {"vpc": "vpc-1", "type": "basic"}}}}'
  [ "$status" -eq 0 ]
}

@test "settings: all faults are reported at once, each with its path" {
  settings '{"platform": "aks", "rules": {"overlpa": "deny", "overlap": "refuse"}, "mutations": {"zone-affinity": "yes"},
    "inventory": {"vSwitches": {"vsw-bp1": {"zones": []}}}, "extra": 1}'
  [ "$status" -ne 0 ]
  [[ $output == *"settings are not valid"* ]]
  for path in platform rules.overlpa rules.overlap mutations.zone-affinity inventory.vSwitches.vsw-bp1.zones extra; do
    [[ $output == *"\`$path\`"* ]] || {
      echo "$path is not named"
      return 1
    }
  done
}
