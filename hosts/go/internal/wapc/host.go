package wapc

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hostModule is the name of the module from which waPC modules import.
const hostModule = "wapc"

// call is one call of the module: what it gets, and what it gives back.
type call struct {
	operation string
	payload   []byte
	host      HostCall

	guestResponse []byte
	guestError    []byte
	hostResponse  []byte
	hostError     string
}

// callKey is the key of the running call in the context that wazero hands to host functions.
type callKey struct{}

// hostFunction is a function that the module imports. Parameters and the result are 32-bit integers, in `stack`.
type hostFunction struct {
	parameters int
	hasResult  bool
	run        func(ctx context.Context, call *call, memory api.Memory, stack []uint64)
}

// hostFunctions are all functions of a waPC host.
var hostFunctions = map[string]hostFunction{
	"__guest_request": {parameters: 2, run: func(_ context.Context, call *call, memory api.Memory, stack []uint64) {
		write(memory, stack[0], []byte(call.operation))
		write(memory, stack[1], call.payload)
	}},
	"__guest_response": {parameters: 2, run: func(_ context.Context, call *call, memory api.Memory, stack []uint64) {
		call.guestResponse = bytes.Clone(read(memory, stack[0], stack[1]))
	}},
	"__guest_error": {parameters: 2, run: func(_ context.Context, call *call, memory api.Memory, stack []uint64) {
		call.guestError = bytes.Clone(read(memory, stack[0], stack[1]))
	}},
	"__host_call": {parameters: 8, hasResult: true, run: hostCall},
	"__host_response_len": {hasResult: true, run: func(_ context.Context, call *call, _ api.Memory, stack []uint64) {
		stack[0] = uint64(len(call.hostResponse))
	}},
	"__host_response": {parameters: 1, run: func(_ context.Context, call *call, memory api.Memory, stack []uint64) {
		write(memory, stack[0], call.hostResponse)
	}},
	"__host_error_len": {hasResult: true, run: func(_ context.Context, call *call, _ api.Memory, stack []uint64) {
		stack[0] = uint64(len(call.hostError))
	}},
	"__host_error": {parameters: 1, run: func(_ context.Context, call *call, memory api.Memory, stack []uint64) {
		write(memory, stack[0], []byte(call.hostError))
	}},
	// What a module writes to its console is dropped.
	"__console_log": {parameters: 2, run: func(context.Context, *call, api.Memory, []uint64) {}},
}

// hostCall passes a call of the module on. Its result is 1 for an answer and 0 for an error.
func hostCall(ctx context.Context, call *call, memory api.Memory, stack []uint64) {
	text := func(at int) string { return string(read(memory, stack[at], stack[at+1])) }
	call.hostResponse, call.hostError = nil, ""
	var err error
	if call.host == nil {
		err = errors.New("this host answers no calls")
	} else {
		payload := bytes.Clone(read(memory, stack[6], stack[7]))
		call.hostResponse, err = call.host(ctx, text(0), text(2), text(4), payload)
	}
	if ctx.Err() != nil {
		// Data that is missing because the caller has gone makes no decision.
		panic(&protocolError{"the context is done"})
	}
	if err != nil {
		call.hostResponse, call.hostError = nil, err.Error()
		stack[0] = 0
		return
	}
	stack[0] = 1
}

// read is a view into the memory, which is valid until the module runs again.
func read(memory api.Memory, pointer, length uint64) []byte {
	view, inside := memory.Read(uint32(pointer), uint32(length))
	if !inside {
		panic(outside(pointer, length))
	}
	return view
}

func write(memory api.Memory, pointer uint64, data []byte) {
	if !memory.Write(uint32(pointer), data) {
		panic(outside(pointer, uint64(len(data))))
	}
}

func outside(pointer, length uint64) error {
	return &protocolError{fmt.Sprintf("the module named %d bytes at %d, which are not in its memory", length, pointer)}
}

func instantiateHost(ctx context.Context, runtime wazero.Runtime) error {
	builder := runtime.NewHostModuleBuilder(hostModule)
	for name, function := range hostFunctions {
		run := func(ctx context.Context, module api.Module, stack []uint64) {
			function.run(ctx, ctx.Value(callKey{}).(*call), module.Memory(), stack)
		}
		parameters := make([]api.ValueType, function.parameters)
		for at := range parameters {
			parameters[at] = api.ValueTypeI32
		}
		var results []api.ValueType
		if function.hasResult {
			results = []api.ValueType{api.ValueTypeI32}
		}
		builder.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(run), parameters, results).Export(name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}
