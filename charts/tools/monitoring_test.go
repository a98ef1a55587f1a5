package tools

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"
)

// rulesOf is the spec of the PrometheusRule in a file: rule groups, as promtool reads them.
func rulesOf(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range objects(t, string(text)) {
		if kindOf(t, document) != "PrometheusRule" {
			continue
		}
		var rule struct{ Spec any }
		if err := yaml.Unmarshal(document, &rule); err != nil {
			t.Fatal(err)
		}
		spec, err := yaml.Marshal(rule.Spec)
		if err != nil {
			t.Fatal(err)
		}
		return spec
	}
	t.Fatalf("%s has no PrometheusRule", path)
	return nil
}

var rules = map[string]string{
	"serve":         rendered + "/everything.yaml",
	"policy-server": "../../deploy/monitoring/alerts.yaml",
}

func TestAlerts(t *testing.T) {
	for name, path := range rules {
		spec := rulesOf(t, path)
		folder := t.TempDir()
		tests, err := os.ReadFile(filepath.Join("promtool", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for file, text := range map[string][]byte{"rules.yaml": spec, "bare.yaml": withoutAnnotations(t, spec), "tests.yaml": tests} {
			if err := os.WriteFile(filepath.Join(folder, file), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if output, ok := run(t, "promtool", "check", "rules", "--lint=all", "--lint-fatal", filepath.Join(folder, "rules.yaml")); !ok {
			t.Errorf("%s: %s", path, output)
		}
		if output, ok := run(t, "promtool", "test", "rules", filepath.Join(folder, "tests.yaml")); !ok {
			t.Errorf("promtool/%s.yaml: %s", name, output)
		}
		for _, alert := range regexp.MustCompile(`alert: (\w+)`).FindAllSubmatch(spec, -1) {
			if !strings.Contains(string(tests), "alertname: "+string(alert[1])+"\n") {
				t.Errorf("promtool/%s.yaml does not try %s", name, alert[1])
			}
		}
	}
}

// withoutAnnotations are the rules without the texts for people, which would have to be repeated in each expectation. The
// lint above has checked their templates.
func withoutAnnotations(t *testing.T, spec []byte) []byte {
	t.Helper()
	var read struct {
		Groups []struct {
			Name  string           `json:"name"`
			Rules []map[string]any `json:"rules"`
		} `json:"groups"`
	}
	if err := yaml.UnmarshalStrict(spec, &read); err != nil {
		t.Fatal(err)
	}
	for _, group := range read.Groups {
		for _, rule := range group.Rules {
			if _, isAlert := rule["alert"]; isAlert && (rule["annotations"] == nil || rule["labels"] == nil) {
				t.Errorf("%s has no texts or no severity", rule["alert"])
			}
			delete(rule, "annotations")
		}
	}
	bare, err := yaml.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	return bare
}

// selected are the names of the metrics in a query of PromQL.
func selected(t *testing.T, query string) []string {
	t.Helper()
	query = strings.NewReplacer("$__rate_interval", "5m", "$host", ".*", "$webhook", ".*").Replace(query)
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var names []string
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			names = append(names, selector.Name)
		}
		return nil
	})
	return names
}

// A metric that nobody has shows an empty panel for ever.
func TestTheDashboardReadsWhatThereIs(t *testing.T) {
	text, err := os.ReadFile(chart + "/monitoring/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Templating struct {
			List []struct{ Name, Definition string }
		}
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	known := metricsOfServe(t)
	known = append(known, "apiserver_admission_webhook_fail_open_count", "apiserver_admission_webhook_admission_duration_seconds_bucket")
	for _, path := range rules {
		for _, record := range regexp.MustCompile(`record: (\S+)`).FindAllSubmatch(rulesOf(t, path), -1) {
			known = append(known, string(record[1]))
		}
	}
	queries := 0
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			queries++
			for _, name := range selected(t, target.Expr) {
				if !slices.Contains(known, name) {
					t.Errorf("%s: nobody has %s", panel.Title, name)
				}
			}
		}
	}
	variables := dashboard.Templating.List
	if queries < 15 || len(variables) != 3 || variables[1].Name != "host" || !strings.Contains(variables[1].Definition, ", host)") {
		t.Errorf("%d queries, variables %v", queries, variables)
	}
}

// metricsOfServe are the metrics of the page about the webhook.
func metricsOfServe(t *testing.T) []string {
	t.Helper()
	page, err := os.ReadFile("../../docs/webhook.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(podnetworking_[a-z_]+)`").FindAllSubmatch(page, -1) {
		name := string(row[1])
		names = append(names, name)
		if strings.HasSuffix(name, "_duration_seconds") {
			names = append(names, name+"_bucket")
		}
	}
	if len(names) < 15 {
		t.Fatalf("docs/webhook.md has only %v", names)
	}
	return names
}

func TestTheAlertsReadWhatThereIs(t *testing.T) {
	known := append(metricsOfServe(t), "apiserver_admission_webhook_fail_open_count", "apiserver_admission_webhook_rejection_count")
	var read struct {
		Groups []struct {
			Rules []struct{ Record, Expr string }
		}
	}
	if err := yaml.Unmarshal(rulesOf(t, rules["serve"]), &read); err != nil {
		t.Fatal(err)
	}
	for _, group := range read.Groups {
		for _, rule := range group.Rules {
			for _, name := range selected(t, rule.Expr) {
				if !slices.Contains(known, name) {
					t.Errorf("nobody has %s: %s", name, rule.Expr)
				}
			}
			known = append(known, rule.Record)
		}
	}
}
