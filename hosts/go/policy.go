// Package podnetworking decides with policy.wasm, in Go: whether a request may be admitted, and what it becomes.
//
// [Load] compiles the module once. [Policy.Decide] takes an admission request, and gets the PodNetworkings and Namespaces
// from a [Cluster], which is asked only for what the decision needs, or beside the request, as [ClusterData]. Any number of
// goroutines may decide at the same time. A context that is done stops the module.
//
// The module runs on wazero: without cgo, and without access to files, the network or a clock.
package podnetworking

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/podnetworking-policy/podnetworking-policy/hosts/go/internal/wapc"
)

// ErrClosed is the error of a decision after [Policy.Close].
var ErrClosed = wapc.ErrClosed

// The defaults of the options, in bytes.
const (
	defaultMemoryLimit   = 256 << 20
	defaultMaxIdleMemory = 64 << 20
)

// Option changes how a policy is run.
type Option func(*wapc.Config)

// WithMemoryLimit sets how many bytes of memory one decision may take; the default is 256 MiB. A decision that needs more
// ends with an error. docs/capacity.md lists what decisions need.
func WithMemoryLimit(bytes uint64) Option {
	return func(config *wapc.Config) { config.MemoryLimit = bytes }
}

// WithMaxIdle sets how many instances of the module are kept between decisions; the default is GOMAXPROCS. With 0 every
// decision has a new instance.
func WithMaxIdle(instances int) Option {
	return func(config *wapc.Config) { config.MaxIdle = instances }
}

// WithMaxIdleMemory sets how many bytes of memory an instance may have that is kept between decisions; the default is
// 64 MiB. The memory of an instance never shrinks.
func WithMaxIdleMemory(bytes uint64) Option {
	return func(config *wapc.Config) { config.MaxIdleMemory = bytes }
}

// WithoutInterruption compiles the module without the checks by which a context that is done stops it. A decision with
// 1,000 PodNetworkings then takes an eighth of the time, and with 10 a third. The context is still looked at before and
// after the module asks the [Cluster]. Between these, a decision takes as long as docs/hardening.md measures, also with
// hostile requests.
func WithoutInterruption() Option {
	return func(config *wapc.Config) { config.Uninterrupted = true }
}

// Policy is the loaded module.
type Policy struct {
	module *wapc.Module
}

// Load compiles policy.wasm, which takes some hundred milliseconds, and starts its first instance. Load it once.
//
// An error says what is wrong with the module: it is not WebAssembly, it is not a waPC module, or it imports what a waPC
// host does not have.
func Load(ctx context.Context, wasm []byte, options ...Option) (*Policy, error) {
	config := wapc.Config{
		MemoryLimit:   defaultMemoryLimit,
		MaxIdle:       runtime.GOMAXPROCS(0),
		MaxIdleMemory: defaultMaxIdleMemory,
	}
	for _, option := range options {
		option(&config)
	}
	module, err := wapc.Compile(ctx, wasm, config)
	if err != nil {
		return nil, fmt.Errorf("load the policy: %w", err)
	}
	return &Policy{module}, nil
}

// Close releases the module, once the decisions that run have ended. Where the context ends first, the last of them
// releases it. Later decisions end with [ErrClosed].
func (p *Policy) Close(ctx context.Context) error {
	return p.module.Close(ctx)
}

// Decide decides a request. `cluster` is asked for the cluster data that the request does not bring; it may be nil.
//
// What cannot be decided is a denial, with a finding that says why: missing cluster data, a malformed object, invalid
// settings. An error means that there is no decision: the context is done, the module has trapped, or the policy
// is closed. A webhook must not admit the request then; [Decision.Allowed] of the zero Decision is false.
func (p *Policy) Decide(ctx context.Context, request Request, cluster Cluster) (Decision, error) {
	return ask[Decision](ctx, p, "decide", request, cluster)
}

// Validate decides a request, and answers as Kubewarden's policies do: findings are lines of text.
func (p *Policy) Validate(ctx context.Context, request Request, cluster Cluster) (ValidationResponse, error) {
	return ask[ValidationResponse](ctx, p, "validate", request, cluster)
}

// ValidateSettings checks settings, a JSON object.
func (p *Policy) ValidateSettings(ctx context.Context, settings json.RawMessage) (SettingsResponse, error) {
	return read[SettingsResponse](ctx, p, "validate_settings", settings, nil)
}

// Call calls a function of the module, `decide` or `validate`, with a payload as docs/hosting.md describes it. It is for
// payloads and answers that are at hand as bytes.
func (p *Policy) Call(ctx context.Context, function string, payload []byte, cluster Cluster) ([]byte, error) {
	return p.module.Call(ctx, function, payload, hostCall(cluster))
}

func ask[Answer any](ctx context.Context, p *Policy, function string, request Request, cluster Cluster) (Answer, error) {
	payload, err := request.payload()
	if err != nil {
		var none Answer
		return none, err
	}
	return read[Answer](ctx, p, function, payload, cluster)
}

func read[Answer any](ctx context.Context, p *Policy, function string, payload []byte, cluster Cluster) (Answer, error) {
	var answer, none Answer
	bytes, err := p.Call(ctx, function, payload, cluster)
	if err != nil {
		return none, fmt.Errorf("call `%s`: %w", function, err)
	}
	if err := json.Unmarshal(bytes, &answer); err != nil {
		return none, fmt.Errorf("read the answer of `%s`: %w", function, err)
	}
	return answer, nil
}
