#!/usr/bin/env bash
# Tests the JSON Schemas of PodNetworking in kubeconform, with the command of docs/ci.md, on manifests that are made here.
# Where kubeconform is not in the PATH, that is said, and nothing is tested.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v kubeconform >/dev/null; then
    echo "kubeconform is not in the PATH: the schemas are not tested with it (go install github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0)"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# Compares the exit status, and the text where one is meant, with one of the two schemas.
expect() { # NAME STATUS TEXT SUFFIX FILE
    local output found=0
    output=$(kubeconform -schema-location "schemas/{{.ResourceKind}}_{{.ResourceAPIVersion}}$4.json" "$5" 2>&1) || found=$?
    if [ "$found" = "$2" ] && grep -qF -- "$3" <<<"$output"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: exit status %s, expected %s with the text: %s\n%s\n' "$1" "$found" "$2" "$3" "$output" >&2
    fi
}

cat >"$work/good.yaml" <<'YAML'
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: shop
spec:
  allocationType: {type: Elastic}
  selector:
    podSelector:
      matchLabels: {app: shop}
  securityGroupIDs: [sg-shop]
  vSwitchOptions: [vsw-shop]
YAML
sed 's/vSwitchOptions/vSwitchOption/' "$work/good.yaml" >"$work/field.yaml"
sed 's/\[vsw-shop\]/vsw-shop/' "$work/good.yaml" >"$work/type.yaml"
sed 's/Elastic/Elastik/' "$work/good.yaml" >"$work/value.yaml"
sed 's/\[vsw-shop\]/[shop]/' "$work/good.yaml" >"$work/id.yaml"

for suffix in "" .strict; do
    expect "good$suffix" 0 "" "$suffix" "$work/good.yaml"
    expect "an unknown field$suffix" 1 "'vSwitchOption' not allowed" "$suffix" "$work/field.yaml"
    expect "a string for a list$suffix" 1 "'/spec/vSwitchOptions'" "$suffix" "$work/type.yaml"
    expect "an unknown value$suffix" 1 "'/spec/allocationType/type'" "$suffix" "$work/value.yaml"
done
# The form of IDs is in the strict schema alone.
expect "an ID of another form" 0 "" "" "$work/id.yaml"
expect "an ID of another form.strict" 1 "'/spec/vSwitchOptions/0'" .strict "$work/id.yaml"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
