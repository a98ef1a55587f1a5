// Package tools tests the Helm chart: that it renders what is kept in charts/rendered, refuses what it must, asks about the
// right requests, and that its alerts fire.
package tools

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

const (
	chart    = "../podnetworking-policy"
	rendered = "../rendered"
)

// program is the path of a tool that `make test-chart` has built.
func program(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("CHART_TOOLS")
	if folder == "" {
		t.Fatal("CHART_TOOLS is not set: run `make test-chart`")
	}
	return filepath.Join(folder, name)
}

// run starts a program, and returns what it printed and whether it succeeded.
func run(t *testing.T, name string, arguments ...string) (string, bool) {
	t.Helper()
	output, err := exec.Command(program(t, name), arguments...).CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	return string(output), err == nil
}

// template renders the chart with a values file and single values.
func template(t *testing.T, arguments ...string) (string, bool) {
	t.Helper()
	arguments = append([]string{"template", "podnetworking-policy", chart, "--namespace", "podnetworking-policy"}, arguments...)
	return run(t, "helm", arguments...)
}

// valuesFiles are the files in values/.
func valuesFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("values/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("%v %v", files, err)
	}
	return files
}

// objects are the documents of a rendered file.
func objects(t *testing.T, text string) [][]byte {
	t.Helper()
	var found [][]byte
	for _, document := range strings.Split("\n"+text, "\n---") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatalf("%v:\n%s", err, document)
		}
		if len(object) > 0 {
			found = append(found, []byte(document))
		}
	}
	return found
}

func kindOf(t *testing.T, document []byte) string {
	t.Helper()
	var meta struct{ Kind string }
	if err := yaml.Unmarshal(document, &meta); err != nil {
		t.Fatal(err)
	}
	return meta.Kind
}

func TestLint(t *testing.T) {
	for _, values := range valuesFiles(t) {
		if output, ok := run(t, "helm", "lint", "--strict", chart, "--values", values); !ok {
			t.Errorf("%s: %s", values, output)
		}
	}
}

// What is kept in charts/rendered is what the chart renders today. UPDATE=1 writes it.
func TestRendered(t *testing.T) {
	for _, values := range valuesFiles(t) {
		output, ok := template(t, "--values", values)
		if !ok {
			t.Fatalf("%s: %s", values, output)
		}
		path := filepath.Join(rendered, filepath.Base(values))
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, []byte(output), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil || string(kept) != output {
			t.Errorf("%s is stale (%v): run `make rendered`", path, err)
		}
	}
}

// Every field of the built-in kinds is one that Kubernetes knows.
func TestFieldsAreKnown(t *testing.T) {
	kinds := map[string]func() any{
		"ClusterRole":                    func() any { return &rbac.ClusterRole{} },
		"ClusterRoleBinding":             func() any { return &rbac.ClusterRoleBinding{} },
		"ConfigMap":                      func() any { return &core.ConfigMap{} },
		"Deployment":                     func() any { return &apps.Deployment{} },
		"MutatingWebhookConfiguration":   func() any { return &admissionregistration.MutatingWebhookConfiguration{} },
		"PodDisruptionBudget":            func() any { return &policy.PodDisruptionBudget{} },
		"Role":                           func() any { return &rbac.Role{} },
		"RoleBinding":                    func() any { return &rbac.RoleBinding{} },
		"Secret":                         func() any { return &core.Secret{} },
		"Service":                        func() any { return &core.Service{} },
		"ServiceAccount":                 func() any { return &core.ServiceAccount{} },
		"ValidatingWebhookConfiguration": func() any { return &admissionregistration.ValidatingWebhookConfiguration{} },
	}
	foreign := map[string]bool{"Certificate": true, "Issuer": true, "PodMonitor": true, "PrometheusRule": true}
	seen := map[string]bool{}
	for _, values := range valuesFiles(t) {
		output, _ := template(t, "--values", values)
		for _, document := range objects(t, output) {
			kind := kindOf(t, document)
			seen[kind] = true
			typed, known := kinds[kind]
			if !known {
				if !foreign[kind] {
					t.Errorf("%s: an unexpected kind: %s", values, kind)
				}
				continue
			}
			if err := yaml.UnmarshalStrict(document, typed()); err != nil {
				t.Errorf("%s: %s: %v", values, kind, err)
			}
		}
	}
	if len(seen) != len(kinds)+len(foreign) {
		t.Errorf("the values render only %v", seen)
	}
}

func TestRefused(t *testing.T) {
	cases := []struct{ values, words string }{
		{"failurePolicy=Fail", "/failurePolicy"},
		{"mode=monitor,failurePolicy=Fail", "/failurePolicy"},
		{"mode=protekt", "/mode"},
		{"platform=aks", "/platform"},
		{"failurepolicy=Ignore", "failurepolicy"},
		{"replicas=0", "/replicas"},
		{"image.digest=v1", "/image/digest"},
		{"namespaceSelector.labels.a=b", "labels"},
		{"settings.platform=ack", "platform"},
		{"settings.rules.overlap=never", "/settings/rules/overlap"},
		{"settings.rules.overlaps=deny", "overlaps"},
		{"settings.exemptNamespaces={kube-*}", "/settings/exemptNamespaces/0"},
		{"webhookConfiguration.caBundle=YQ==", "caBundle"},
		{"webhookConfiguration.name=Upper", "/webhookConfiguration/name"},
		{"platform=ack,webhookConfiguration.name=zone-policy", "comes after terway-controlplane"},
		{"platform=ack,webhookConfiguration.name=terway-controlplane", "comes after terway-controlplane"},
	}
	for _, one := range cases {
		output, ok := template(t, "--set", one.values)
		if ok || !strings.Contains(strings.ReplaceAll(output, ".", "/"), strings.ReplaceAll(one.words, ".", "/")) {
			t.Errorf("%s: %s", one.values, output)
		}
	}
	accepted := []string{"mode=protect,failurePolicy=Fail", "mode=protect", "platform=acs,webhookConfiguration.name=zone-policy", "global.any=1"}
	for _, values := range accepted {
		if output, ok := template(t, "--set", values); !ok {
			t.Errorf("%s: %s", values, output)
		}
	}
}

// No other release name, or namespace, makes another name of the configurations.
func TestTheNameOfTheConfigurationsIsAValue(t *testing.T) {
	output, ok := run(t, "helm", "template", "zz", chart, "--namespace", "elsewhere")
	if !ok {
		t.Fatal(output)
	}
	for _, document := range objects(t, output) {
		if kindOf(t, document) != "MutatingWebhookConfiguration" {
			continue
		}
		var configuration admissionregistration.MutatingWebhookConfiguration
		if err := yaml.Unmarshal(document, &configuration); err != nil {
			t.Fatal(err)
		}
		if configuration.Name != "podnetworking-policy" || !bytes.Contains(document, []byte(`["kube-system","elsewhere"]`)) {
			t.Errorf("%s", document)
		}
		if service := configuration.Webhooks[0].ClientConfig.Service; service.Name != "zz-podnetworking-policy" || service.Namespace != "elsewhere" {
			t.Errorf("%v", service)
		}
		return
	}
	t.Error("no MutatingWebhookConfiguration")
}
