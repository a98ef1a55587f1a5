package wapc

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"strings"
	"testing"
	"time"
)

// guest does what the first letter of the operation says. It is hosts/embedded/tests/guest.wat, compiled: `make conformance`.
//
//go:embed testdata/guest.wasm
var guest []byte

var config = Config{MemoryLimit: 16 * page, MaxIdle: 1, MaxIdleMemory: 8 * page}

func compile(t *testing.T, config Config) *Module {
	t.Helper()
	module, err := Compile(t.Context(), guest, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := module.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return module
}

// count is how many calls the instance has seen that is used next.
func count(t *testing.T, module *Module) string {
	t.Helper()
	answer, err := module.Call(t.Context(), "number", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestPayloadsAndAnswersOfAnySize(t *testing.T) {
	module := compile(t, config)
	for _, size := range []int{0, 1, 100_000} {
		payload := bytes.Repeat([]byte{0xff}, size)
		if answer, err := module.Call(t.Context(), "echo", payload, nil); err != nil || !bytes.Equal(answer, payload) {
			t.Errorf("%d bytes: %d bytes, %v", size, len(answer), err)
		}
	}
}

func TestAnInstanceIsKept(t *testing.T) {
	module := compile(t, config)
	for _, want := range []string{"1", "2"} {
		if found := count(t, module); found != want {
			t.Errorf("expected %s, found %s", want, found)
		}
	}
	if _, err := module.Call(t.Context(), "fail", []byte("no"), nil); err == nil || err.Error() != "the module answered with an error: no" {
		t.Error(err)
	}
	if found := count(t, module); found != "3" {
		t.Errorf("after an error of the module itself: expected 3, found %s", found)
	}
}

func TestAnInstanceThatStoppedIsDropped(t *testing.T) {
	for operation, expected := range map[string]string{
		"trap":    "the module trapped with 262144 of at most 1048576 bytes of memory: wasm error: unreachable",
		"deep":    "the module trapped with 262144 of at most 1048576 bytes of memory: stack overflow",
		"outside": "the module named 8 bytes at 2000000000, which are not in its memory",
	} {
		module := compile(t, config)
		count(t, module)
		if _, err := module.Call(t.Context(), operation, nil, nil); err == nil || err.Error() != expected {
			t.Errorf("%s: %v", operation, err)
		}
		if found := count(t, module); found != "1" {
			t.Errorf("%s: the instance is used again: %s", operation, found)
		}
	}
}

func TestMemory(t *testing.T) {
	module := compile(t, config)
	grow := func(pages byte) error {
		_, err := module.Call(t.Context(), "memory", []byte{pages}, nil)
		return err
	}
	for _, test := range []struct {
		pages    byte
		grows    bool
		expected string
	}{{4, true, "2"}, {8, true, "1"}, {13, false, "1"}} {
		// The instance has four pages: up to eight it is kept, and up to sixteen it may have.
		if err := grow(test.pages); (err == nil) != test.grows {
			t.Errorf("%d pages: %v", test.pages, err)
		}
		if found := count(t, module); test.pages != 4 && found != "1" {
			t.Errorf("%d pages: the instance is used again: %s", test.pages, found)
		}
	}
	if _, err := Compile(t.Context(), guest, Config{MemoryLimit: 3 * page}); err == nil {
		t.Error("compiled with too little memory")
	}
}

func TestACancelledContextStopsTheModule(t *testing.T) {
	module := compile(t, config)
	for _, expected := range []error{context.Canceled, context.DeadlineExceeded} {
		count(t, module)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if expected == context.Canceled {
			cancel()
			ctx, cancel = context.WithCancel(t.Context())
			time.AfterFunc(20*time.Millisecond, cancel)
		}
		_, err := module.Call(ctx, "loop", nil, nil)
		cancel()
		if !errors.Is(err, expected) || !strings.HasPrefix(err.Error(), "the module was stopped: ") {
			t.Error(err)
		}
		if found := count(t, module); found != "1" {
			t.Errorf("the instance is used again: %s", found)
		}
	}
}

// endsMeanwhile is a context that is done when it is looked at again.
type endsMeanwhile struct {
	context.Context
	looked bool
}

func (e *endsMeanwhile) Err() error {
	if !e.looked {
		e.looked = true
		return nil
	}
	return context.Canceled
}

// A context that ends as the call does may close the instance afterwards, in the next call.
func TestAnInstanceWhoseContextEndedIsDropped(t *testing.T) {
	module := compile(t, config)
	count(t, module)
	ctx := &endsMeanwhile{Context: t.Context()}
	if answer, err := module.Call(ctx, "number", nil, nil); err != nil || string(answer) != "2" {
		t.Fatalf("%s, %v", answer, err)
	}
	if found := count(t, module); found != "1" {
		t.Errorf("the instance is used again: %s", found)
	}
}

func TestHostCalls(t *testing.T) {
	module := compile(t, config)
	host := func(_ context.Context, binding, namespace, operation string, payload []byte) ([]byte, error) {
		if string(payload) == "fail" {
			return []byte("dropped"), errors.New("out of order")
		}
		return []byte(strings.Join([]string{binding, namespace, operation, string(payload)}, " ")), nil
	}
	answer, err := module.Call(t.Context(), "hget_resource", []byte("x"), host)
	if err != nil || string(answer) != "kubewarden kubernetes get_resource x" {
		t.Errorf("%s, %v", answer, err)
	}
	if _, err = module.Call(t.Context(), "h", []byte("fail"), host); err == nil || !strings.HasSuffix(err.Error(), ": out of order") {
		t.Error(err)
	}
	if _, err = module.Call(t.Context(), "h", nil, nil); err == nil || !strings.HasSuffix(err.Error(), ": this host answers no calls") {
		t.Error(err)
	}
	panics := func(context.Context, string, string, string, []byte) ([]byte, error) { panic("no cache") }
	if _, err = module.Call(t.Context(), "h", nil, panics); err == nil || !strings.Contains(err.Error(), "no cache") {
		t.Error(err)
	}
}

func TestWhatIsNotAWapcModule(t *testing.T) {
	header := "\x00asm\x01\x00\x00\x00"
	// A type `() -> ()`, and an import of that type.
	function := "\x01\x04\x01\x60\x00\x00"
	for expected, wasm := range map[string]string{
		"cannot compile the module: ":                                               "<html>",
		"the module imports `env.abort`, which a waPC host does not have":           header + function + "\x02\x0d\x01\x03env\x05abort\x00\x00",
		"the module imports `wapc.abort`, which a waPC host does not have":          header + function + "\x02\x0e\x01\x04wapc\x05abort\x00\x00",
		"the module imports the memory `env.m`, which a waPC host does not have":    header + "\x02\x0a\x01\x03env\x01m\x02\x00\x01",
		"the module is not a waPC module: it does not export `__guest_call`":        header,
		"the module is not a waPC module: its `__guest_call` has another signature": header + function + "\x03\x02\x01\x00\x07\x10\x01\x0c__guest_call\x00\x00\x0a\x04\x01\x02\x00\x0b",
	} {
		if _, err := Compile(t.Context(), []byte(wasm), config); err == nil || !strings.HasPrefix(err.Error(), expected) {
			t.Errorf("expected %s, found %v", expected, err)
		}
	}
}
