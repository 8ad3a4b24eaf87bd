# basemeter: everything a developer or a fresh machine needs. Debian or a relative of it, and Go, are taken for granted.

DEPS := $(CURDIR)/.deps
BIN  := $(CURDIR)/bin
export CGO_ENABLED := 0
export PATH := $(DEPS)/bin:$(PATH)

# Debian's packages that tests need: a broker, a browser with Chinese letters, an emulator of the Pi's processor, an
# emulator of a whole gateway, a spreadsheet program that opens our workbooks, and a Modbus slave of another project.
PACKAGES := mosquitto chromium fonts-noto-cjk libreoffice-calc-nogui qemu-user-static qemu-system-arm python3-pymodbus python3-serial-asyncio
PROGRAMS := mosquitto chromium soffice qemu-arm-static qemu-system-aarch64
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
AGENTS := linux/arm/6 linux/arm/7 linux/arm64 linux/amd64
STRIP  := -trimpath -ldflags '-s -w'
SUDO   := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help deps test race lint bench demo build clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

deps: $(DEPS)/packages $(DEPS)/bin/influxd ## Install what tests need

# mosquitto's package starts a broker; the tests start their own.
$(DEPS)/packages: Makefile
	@mkdir -p $(DEPS)/bin
	@for p in $(PROGRAMS); do PATH=$$PATH:/usr/sbin command -v $$p >/dev/null || missing=1; done; \
	fc-list 2>/dev/null | grep -q CJK || missing=1; \
	/usr/bin/python3 -c 'import pymodbus.server' 2>/dev/null || missing=1; \
	if [ -n "$$missing" ]; then \
	  $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $(PACKAGES) fontconfig; fi
	@touch $@

# InfluxDB 1.8.10 itself, as a process of its own.
$(DEPS)/bin/influxd: standalone/go.mod $(wildcard standalone/influxd/*.go standalone/influxd/cmd/*.go)
	go build -C standalone -o $@ ./influxd/cmd

$(DEPS)/bin/staticcheck:
	GOBIN=$(DEPS)/bin go install $(STATICCHECK)

$(DEPS)/bin/govulncheck:
	GOBIN=$(DEPS)/bin go install $(GOVULNCHECK)

test: deps ## Install what is needed, then pass every test
	go test ./...
	go test -C standalone ./...
	go test -C image -count=1 ./...
	EMULATOR=qemu-arm-static GOARCH=arm GOARM=6 go test -p 1 -exec qemu-arm-static ./agent/... ./drivers/...

race: deps ## Tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./...
	CGO_ENABLED=1 go test -C standalone -race ./...

lint: $(DEPS)/bin/staticcheck $(DEPS)/bin/govulncheck ## Formatting, vet for both word sizes, staticcheck, known vulnerabilities
	@bad=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$bad" ]; then echo "gofmt: $$bad"; exit 1; fi
	go vet ./... && go vet -C standalone ./... && go vet -C image ./...
	GOARCH=386 go vet ./...
	staticcheck ./...
	cd standalone && staticcheck ./...
	cd image && staticcheck ./...
	@if curl -fsS -o /dev/null --max-time 10 https://vuln.go.dev/index/db.json 2>/dev/null; then govulncheck ./...; \
	else echo "govulncheck: its database cannot be reached from here; not run"; fi

bench: deps ## What it costs: see docs/performance.md
	go test -run '^$$' -bench . -benchtime 1s ./...
	go run -C standalone ./bench

demo: ## A simulated base on real wires; http://127.0.0.1:8080
	go run -C standalone . demo

build: ## Static programs for every target, in bin/
	@mkdir -p $(BIN)
	@for target in $(AGENTS); do \
	  set -- $$(echo $$target | tr / ' '); arch=$$2$${3:+v$$3}; \
	  GOOS=$$1 GOARCH=$$2 GOARM=$$3 go build $(STRIP) -o $(BIN)/basemeter-agent-$$1-$$arch ./cmd/basemeter-agent || exit 1; done
	@for arch in amd64 arm64; do for program in basemeter-collector basemeter; do \
	  GOARCH=$$arch go build $(STRIP) -o $(BIN)/$$program-linux-$$arch ./cmd/$$program || exit 1; done; done
	@ls -l $(BIN) | awk 'NR > 1 {printf "%6.1f MB  %s\n", $$5 / 1e6, $$9}'

clean: ## Remove what was built, but not what was installed
	rm -rf $(BIN) $(DEPS)
