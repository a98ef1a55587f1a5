package wapc

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

const guestCall = "__guest_call"

// instance is one instance of the module, for one call at a time.
type instance struct {
	module      api.Module
	function    api.Function
	memoryLimit uint64
}

// guestError is an error that the module itself gave. Its instance is sound.
type guestError struct{ text string }

func (e *guestError) Error() string {
	return "the module answered with an error: " + e.text
}

// protocolError is what a module does that the protocol does not allow. It stops the module.
type protocolError struct{ text string }

func (e *protocolError) Error() string { return e.text }

func (m *Module) newInstance(ctx context.Context) (*instance, error) {
	started := &call{}
	// Without a name, so that there can be many.
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions("_start", "wapc_init")
	module, err := m.runtime.InstantiateModule(context.WithValue(ctx, callKey{}, started), m.compiled, config)
	if err != nil {
		return nil, fmt.Errorf("cannot start the module: %w", stopped(ctx, err, nil, m.config.MemoryLimit))
	}
	return &instance{module, module.ExportedFunction(guestCall), m.config.MemoryLimit}, nil
}

func (i *instance) call(ctx context.Context, operation string, payload []byte, host HostCall) ([]byte, error) {
	call := &call{operation: operation, payload: payload, host: host}
	result, err := i.function.Call(context.WithValue(ctx, callKey{}, call), uint64(len(operation)), uint64(len(payload)))
	if err != nil {
		return nil, stopped(ctx, err, i.module.Memory(), i.memoryLimit)
	}
	if uint32(result[0]) != 1 {
		return nil, &guestError{string(call.guestError)}
	}
	return call.guestResponse, nil
}

func (i *instance) memory() uint64 {
	return uint64(i.module.Memory().Size())
}

func (i *instance) close() {
	_ = i.module.Close(context.Background())
}

// stopped names why the module did not come to an end.
func stopped(ctx context.Context, err error, memory api.Memory, limit uint64) error {
	var exit *sys.ExitError
	var protocol *protocolError
	var panicked runtime.Error
	switch {
	case ctx.Err() != nil:
		return contextError(ctx)
	case errors.As(err, &exit):
		return fmt.Errorf("the module was stopped: %w", err)
	case errors.As(err, &protocol):
		return protocol
	case errors.As(err, &panicked):
		// With the stack of the panic.
		return fmt.Errorf("a host call panicked: %w", err)
	}
	// What follows the first line are numbers of functions, since the module has no names.
	cause, _, _ := strings.Cut(err.Error(), "\n")
	if memory == nil {
		return fmt.Errorf("the module trapped: %s", cause)
	}
	return fmt.Errorf("the module trapped with %d of at most %d bytes of memory: %s", memory.Size(), limit, cause)
}

// contextError wraps the error of a context that is done, and its cause where that is another.
func contextError(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); !errors.Is(cause, err) {
		return fmt.Errorf("the module was stopped: %w: %w", err, cause)
	}
	return fmt.Errorf("the module was stopped: %w", err)
}
