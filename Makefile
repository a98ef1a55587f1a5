# The verbs of Kubewarden's policies, and a few more: `make help`.

SHELL := /bin/bash
CARGO ?= cargo
# The modules that a macro declares: `cargo fmt` does not see them.
BY_MACRO := --edition 2024 $(wildcard src/rules/*.rs)
# Cargo.lock is what was tested: empty while dependencies are changed.
LOCKED ?= --locked
KWCTL ?= kwctl
# How long `make fuzz` runs each target.
FUZZ_SECONDS ?= 600
FUZZ_TARGETS := $(patsubst fuzz/fuzz_targets/%.rs,%,$(sort $(wildcard fuzz/fuzz_targets/*.rs)))
# Wasm targets are installed through rustup where it manages the toolchain; rust-toolchain.toml names them.
WASM_TARGET := wasm32-unknown-unknown
# They run in wasm hosts only.
GUESTS := podnetworking-policy-guest podnetworking-extism podnetworking-bench-floor podnetworking-bench-usual
TARGET := $(or $(CARGO_TARGET_DIR),target)
# What hosts have to load and compile.
MOST_BYTES := 330000
# Addresses in the code as short as they are, rather than padded for a linker that is done.
SHORT := -C link-arg=--compress-relocations
# Vectors of sixteen bytes, and a stack of 256 KiB: a host makes the memory of each instance.
VECTORS := -C target-feature=+simd128
STACK := -C link-arg=-zstack-size=262144
GUEST := $(TARGET)/$(WASM_TARGET)/module/podnetworking_policy_guest.wasm
SOURCES := $(shell find src walk/src hosts/kubewarden -name '*.rs' -o -name Cargo.toml) Cargo.toml Cargo.lock rust-toolchain.toml Makefile

# The same bytes wherever they are built: no path of this machine stays in the module.
REMAP := --remap-path-prefix=$(CURDIR)=. --remap-path-prefix=$(if $(CARGO_HOME),$(CARGO_HOME),$(HOME)/.cargo)=cargo

.DEFAULT_GOAL := help

.PHONY: help
help: ## show the verbs
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][-a-zA-Z0-9_.]*:.*## / {printf "  %-24s %s\n", $$1, $$2}' $(MAKEFILE_LIST) | sort

.PHONY: toolchain
toolchain:
	@if command -v rustup >/dev/null; then for target in $(WASM_TARGET) wasm32-wasip1; do \
	  rustup target list --installed | grep -qx $$target || rustup target add $$target; done; fi

policy.wasm: $(SOURCES) | toolchain ## build the policy, a waPC module
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$(REMAP) $(SHORT) $(VECTORS) $(STACK)" $(CARGO) build $(LOCKED) \
	  --package podnetworking-policy-guest --target $(WASM_TARGET) --profile module
	cp $(GUEST) $@
	@echo "policy.wasm: $$(wc -c < $@) bytes"

podnetworking.wasm: $(SOURCES) $(shell find cli/src check/src manifests/src -name '*.rs') | toolchain ## build the CLI for any WASI runtime
	CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="$(REMAP) $(SHORT)" $(CARGO) build $(LOCKED) \
	  --package podnetworking --no-default-features --target wasm32-wasip1 --profile module
	cp $(TARGET)/wasm32-wasip1/module/podnetworking.wasm $@
	@echo "podnetworking.wasm: $$(wc -c < $@) bytes"

podnetworking.extism.wasm: $(SOURCES) $(shell find check/src hosts/extism/src manifests/src -name '*.rs') hosts/extism/Cargo.toml | toolchain ## build the plug-in for Extism
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$(REMAP) $(SHORT)" $(CARGO) build $(LOCKED) \
	  --package podnetworking-extism --target $(WASM_TARGET) --profile module
	cp $(TARGET)/$(WASM_TARGET)/module/podnetworking_extism.wasm $@
	@echo "podnetworking.extism.wasm: $$(wc -c < $@) bytes"

annotated-policy.wasm: policy.wasm policy-metadata.yml ## annotate the policy with kwctl
	@command -v $(KWCTL) >/dev/null || { echo "kwctl is not in the PATH: it is needed to annotate the policy;" \
	  "see https://docs.kubewarden.io/quick-start for how to install it" >&2; exit 1; }
	$(KWCTL) annotate policy.wasm --metadata-path policy-metadata.yml --output-path $@

.PHONY: run
run: policy.wasm ## run the policy on examples/, in an embedded wasm host
	@echo "Next: an embedded wasm host is compiled, which takes about two minutes the first time. Then each object of examples/ is"
	@echo "shown with the answer of the policy: allowed, changed, or denied with the reason."
	$(CARGO) build $(LOCKED) --package podnetworking-demo --profile demo
	@$(CARGO) run $(LOCKED) --quiet --package podnetworking-demo --profile demo -- policy.wasm examples

.PHONY: test
test: policy.wasm ## run all tests; those of the npm package, podnetworking.wasm and the Node host where node is
	@[ $$(wc -c < policy.wasm) -le $(MOST_BYTES) ] || { echo "policy.wasm has more than $(MOST_BYTES) bytes" >&2; exit 1; }
	@if command -v node >/dev/null && command -v npm >/dev/null; then $(MAKE) --no-print-directory test-npm test-node; \
	else echo "node and npm are not in the PATH: the npm package, podnetworking.wasm and the Node host are not tested"; fi
	@$(MAKE) --no-print-directory test-go test-extism
	$(CARGO) test $(LOCKED) --workspace $(addprefix --exclude ,$(GUESTS) podnetworking-js podnetworking-cluster)

# The version of the control plane.
KUBERNETES ?= 1.36.3
CLUSTER = $(CARGO) build $(LOCKED) --package podnetworking --features serve-policy && \
  KUBERNETES=$(1) $(CARGO) test $(LOCKED) --package podnetworking-cluster --test suite --

# Where `make try` writes the kubeconfig.
TRY := $(TARGET)/try/kubeconfig

.PHONY: try
try: ## start a control plane with `podnetworking serve` in front of it, to be tried with kubectl; needs Go
	$(CARGO) build $(LOCKED) --package podnetworking --features serve --package podnetworking-cluster --bins
	@$(CARGO) run $(LOCKED) --quiet --package podnetworking-cluster --bin try-cluster -- $(KUBERNETES) $(TRY)

.PHONY: test-cluster
test-cluster: policy.wasm ## test on a real control plane (KUBERNETES=1.36.3), built once with Go; see cluster/README.md
	$(call CLUSTER,$(KUBERNETES))

.PHONY: test-cluster-all
test-cluster-all: policy.wasm ## the same on all versions that cluster/control-plane has
	$(foreach one,$(patsubst cluster/control-plane/kubernetes-%/go.mod,%,$(sort $(wildcard cluster/control-plane/kubernetes-*/go.mod))),$(call CLUSTER,$(one)) &&) true

.PHONY: soak
soak: policy.wasm ## load on a real control plane for thirty minutes
	SUITE_LOAD_SECONDS=1800 $(call CLUSTER,$(KUBERNETES)) load::

hosts/node/node_modules: hosts/node/package-lock.json
	cd hosts/node && npm ci --no-audit --no-fund && touch node_modules

.PHONY: test-node
test-node: policy.wasm hosts/node/node_modules ## test policy.wasm on Node, in @wapc/host
	cd hosts/node && npm test

# The race detector needs cgo, and the host must do without it. Go does not see that files outside of its module change, so
# nothing is taken from its cache (`-count=1`).
.PHONY: test-go
test-go: policy.wasm ## test policy.wasm in Go, on wazero, and look for races where cgo is there
	@command -v go >/dev/null || { echo "go is not in the PATH: the Go host is not tested"; exit 0; }; \
	cd hosts/go && test -z "$$(gofmt -l . | tee /dev/stderr)" && go vet ./... && CGO_ENABLED=0 go test -count=1 ./... && \
	if [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null; then go test -count=1 -race -short -run 'AtOnce|Close' .; fi

.PHONY: test-conformance
test-conformance: policy.wasm ## check alone that conformance/cases.jsonl is what policy.wasm decides; `make test` does it too
	$(CARGO) test $(LOCKED) --package podnetworking-embedded-host --test conformance

.PHONY: conformance
conformance: policy.wasm ## write conformance/cases.jsonl, which hosts run, from tests/cases
	UPDATE_CONFORMANCE=1 $(CARGO) test $(LOCKED) --package podnetworking-embedded-host --test conformance

# Extism's SDKs. Each says so where its language is missing.
EXTISM_PYTHON := $(abspath $(TARGET)/extism-python)

.PHONY: test-extism
test-extism: podnetworking.extism.wasm ## test podnetworking.extism.wasm in Extism's SDKs for Go, Python and JavaScript
	@if command -v go >/dev/null; then cd hosts/extism/go && test -z "$$(gofmt -l . | tee /dev/stderr)" && go vet ./... && go test -count=1 ./...; \
	else echo "go is not in the PATH: the Extism plug-in is not tested in Go"; fi
	@if command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null; then \
	  python3 -m venv $(EXTISM_PYTHON) && $(EXTISM_PYTHON)/bin/pip install --quiet --disable-pip-version-check -r hosts/extism/python/requirements.txt && \
	  $(EXTISM_PYTHON)/bin/python hosts/extism/python/test_suite.py; \
	else echo "python3 with venv is not in the PATH: the Extism plug-in is not tested in Python"; fi
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	  [ -e $(NPM_TARGET)/npm/node.cjs ] || $(MAKE) --no-print-directory npm && \
	  cd hosts/extism/js && npm ci --no-audit --no-fund && NPM_PACKAGE=$(abspath $(NPM_TARGET)/npm) npm test; \
	else echo "node and npm are not in the PATH: the Extism plug-in is not tested in JavaScript"; fi

# It compiles wasmtime once more.
.PHONY: test-extism-rust
test-extism-rust: podnetworking.extism.wasm ## test podnetworking.extism.wasm in Extism's SDK for Rust, which takes ten minutes the first time
	CARGO_TARGET_DIR=$(abspath $(TARGET)/extism-rust) $(CARGO) test $(LOCKED) --manifest-path hosts/extism/rust/Cargo.toml

# What `cargo install podnetworking` needs.
PUBLISHED := podnetworking-walk podnetworking-policy podnetworking-manifests podnetworking-check podnetworking-embedded-host podnetworking-webhook podnetworking

.PHONY: published
published:
	@printf '%s\n' $(PUBLISHED)

.PHONY: package
package: ## pack the crates that crates.io gets, and compile them from what was packed
	$(CARGO) package $(LOCKED) $(addprefix --package ,$(PUBLISHED))

.PHONY: lint
lint: | toolchain ## check formatting, clippy and documentation
	$(CARGO) fmt --all --check
	rustfmt --check $(BY_MACRO)
	$(CARGO) clippy $(LOCKED) --workspace $(addprefix --exclude ,$(GUESTS)) --all-targets -- -D warnings
	$(CARGO) clippy $(LOCKED) $(addprefix --package ,$(GUESTS) podnetworking-js) \
	  --target $(WASM_TARGET) -- -D warnings
	e2e-tests/check-rules.sh
	@if command -v zizmor >/dev/null; then zizmor --offline --quiet .; \
	else echo "zizmor is not in the PATH: the workflows are not checked (pip install zizmor==1.32.0)"; fi
	@if command -v actionlint >/dev/null; then actionlint; \
	else echo "actionlint is not in the PATH: the workflows are not checked with it (go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12)"; fi
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" $(CARGO) doc $(LOCKED) --no-deps --package podnetworking-policy

RIVALS := $(foreach one,floor usual,$(TARGET)/$(WASM_TARGET)/$(one)/podnetworking_bench_$(one).wasm)
BENCH = $(CARGO) run $(LOCKED) --release --quiet --package podnetworking-bench -- policy.wasm $(RIVALS)

.PHONY: rivals
rivals: | toolchain
	for one in floor usual; do $(CARGO) build $(LOCKED) --package podnetworking-bench-$$one \
	  --target $(WASM_TARGET) --profile $$one || exit 1; done

.PHONY: bench
bench: policy.wasm rivals ## measure everything, and write the tables of docs/performance.md
	$(CARGO) build $(LOCKED) --release --package podnetworking --no-default-features --bins --examples
	$(TARGET)/release/examples/speed $(TARGET)/release/podnetworking | tee $(TARGET)/speed.md
	$(BENCH) --write docs/performance.md --instructions bench/instructions.txt --and $(TARGET)/speed.md

.PHONY: bench-compare
bench-compare: policy.wasm rivals ## compare the instructions of decisions with those of BEFORE, a file
	$(BENCH) --compare $(or $(BEFORE),bench/instructions.txt)

.PHONY: docs
docs: ## write the documentation that is generated from the code
	UPDATE_DOCS=1 $(CARGO) test $(LOCKED) --test docs --test pages
	UPDATE_DOCS=1 $(CARGO) test $(LOCKED) --package podnetworking-check --test schemas
	UPDATE_DOCS=1 $(CARGO) test $(LOCKED) --package podnetworking --no-default-features --test pages --test terminal
	UPDATE_DOCS=1 $(CARGO) test $(LOCKED) --test chart

.PHONY: bench-server
bench-server: policy.wasm ## measure the hosts side by side on a control plane, and write the tables of docs/capacity.md
	$(CARGO) build $(LOCKED) --release --package podnetworking --features serve-policy --package podnetworking-cluster --bins
	PODNETWORKING=$(TARGET)/release/podnetworking $(TARGET)/release/bench-server run --kubernetes $(KUBERNETES) --write docs/capacity.md $(BENCH_SERVER)

MDBOOK ?= mdbook
# Where the site is built, and the branch or tag that it is built of.
SITE ?= $(TARGET)/site
REF ?= main

.PHONY: site
site: ## build the documentation site in target/site/html, and check its links; needs mdbook
	@command -v $(MDBOOK) >/dev/null || { echo "mdbook is not in the PATH:" \
	  "cargo install --locked mdbook@0.5.4 --no-default-features --features search" >&2; exit 1; }
	$(CARGO) build $(LOCKED) --package podnetworking $(SITE_FEATURES)
	$(CARGO) run $(LOCKED) --quiet --package podnetworking-site -- write $(REF) $(TARGET)/debug/podnetworking $(SITE)/books
	$(MDBOOK) build --dest-dir $(abspath $(SITE))/html $(SITE)/books/en
	@if [ -e $(SITE)/books/zh-CN/book.toml ]; then \
	  $(MDBOOK) build --dest-dir $(abspath $(SITE))/html/zh-CN $(SITE)/books/zh-CN; fi
	$(CARGO) run $(LOCKED) --quiet --package podnetworking-site -- check $(SITE)/html

WHEEL_PROFILE ?= release
WHEEL_FOLDER := $(subst dev,debug,$(WHEEL_PROFILE))

.PHONY: wheel
wheel: ## build the wheel for this machine in target/wheels; needs maturin
	@command -v maturin >/dev/null || { echo "maturin is not in the PATH: pip install maturin" >&2; exit 1; }
	$(CARGO) build $(LOCKED) --profile $(WHEEL_PROFILE) --package podnetworking --features serve-policy
	rm -rf cli/podnetworking.data
	scripts/completions.sh $(TARGET)/$(WHEEL_FOLDER)/podnetworking cli/podnetworking.data/data
	maturin build $(LOCKED) --profile $(WHEEL_PROFILE) --manifest-path cli/Cargo.toml --out $(TARGET)/wheels

.PHONY: test-scripts
test-scripts: ## test the scripts that users run, and the schemas in kubeconform where it is there
	for test in scripts/test/*.sh; do bash $$test || exit 1; done

.PHONY: sessions
sessions: policy.wasm ## rewrite the recorded sessions of the e2e tests
	UPDATE_SESSIONS=1 $(CARGO) test $(LOCKED) --package podnetworking-embedded-host --test sessions

.PHONY: e2e-tests
e2e-tests: annotated-policy.wasm ## run the bats suite with kwctl
	@command -v bats >/dev/null || { echo "bats is not in the PATH: it is needed for the e2e tests" >&2; exit 1; }
	KWCTL=$(KWCTL) bats e2e-tests

.PHONY: growth
growth: policy.wasm ## measure how decisions grow with hostile payloads, and write the table of docs/hardening.md
	$(CARGO) run $(LOCKED) --quiet --package podnetworking-embedded-host --example growth -- policy.wasm --write docs/hardening.md

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZ_SECONDS; needs a nightly toolchain and cargo-fuzz
	@$(CARGO) fuzz --version >/dev/null 2>&1 || { echo "cargo-fuzz is not installed: cargo install --locked cargo-fuzz," \
	  "and rustup toolchain install nightly" >&2; exit 1; }
	for target in $(FUZZ_TARGETS); do \
	  dictionary=json; [ $$target = manifests ] && dictionary=yaml; \
	  $(CARGO) +nightly fuzz run $$target -- -dict=fuzz/dictionaries/$$dictionary.dict -timeout=10 -max_len=8192 \
	    -max_total_time=$(FUZZ_SECONDS) || exit 1; done

.PHONY: world
world: ## play millions of random stories against the core (WORLD_STEPS), see tests/world/README.md
	WORLD_STEPS=$(or $(WORLD_STEPS),3000000) $(CARGO) test $(LOCKED) --release --package podnetworking-policy --test world -- --nocapture

.PHONY: coverage
coverage: ## report which lines of the core its tests reach; needs cargo-llvm-cov
	@$(CARGO) llvm-cov --version >/dev/null 2>&1 || { echo "cargo-llvm-cov is not installed:" \
	  "cargo install --locked cargo-llvm-cov, and rustup component add llvm-tools" >&2; exit 1; }
	$(CARGO) llvm-cov $(LOCKED) --package podnetworking-policy --package podnetworking-walk --summary-only \
	  --ignore-filename-regex '(manifests|testing)/'

.PHONY: audit
audit: ## check licences, duplicates, sources and advisories of the dependencies; needs cargo-deny and the network
	@$(CARGO) deny --version >/dev/null 2>&1 || { echo "cargo-deny is not installed: cargo install --locked cargo-deny" >&2; exit 1; }
	$(CARGO) deny --workspace check
	$(CARGO) deny --manifest-path fuzz/Cargo.toml --config deny.toml check

.PHONY: fmt
fmt: ## format the code
	$(CARGO) fmt --all
	rustfmt $(BY_MACRO)

.PHONY: clean
clean: ## remove what was built
	$(CARGO) clean
	rm -f policy.wasm annotated-policy.wasm podnetworking.wasm podnetworking.extism.wasm

include hosts/js/npm.mk
include charts/chart.mk
