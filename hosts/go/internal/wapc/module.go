// Package wapc runs a waPC module on wazero: one compiled module, and a pool of its instances.
package wapc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// ErrClosed is the error of every call after Close.
var ErrClosed = errors.New("the module is closed")

// page is the unit in which a memory grows, in bytes.
const page = 64 << 10

// HostCall answers a call of the module to its host. The module gets the text of an error, word for word.
type HostCall func(ctx context.Context, binding, namespace, operation string, payload []byte) ([]byte, error)

// Config limits a module.
type Config struct {
	// MemoryLimit is how many bytes of memory an instance may have.
	MemoryLimit uint64
	// MaxIdle is how many instances are kept between calls.
	MaxIdle int
	// MaxIdleMemory is how many bytes of memory an instance may have that is kept: a memory never shrinks.
	MaxIdleMemory uint64
	// Uninterrupted leaves out the checks by which a context that is done stops the module.
	Uninterrupted bool
}

// Module is a compiled module. Any number of goroutines may call it: each call has an instance of its own.
type Module struct {
	config   Config
	runtime  wazero.Runtime
	compiled wazero.CompiledModule

	mu      sync.Mutex
	idle    []*instance
	running int
	closed  bool
	// done is closed when the last call has ended after Close.
	done chan struct{}
}

// Compile compiles a module, checks that it is a waPC module, and starts the first instance.
func Compile(ctx context.Context, wasm []byte, config Config) (*Module, error) {
	pages := min(config.MemoryLimit/page, 1<<16)
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().
		WithCloseOnContextDone(!config.Uninterrupted).
		WithMemoryLimitPages(uint32(pages)))
	module := &Module{config: config, runtime: runtime, done: make(chan struct{})}
	if err := module.start(ctx, wasm); err != nil {
		_ = runtime.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return module, nil
}

func (m *Module) start(ctx context.Context, wasm []byte) (err error) {
	if m.compiled, err = m.runtime.CompileModule(ctx, wasm); err != nil {
		return fmt.Errorf("cannot compile the module: %w", err)
	}
	if err := check(m.compiled); err != nil {
		return err
	}
	if err := instantiateHost(ctx, m.runtime); err != nil {
		return err
	}
	first, err := m.newInstance(ctx)
	if err != nil {
		return err
	}
	m.keep(first)
	return nil
}

// check names what a waPC module must have and has not, and what it asks for that a waPC host has not.
func check(compiled wazero.CompiledModule) error {
	for _, imported := range compiled.ImportedFunctions() {
		module, name, _ := imported.Import()
		if _, known := hostFunctions[name]; module != hostModule || !known {
			return fmt.Errorf("the module imports `%s.%s`, which a waPC host does not have", module, name)
		}
	}
	for _, imported := range compiled.ImportedMemories() {
		module, name, _ := imported.Import()
		return fmt.Errorf("the module imports the memory `%s.%s`, which a waPC host does not have", module, name)
	}
	call, found := compiled.ExportedFunctions()[guestCall]
	if !found {
		return fmt.Errorf("the module is not a waPC module: it does not export `%s`", guestCall)
	}
	i32 := api.ValueTypeI32
	if !slices.Equal(call.ParamTypes(), []api.ValueType{i32, i32}) || !slices.Equal(call.ResultTypes(), []api.ValueType{i32}) {
		return fmt.Errorf("the module is not a waPC module: its `%s` has another signature", guestCall)
	}
	if _, found := compiled.ExportedMemories()["memory"]; !found {
		return errors.New("the module is not a waPC module: it does not export `memory`")
	}
	return nil
}

// Call calls a function of the module. The call ends with the context: with an error that wraps the context's.
func (m *Module) Call(ctx context.Context, operation string, payload []byte, host HostCall) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, contextError(ctx)
	}
	idle, err := m.enter()
	if err != nil {
		return nil, err
	}
	defer m.leave()
	if idle == nil {
		if idle, err = m.newInstance(ctx); err != nil {
			return nil, err
		}
	}
	answer, err := idle.call(ctx, operation, payload, host)
	var guest *guestError
	// A context that is done closes its instance, and may do so after the call has ended.
	if (err != nil && !errors.As(err, &guest)) || ctx.Err() != nil {
		idle.close()
		return answer, err
	}
	m.keep(idle)
	return answer, err
}

// Close releases the module, once the calls that run have ended. Where the context ends first, the last of them releases it.
func (m *Module) Close(ctx context.Context) error {
	m.mu.Lock()
	if !m.closed {
		m.closed = true
		m.release()
	}
	m.mu.Unlock()
	select {
	case <-m.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("calls still run: %w", ctx.Err())
	}
}

// enter counts a call, and takes the instance that was used last, whose memory is warm: nil where none is idle.
func (m *Module) enter() (*instance, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	m.running++
	last := len(m.idle) - 1
	if last < 0 {
		return nil, nil
	}
	taken := m.idle[last]
	m.idle[last], m.idle = nil, m.idle[:last]
	return taken, nil
}

func (m *Module) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running--
	m.release()
}

func (m *Module) keep(used *instance) {
	m.mu.Lock()
	kept := !m.closed && len(m.idle) < m.config.MaxIdle && used.memory() <= m.config.MaxIdleMemory
	if kept {
		m.idle = append(m.idle, used)
	}
	m.mu.Unlock()
	if !kept {
		used.close()
	}
}

// release closes the runtime, with all instances, where the module is closed and no call runs. The lock is held.
func (m *Module) release() {
	if m.closed && m.running == 0 && m.runtime != nil {
		_ = m.runtime.Close(context.Background())
		m.runtime, m.idle = nil, nil
		close(m.done)
	}
}
