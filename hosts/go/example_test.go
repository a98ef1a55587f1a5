package podnetworking_test

import (
	"context"
	"fmt"
	"os"
	"time"

	podnetworking "github.com/podnetworking-policy/podnetworking-policy/hosts/go"
)

// cluster answers from memory. In a controller, the lists come from its informers.
type cluster struct {
	podNetworkings []byte
	namespaces     map[string][]byte
}

func (c cluster) PodNetworkings(context.Context) ([]byte, error) {
	return c.podNetworkings, nil
}

func (c cluster) Namespace(_ context.Context, name string) ([]byte, error) {
	namespace, found := c.namespaces[name]
	if !found {
		return nil, fmt.Errorf("there is no namespace `%s`", name)
	}
	return namespace, nil
}

func (c cluster) Namespaces(context.Context) ([]byte, error) {
	return nil, fmt.Errorf("this cluster does not list namespaces")
}

// Two PodNetworkings select the pod: one by its label, and the other by the label of its namespace.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	wasm, err := os.ReadFile("../../policy.wasm")
	if err != nil {
		panic(err)
	}
	policy, err := podnetworking.Load(ctx, wasm)
	if err != nil {
		panic(err)
	}
	defer policy.Close(ctx)

	request := podnetworking.Request{
		Admission: []byte(`{
			"uid": "1", "operation": "CREATE", "namespace": "shop",
			"kind": {"group": "", "version": "v1", "kind": "Pod"},
			"object": {
				"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}},
				"spec": {"containers": [{"name": "web", "image": "nginx"}]}
			}
		}`),
	}
	data := cluster{
		podNetworkings: []byte(`[
			{"metadata": {"name": "by-label"},
			 "spec": {"selector": {"podSelector": {"matchLabels": {"app": "web"}}}, "vSwitchOptions": ["vsw-bp1"]}},
			{"metadata": {"name": "by-team"},
			 "spec": {"selector": {"namespaceSelector": {"matchLabels": {"team": "a"}}}, "vSwitchOptions": ["vsw-bp2"]}}
		]`),
		namespaces: map[string][]byte{
			"shop": []byte(`{"metadata": {"name": "shop", "labels": {"team": "a"}}}`),
		},
	}
	decision, err := policy.Decide(ctx, request, data)
	if err != nil {
		panic(err)
	}
	fmt.Println(decision.Verdict)
	for _, finding := range decision.Findings {
		fmt.Println(finding.Severity, finding.Rule)
		for _, related := range finding.Related {
			fmt.Println(related.Kind, related.Name)
		}
	}
	// Output:
	// deny
	// deny ambiguous-pod
	// PodNetworking by-label
	// PodNetworking by-team
}
