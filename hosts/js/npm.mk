# The npm package. It is included by the Makefile.

NPM_DIR := target/npm
NPM_WASM := $(or $(CARGO_TARGET_DIR),target)/$(WASM_TARGET)/module/podnetworking_js.wasm
