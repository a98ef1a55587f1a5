package podnetworking_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"

	podnetworking "github.com/podnetworking-policy/podnetworking-policy/hosts/go"
	"github.com/podnetworking-policy/podnetworking-policy/hosts/go/internal/wapc"
)

// line is a line of the conformance suite.
type line struct {
	Name        string
	Payload     string
	HostAnswers []hostAnswer
	Decision    json.RawMessage
}

type hostAnswer struct {
	Binding, Namespace, Operation, Request string
	Response, Error                        *string
}

// suiteVersion is the version of the suite that these tests read.
const suiteVersion = "1"

func suite(t testing.TB) []line {
	t.Helper()
	version, err := os.ReadFile("../../conformance/version")
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(version)) != suiteVersion {
		t.Fatalf("the suite has version %s, and these tests read version %s", version, suiteVersion)
	}
	file, err := os.Open("../../conformance/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var lines []line
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		decoder := json.NewDecoder(bytes.NewReader(scanner.Bytes()))
		decoder.DisallowUnknownFields()
		var line line
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("line %d: %v", len(lines)+1, err)
		}
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if len(lines) < 600 {
		t.Fatalf("the suite has only %d lines", len(lines))
	}
	return lines
}

// sameJSON compares numbers by their digits, and objects without regard to the order of their keys.
func sameJSON(a, b []byte) bool {
	values := [2]any{}
	for at, text := range [][]byte{a, b} {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(&values[at]) != nil || decoder.More() {
			return false
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

func (a hostAnswer) give() ([]byte, error) {
	if a.Error != nil {
		return nil, errors.New(*a.Error)
	}
	return []byte(*a.Response), nil
}

// recorded is the cluster of a line: it answers from the host answers, by what they are about.
type recorded struct{ line }

func (r recorded) find(operation, about string) ([]byte, error) {
	for _, answer := range r.HostAnswers {
		if answer.Operation == operation && strings.Contains(answer.Request, `"`+about+`"`) {
			return answer.give()
		}
	}
	return nil, fmt.Errorf("the line has no answer to `%s` about `%s`", operation, about)
}

func (r recorded) PodNetworkings(context.Context) ([]byte, error) {
	return r.find("list_resources_all", "PodNetworking")
}

func (r recorded) Namespace(_ context.Context, name string) ([]byte, error) {
	return r.find("get_resource", name)
}

func (r recorded) Namespaces(context.Context) ([]byte, error) {
	return r.find("list_resources_all", "Namespace")
}

func (r recorded) CanI(_ context.Context, access podnetworking.Access) (bool, error) {
	answer, err := r.find("can_i", access.Resource)
	return bytes.Contains(answer, []byte(`"allowed":true`)), err
}

// The module makes the calls of the line, byte for byte and in their order, and gives its decision.
func TestSuiteByTheProtocol(t *testing.T) {
	wasm, err := os.ReadFile("../../policy.wasm")
	if err != nil {
		t.Fatal(err)
	}
	module, err := wapc.Compile(t.Context(), wasm, wapc.Config{MemoryLimit: 64 << 20, MaxIdle: 1, MaxIdleMemory: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	lines, calls := suite(t), 0
	for _, line := range lines {
		left := line.HostAnswers
		host := func(_ context.Context, binding, namespace, operation string, payload []byte) ([]byte, error) {
			if len(left) == 0 {
				t.Errorf("%s: the module makes one more call: `%s` with %s", line.Name, operation, payload)
				return nil, errors.New("one call too many")
			}
			next := left[0]
			left = left[1:]
			calls++
			made := hostAnswer{binding, namespace, operation, string(payload), next.Response, next.Error}
			if made != next {
				t.Errorf("%s: the module asks %v, and the line has %v", line.Name, made, next)
			}
			return next.give()
		}
		decision, err := module.Call(t.Context(), "decide", []byte(line.Payload), host)
		if err != nil || !sameJSON(decision, line.Decision) {
			t.Errorf("%s: decided %s (%v), and the line has %s", line.Name, decision, err, line.Decision)
		}
		if len(left) > 0 {
			t.Errorf("%s: the module does not ask %v", line.Name, left)
		}
	}
	t.Logf("%d lines, %d host calls", len(lines), calls)
	if err := module.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// parts are a payload as a Go program has it. The payloads of `payloads/` are not made of such parts.
func parts(t testing.TB, line line) (podnetworking.Request, bool) {
	if strings.HasPrefix(line.Name, "payloads/") {
		return podnetworking.Request{}, false
	}
	var payload struct {
		Request, Settings json.RawMessage
		Context           struct {
			PodNetworkings, Namespaces json.RawMessage
			Live                       *bool
		}
	}
	if err := json.Unmarshal([]byte(line.Payload), &payload); err != nil {
		t.Fatalf("%s: %v", line.Name, err)
	}
	return podnetworking.Request{Admission: payload.Request, Settings: payload.Settings, ClusterData: podnetworking.ClusterData{
		PodNetworkings: payload.Context.PodNetworkings,
		Namespaces:     payload.Context.Namespaces,
		FromManifests:  payload.Context.Live != nil && !*payload.Context.Live,
	}}, true
}

// checkLine decides a line in each way that the package has.
func checkLine(ctx context.Context, t testing.TB, policy *podnetworking.Policy, line line) {
	cluster := recorded{line}
	answer, err := policy.Call(ctx, "decide", []byte(line.Payload), cluster)
	if err != nil || !sameJSON(answer, line.Decision) {
		t.Errorf("%s: decided %s (%v), and the line has %s", line.Name, answer, err, line.Decision)
	}
	request, hasParts := parts(t, line)
	if !hasParts {
		return
	}
	decision, err := policy.Decide(ctx, request, cluster)
	if err != nil || !sameJSON(decision.Raw, line.Decision) {
		t.Errorf("%s: decided %s (%v), and the line has %s", line.Name, decision.Raw, err, line.Decision)
	}
	// Nothing that the module writes is unknown to the types.
	typed, err := json.Marshal(decision)
	if decision.Selected == "" {
		typed = bytes.Replace(typed, []byte(`"selected":""`), []byte(`"selected":null`), 1)
	}
	if err != nil || !sameJSON(typed, line.Decision) {
		t.Errorf("%s: the types have %s (%v), and the line has %s", line.Name, typed, err, line.Decision)
	}
	response, err := policy.Validate(ctx, request, cluster)
	if err != nil || response.Accepted != decision.Allowed() ||
		(response.MutatedObject == nil) != (decision.MutatedObject == nil) ||
		(response.MutatedObject != nil && !sameJSON(response.MutatedObject, decision.MutatedObject)) {
		t.Errorf("%s: validated %s (%v), and the decision is %s", line.Name, response.Raw, err, decision.Raw)
	}
	if typed, err := json.Marshal(response); err != nil || !sameJSON(typed, response.Raw) {
		t.Errorf("%s: the types have %s (%v), and the response is %s", line.Name, typed, err, response.Raw)
	}
}

func TestSuite(t *testing.T) {
	policy := load(t)
	for _, line := range suite(t) {
		checkLine(t.Context(), t, policy, line)
	}
}

func TestSuiteWithoutInterruption(t *testing.T) {
	policy := load(t, podnetworking.WithoutInterruption())
	for _, line := range suite(t) {
		checkLine(t.Context(), t, policy, line)
	}
}

// Many goroutines share fewer instances, each of which decides other lines in turn.
func TestSuiteByManyAtOnce(t *testing.T) {
	policy := load(t, podnetworking.WithMaxIdle(3))
	lines, stride := suite(t), 4
	if testing.Short() {
		stride = 32
	}
	var group sync.WaitGroup
	for first := range 8 {
		group.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			for at := first; at < len(lines); at += stride {
				checkLine(ctx, t, policy, lines[at])
			}
		})
	}
	group.Wait()
}
