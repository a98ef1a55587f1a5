package podnetworking_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	podnetworking "github.com/podnetworking-policy/podnetworking-policy/hosts/go"
)

// load loads the module that `make policy.wasm` built.
func load(t testing.TB, options ...podnetworking.Option) *podnetworking.Policy {
	t.Helper()
	wasm, err := os.ReadFile("../../policy.wasm")
	if err != nil {
		t.Fatalf("%v: run `make policy.wasm`", err)
	}
	policy, err := podnetworking.Load(t.Context(), wasm, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := policy.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return policy
}

func expectDenial(t *testing.T, decision podnetworking.Decision, err error, rule, message string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if decision.Allowed() || len(decision.Findings) != 1 {
		t.Fatalf("decided %s", decision.Raw)
	}
	if found := decision.Findings[0]; found.Rule != rule || !strings.Contains(found.Message, message) {
		t.Fatalf("decided %s", decision.Raw)
	}
}

var podRequest = podnetworking.Request{Admission: json.RawMessage(selectedPod)}

// asking is a cluster of one PodNetworking, with a hook before each answer.
type asking struct {
	cluster
	before func(ctx context.Context) error
}

func ask(before func(context.Context) error) asking {
	return asking{cluster{podNetworkings(10), map[string][]byte{"shop": []byte(teamNamespace)}}, before}
}

func (a asking) PodNetworkings(ctx context.Context) ([]byte, error) {
	if err := a.before(ctx); err != nil {
		return nil, err
	}
	return a.cluster.PodNetworkings(ctx)
}

// authorizing answers for `preflight`.
type authorizing struct {
	cluster
	allows func(podnetworking.Access) (bool, error)
}

func (a authorizing) CanI(_ context.Context, access podnetworking.Access) (bool, error) {
	return a.allows(access)
}

func TestAFactThatIsMissingIsDenied(t *testing.T) {
	policy := load(t)
	decision, err := policy.Decide(t.Context(), podRequest, nil)
	expectDenial(t, decision, err, "facts-unavailable", "this host has no cluster")
	decision, err = policy.Decide(t.Context(), podRequest, ask(func(context.Context) error {
		return errors.New("the cache has not synced")
	}))
	expectDenial(t, decision, err, "facts-unavailable", "the cache has not synced")
	decision, err = policy.Decide(t.Context(), podRequest, cluster{podNetworkings(3), nil})
	expectDenial(t, decision, err, "facts-unavailable", "there is no namespace `shop`")
}

func TestPreflight(t *testing.T) {
	policy := load(t)
	request := podRequest
	request.Settings = json.RawMessage(`{"preflight":{"user":"system:serviceaccount:network:controller"}}`)
	data := ask(nil).cluster
	decision, err := policy.Decide(t.Context(), request, data)
	expectDenial(t, decision, err, "facts-unavailable", "does not answer for `preflight`")

	var asked []podnetworking.Access
	allows := func(access podnetworking.Access) (bool, error) {
		asked = append(asked, access)
		return true, nil
	}
	decision, err = policy.Decide(t.Context(), request, authorizing{data, allows})
	if err != nil || decision.Selected != "podnetworking-2" {
		t.Fatal(string(decision.Raw), err)
	}
	if len(asked) != 2 || asked[0].Verb != "list" || asked[0].Group != "network.alibabacloud.com" ||
		asked[0].Resource != "podnetworkings" || asked[1].Verb != "get" || asked[1].Resource != "namespaces" ||
		asked[0].User != "system:serviceaccount:network:controller" || len(asked[0].Groups) != 3 {
		t.Fatal(asked)
	}

	for message, allows := range map[string]func(podnetworking.Access) (bool, error){
		"does not have permission to list `podnetworkings`": func(podnetworking.Access) (bool, error) { return false, nil },
		"the review failed": func(podnetworking.Access) (bool, error) { return true, errors.New("the review failed") },
	} {
		decision, err = policy.Decide(t.Context(), request, authorizing{data, allows})
		expectDenial(t, decision, err, "facts-unavailable", message)
	}
}

func TestWhatIsNotJSONNeverReachesTheModule(t *testing.T) {
	policy := load(t)
	for _, request := range []podnetworking.Request{
		{},
		{Admission: json.RawMessage(`{},"context":{"podNetworkings":[]}`)},
		{Admission: json.RawMessage(selectedPod), Settings: json.RawMessage(`{},"context":{"podNetworkings":[]}`)},
	} {
		if decision, err := policy.Decide(t.Context(), request, nil); err == nil || decision.Allowed() {
			t.Errorf("decided %s", decision.Raw)
		}
	}
	broken := podRequest
	broken.ClusterData.PodNetworkings = json.RawMessage(`[`)
	decision, err := policy.Decide(t.Context(), broken, nil)
	expectDenial(t, decision, err, "malformed-object", "not valid JSON")
}

func TestValidateSettings(t *testing.T) {
	policy := load(t)
	valid, err := policy.ValidateSettings(t.Context(), json.RawMessage(`{"platform":"ack"}`))
	if err != nil || !valid.Valid {
		t.Error(valid, err)
	}
	invalid, err := policy.ValidateSettings(t.Context(), json.RawMessage(`{"platform":"aks","rules":{"overlpa":"deny"}}`))
	if err != nil || invalid.Valid || strings.Count(invalid.Message, "\n") != 1 {
		t.Error(invalid, err)
	}
}

// A context that ends while the module reads the answer of the cluster stops the module, and the policy goes on.
func TestCancelledWhileTheModuleRuns(t *testing.T) {
	policy := load(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	many := ask(func(context.Context) error {
		time.AfterFunc(5*time.Millisecond, cancel)
		return nil
	})
	many.podNetworkings = podNetworkings(20_000)
	// Of the pod's namespace nothing is asked: the module runs to its end.
	request := podnetworking.Request{Admission: []byte(strings.ReplaceAll(selectedPod, "app-2", "app-1"))}
	decision, err := policy.Decide(ctx, request, many)
	if !errors.Is(err, context.Canceled) || decision.Raw != nil {
		t.Fatalf("%v, decided %.100s", err, decision.Raw)
	}
	if _, err := policy.Decide(t.Context(), podRequest, nil); err != nil {
		t.Error(err)
	}
}

// A cluster that has not answered before the deadline makes no decision, not even a denial.
func TestDeadlineWhileTheClusterIsAsked(t *testing.T) {
	waits := ask(func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	for _, options := range [][]podnetworking.Option{nil, {podnetworking.WithoutInterruption()}} {
		policy := load(t, options...)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		decision, err := policy.Decide(ctx, podRequest, waits)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || decision.Raw != nil {
			t.Errorf("%v, decided %s", err, decision.Raw)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	policy := load(t)
	gone := errors.New("the client has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	if _, err := policy.Decide(ctx, podRequest, nil); !errors.Is(err, context.Canceled) || !errors.Is(err, gone) {
		t.Error(err)
	}
}

func TestPanicOfTheClusterIsAnError(t *testing.T) {
	policy := load(t)
	decision, err := policy.Decide(t.Context(), podRequest, ask(func(context.Context) error {
		var none map[string]int
		none["x"] = 1
		return nil
	}))
	if err == nil || !strings.Contains(err.Error(), "a host call panicked: assignment to entry in nil map") ||
		!strings.Contains(err.Error(), "policy_test.go") || decision.Allowed() {
		t.Error(err)
	}
	if _, err := policy.Decide(t.Context(), podRequest, nil); err != nil {
		t.Error(err)
	}
}

func TestMemoryLimit(t *testing.T) {
	policy := load(t, podnetworking.WithMemoryLimit(4<<20))
	request := podRequest
	request.ClusterData.PodNetworkings = podNetworkings(10_000)
	if _, err := policy.Decide(t.Context(), request, nil); err == nil ||
		!strings.Contains(err.Error(), "of at most 4194304 bytes of memory") {
		t.Error(err)
	}
	if _, err := policy.Decide(t.Context(), podRequest, nil); err != nil {
		t.Error(err)
	}
	wasm, err := os.ReadFile("../../policy.wasm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := podnetworking.Load(t.Context(), wasm, podnetworking.WithMemoryLimit(64<<10)); err == nil {
		t.Error("loaded with a page of memory")
	}
}

// Close lets what runs come to its end, and nothing begins after it.
func TestClose(t *testing.T) {
	policy := load(t)
	running, finish := make(chan struct{}), make(chan struct{})
	waits := ask(func(context.Context) error {
		close(running)
		<-finish
		return nil
	})
	decided := make(chan error)
	go func() {
		_, err := policy.Decide(context.Background(), podRequest, waits)
		decided <- err
	}()
	<-running
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := policy.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closed while a decision runs: %v", err)
	}
	if _, err := policy.Decide(t.Context(), podRequest, nil); !errors.Is(err, podnetworking.ErrClosed) {
		t.Error(err)
	}
	close(finish)
	if err := <-decided; err != nil {
		t.Error(err)
	}
	if err := policy.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestUnknownFieldsAreKept(t *testing.T) {
	var decision podnetworking.Decision
	text := `{"decision":"deny","findings":[{"rule":"overlap","new":1.0}],"mutatedObject":null,"selected":null,"newer":[2]}`
	if err := json.Unmarshal([]byte(text), &decision); err != nil {
		t.Fatal(err)
	}
	if string(decision.Raw) != text || string(decision.Findings[0].Raw) != `{"rule":"overlap","new":1.0}` ||
		decision.MutatedObject != nil || decision.Allowed() {
		t.Errorf("%+v", decision)
	}
}

// The lines of docs/hosting.md are lines of the example.
func TestThePageHasTheExample(t *testing.T) {
	page, err := os.ReadFile("../../docs/hosting.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(page), "```go\n")
	block, _, closed := strings.Cut(block, "```")
	if !found || !closed {
		t.Fatal("docs/hosting.md has no example in Go")
	}
	for line := range strings.Lines(block) {
		if !strings.Contains(string(example), "\t"+line) {
			t.Errorf("the example has no line %q", line)
		}
	}
}
