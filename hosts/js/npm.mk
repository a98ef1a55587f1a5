# The npm package podnetworking-policy. The Makefile includes it.

NPM_TARGET := $(or $(CARGO_TARGET_DIR),target)
NPM_WASM := $(NPM_TARGET)/$(WASM_TARGET)/module/podnetworking_js.wasm
NPM_TESTS := hosts/js/test

.PHONY: npm
npm: | toolchain ## build the npm package, in target/npm
	@# wasm-bindgen reads what a stripped module does not have, and strips it afterwards. The linker makes no short addresses
	@# in such a module.
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$(REMAP)" $(CARGO) build $(LOCKED) \
	  --package podnetworking-js --target $(WASM_TARGET) --profile module --config profile.module.strip=false
	$(CARGO) run $(LOCKED) --quiet --package podnetworking-npm -- $(NPM_WASM) $(NPM_TARGET)/npm

$(NPM_TESTS)/node_modules: $(NPM_TESTS)/package-lock.json
	cd $(NPM_TESTS) && npm ci --no-audit --no-fund && touch node_modules

.PHONY: test-npm
test-npm: npm podnetworking.wasm $(NPM_TESTS)/node_modules ## test under Node: the npm package, and the CLI by WASI
	$(CARGO) build $(LOCKED) --package podnetworking --no-default-features
	$(CARGO) test $(LOCKED) --package podnetworking-js --test cases --test wasi --test check
	cd $(NPM_TESTS) && NPM_PACKAGE=$(abspath $(NPM_TARGET)/npm) node --test api.test.mjs types.test.mjs bundle.test.mjs examples.test.mjs

CHROMIUM ?= $(or $(shell command -v chromium),/usr/bin/chromium)

.PHONY: test-browser
test-browser: npm $(NPM_TESTS)/node_modules ## test the npm package in Chromium (Debian: apt-get install chromium)
	@test -x "$(CHROMIUM)" || { echo "chromium is not in the PATH: name it by CHROMIUM=" >&2; exit 1; }
	cd $(NPM_TESTS) && NPM_PACKAGE=$(abspath $(NPM_TARGET)/npm) CHROMIUM=$(CHROMIUM) node --test browser.test.mjs
