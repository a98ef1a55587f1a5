// Package extism_test runs the conformance suite through podnetworking.extism.wasm, in Extism's SDK for Go.
package extism_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"

	extism "github.com/extism/go-sdk"
)

const root = "../../../"

func module() string {
	if path := os.Getenv("EXTISM_WASM"); path != "" {
		return path
	}
	return root + "podnetworking.extism.wasm"
}

func load(t testing.TB) *extism.Plugin {
	t.Helper()
	manifest := extism.Manifest{Wasm: []extism.Wasm{extism.WasmFile{Path: module()}}}
	plugin, err := extism.NewPlugin(t.Context(), manifest, extism.PluginConfig{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = plugin.Close(context.Background()) })
	return plugin
}

func call(t testing.TB, plugin *extism.Plugin, function string, payload []byte) []byte {
	t.Helper()
	_, answer, err := plugin.Call(function, payload)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// exact reads JSON, whose numbers are compared by their digits.
func exact(t testing.TB, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}

// line is a line of the conformance suite.
type line struct {
	Name, Payload string
	HostAnswers   []struct {
		Operation, Request string
		Response           *string
		Error              *string
	}
	Decision json.RawMessage
}

// withAnswers is the payload, with what the host of the line answers: the plug-in asks for nothing.
func (l line) withAnswers() string {
	lists := map[string]string{}
	for _, answer := range l.HostAnswers {
		switch {
		case answer.Response == nil || answer.Operation == "can_i":
		case answer.Operation == "get_resource":
			if lists["namespaces"] == "" {
				lists["namespaces"] = "[" + *answer.Response + "]"
			}
		case strings.Contains(answer.Request, `"PodNetworking"`):
			lists["podNetworkings"] = *answer.Response
		default:
			lists["namespaces"] = *answer.Response
		}
	}
	var members []string
	for key, list := range lists {
		members = append(members, `"`+key+`":`+list)
	}
	if len(members) == 0 {
		return l.Payload
	}
	return strings.TrimSuffix(l.Payload, "}") + `,"context":{` + strings.Join(members, ",") + "}}"
}

func (l line) hasError() bool {
	for _, answer := range l.HostAnswers {
		if answer.Error != nil {
			return true
		}
	}
	return false
}

// withoutCause leaves out what a host says of facts that it cannot give.
func withoutCause(decision any) any {
	for _, finding := range decision.(map[string]any)["findings"].([]any) {
		if finding := finding.(map[string]any); finding["rule"] == "facts-unavailable" {
			delete(finding, "message")
		}
	}
	return decision
}

func TestSuite(t *testing.T) {
	version, err := os.ReadFile(root + "conformance/version")
	if err != nil || strings.TrimSpace(string(version)) != "1" {
		t.Fatalf("the suite has version %s (%v), and this test reads version 1", version, err)
	}
	text, err := os.ReadFile(root + "conformance/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	plugin := load(t)
	count := 0
	for text := range strings.Lines(string(text)) {
		count++
		var line line
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		payload := []byte(line.withAnswers())
		found, expected := exact(t, call(t, plugin, "decide", payload)), exact(t, line.Decision)
		if line.hasError() {
			found, expected = withoutCause(found), withoutCause(expected)
		}
		if !reflect.DeepEqual(found, expected) {
			t.Errorf("%s: decided %v, and the line has %s", line.Name, found, line.Decision)
		}
		decision := expected.(map[string]any)
		response := exact(t, call(t, plugin, "validate", payload)).(map[string]any)
		if response["accepted"] != (decision["decision"] == "allow") ||
			!reflect.DeepEqual(response["mutated_object"], decision["mutatedObject"]) {
			t.Errorf("%s: validated %v, and the line has %s", line.Name, response, line.Decision)
		}
	}
	if count < 1000 {
		t.Errorf("the suite has only %d lines", count)
	}
}

func TestSettings(t *testing.T) {
	plugin := load(t)
	for settings, expected := range map[string]string{`{"platform":"ack"}`: `{"valid":true}`, `{"platfrom":"ack"}`: `{"valid":false,`} {
		if answer := string(call(t, plugin, "validate_settings", []byte(settings))); !strings.HasPrefix(answer, expected) {
			t.Errorf("%s: %s", settings, answer)
		}
	}
}

func TestCheckAndExplain(t *testing.T) {
	plugin := load(t)
	text, err := os.ReadFile(root + "examples/1-document/manifests.yaml")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile(root + "examples/1-document/policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	arguments, err := json.Marshal(map[string]any{"manifests": string(text), "options": map[string]string{"settings": string(settings)}})
	if err != nil {
		t.Fatal(err)
	}
	if answer := call(t, plugin, "check", arguments); !strings.HasPrefix(string(answer), `{"decision":"allow"`) {
		t.Error(string(answer))
	}
	if answer := call(t, plugin, "explain", arguments); !strings.Contains(string(answer), `"podNetworkings":["`) {
		t.Error(string(answer))
	}
	_, _, err = plugin.Call("check", []byte(`{"manifests":{"name":"b.yaml","text":"a: ["}}`))
	var fault struct{ Path string }
	if err == nil || json.Unmarshal([]byte(err.Error()), &fault) != nil || fault.Path != "b.yaml" {
		t.Error(err)
	}
}

func TestExample(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), "go", "run", "./example", module(), "../payload.json").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(output), "deny\ndeny ambiguous-pod ") {
		t.Errorf("%v: %s", err, output)
	}
}

// BenchmarkDecide shows what a decision costs, with all cluster data in the payload.
func BenchmarkDecide(b *testing.B) {
	text, err := os.ReadFile("../../cost.json")
	if err != nil {
		b.Fatal(err)
	}
	var cost struct{ Request, Namespace, PodNetworking json.RawMessage }
	if err := json.Unmarshal(text, &cost); err != nil {
		b.Fatal(err)
	}
	var one bytes.Buffer
	if err := json.Compact(&one, cost.PodNetworking); err != nil {
		b.Fatal(err)
	}
	plugin := load(b)
	for _, count := range []int{10, 1000} {
		items := make([]string, count)
		for at := range items {
			items[at] = strings.ReplaceAll(one.String(), "@", strconv.Itoa(at))
		}
		payload := fmt.Appendf(nil, `{"request":%s,"settings":{"platform":"ack"},"context":{"podNetworkings":[%s],"namespaces":[%s]}}`,
			cost.Request, strings.Join(items, ","), cost.Namespace)
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			for b.Loop() {
				if answer := call(b, plugin, "decide", payload); !bytes.Contains(answer, []byte(`"selected":"podnetworking-2"`)) {
					b.Fatalf("decided %s", answer)
				}
			}
		})
	}
}
