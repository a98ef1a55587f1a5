package podnetworking_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	podnetworking "github.com/podnetworking-policy/podnetworking-policy/hosts/go"
)

// podNetworkings is a list as the API server gives it: each selects an application, a third of them in the namespaces of a
// team.
func podNetworkings(count int) []byte {
	items := make([]string, count)
	for at := range items {
		namespaces := ""
		if at%3 == 2 {
			namespaces = `,"namespaceSelector":{"matchLabels":{"team":"team-7"}}`
		}
		items[at] = fmt.Sprintf(`{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworking","metadata":{`+
			`"annotations":{"argocd.argoproj.io/tracking-id":"network:network.alibabacloud.com/PodNetworking:kube-system/app-%[1]d"},`+
			`"creationTimestamp":"2026-03-14T09:26:53Z","finalizers":["podnetworking.alibabacloud.com/protect"],"generation":3,`+
			`"labels":{"app.kubernetes.io/managed-by":"argocd","team":"team-7"},"name":"podnetworking-%[1]d",`+
			`"resourceVersion":"81234567","uid":"9e3779b9-7f4a-4c1f-9a3e-%012[1]d"},"spec":{"allocationType":{"type":"Elastic"},`+
			`"eniOptions":{"eniType":"Default"},"securityGroupIDs":["sg-bp1%014[1]d"],"selector":{"podSelector":{"matchLabels":`+
			`{"app.kubernetes.io/name":"app-%[1]d","network":"dedicated"}}%[2]s},"vSwitchOptions":["vsw-bp1h%012[1]d",`+
			`"vsw-bp1i%012[1]d"],"vSwitchSelectOptions":{"vSwitchSelectionPolicy":"ordered"}},"status":{"message":"",`+
			`"status":"Ready","updateAt":"2026-03-14T09:27:01Z","vSwitches":[{"id":"vsw-bp1h%012[1]d","zone":"cn-hangzhou-h"},`+
			`{"id":"vsw-bp1i%012[1]d","zone":"cn-hangzhou-i"}]}}`, at, namespaces)
	}
	return []byte(`{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworkingList","metadata":{},"items":[` +
		strings.Join(items, ",") + `]}`)
}

// selectedPod is a pod of the third application, which a PodNetworking selects by the labels of its namespace too.
const selectedPod = `{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","operation":"CREATE","namespace":"shop","name":"app-2",` +
	`"kind":{"group":"","version":"v1","kind":"Pod"},"userInfo":{"username":"alice"},"object":{"apiVersion":"v1","kind":"Pod",` +
	`"metadata":{"name":"app-2","namespace":"shop","labels":{"app.kubernetes.io/name":"app-2","network":"dedicated"}},` +
	`"spec":{"containers":[{"name":"app","image":"registry.example.com/shop/app:v12"}]}}}`

const teamNamespace = `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"team":"team-7"}}}`

func BenchmarkDecide(b *testing.B) {
	for _, options := range []struct {
		name string
		list []podnetworking.Option
	}{
		{"default", nil},
		{"uninterrupted", []podnetworking.Option{podnetworking.WithoutInterruption()}},
		{"unpooled", []podnetworking.Option{podnetworking.WithMaxIdle(0)}},
	} {
		policy := load(b, options.list...)
		for _, count := range []int{10, 1000} {
			list := podNetworkings(count)
			asked := cluster{list, map[string][]byte{"shop": []byte(teamNamespace)}}
			inline := podnetworking.ClusterData{PodNetworkings: list, Namespaces: []byte("[" + teamNamespace + "]")}
			benchmark := func(name string, request podnetworking.Request, cluster podnetworking.Cluster) {
				b.Run(fmt.Sprintf("%s/%s/%d", options.name, name, count), func(b *testing.B) {
					ctx, cancel := context.WithCancel(context.Background())
					defer cancel()
					b.ReportAllocs()
					for b.Loop() {
						decision, err := policy.Decide(ctx, request, cluster)
						if err != nil || decision.Selected != "podnetworking-2" {
							b.Fatal(decision, err)
						}
					}
				})
			}
			benchmark("asked", podnetworking.Request{Admission: []byte(selectedPod)}, asked)
			benchmark("inline", podnetworking.Request{Admission: []byte(selectedPod), ClusterData: inline}, nil)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}
