# The Helm chart and the image of the webhook.

# Helm and promtool, built from their Go modules outside of the source tree; promtool without the clouds that Prometheus can
# look for targets in. The first time takes minutes.
CHART_TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/podnetworking-chart

.PHONY: chart-tools
chart-tools:
	cd charts/tools && go build -tags remove_all_sd -o $(CHART_TOOLS)/ helm.sh/helm/v4/cmd/helm github.com/prometheus/prometheus/cmd/promtool

.PHONY: test-chart
test-chart: ## test the Helm chart, the alerts and the dashboard; needs Go
	@if ! command -v go >/dev/null; then echo "go is not in the PATH: the Helm chart, the alerts and the dashboard are not tested"; \
	else $(MAKE) --no-print-directory chart-tools && cd charts/tools && test -z "$$(gofmt -l . | tee /dev/stderr)" && \
	  go vet ./... && CHART_TOOLS=$(CHART_TOOLS) go test -count=1 ./...; fi

.PHONY: rendered
rendered: chart-tools ## write charts/rendered, what the chart renders; needs Go
	cd charts/tools && UPDATE=1 CHART_TOOLS=$(CHART_TOOLS) go test -count=1 -run TestRendered ./...

# The architecture of the image is the one of this machine; the workflow of a release builds two.
MUSL := $(shell uname -m)-unknown-linux-musl
IMAGE ?= podnetworking

.PHONY: image
image: ## build the image of the webhook; needs musl-tools and buildah
	@for tool in buildah musl-gcc; do command -v $$tool >/dev/null || { echo "$$tool is not in the PATH:" \
	  "apt-get install buildah musl-tools" >&2; exit 1; }; done
	@if command -v rustup >/dev/null; then rustup target list --installed | grep -qx $(MUSL) || rustup target add $(MUSL); fi
	$(CARGO) build $(LOCKED) --release --package podnetworking --no-default-features --features serve-policy --target $(MUSL)
	buildah build --isolation chroot --build-arg BINARY=$(TARGET)/$(MUSL)/release/podnetworking \
	  --build-arg REVISION=$$(git rev-parse HEAD) --tag $(IMAGE) .
