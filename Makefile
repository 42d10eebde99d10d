# Understudy: everything a developer types. `make` lists it.
#
# On a bare Debian with Go, `make run` shows a whole login and `make test` tests everything: each first lets .ci/setup
# install what is missing (only that; with sudo where needed; nothing the second time). There are two builds of the one
# program: the static one, which needs no C compiler and has no window, and the one with the window. All that is made
# lies in build/, which git ignores.
#
# Variables: ARGS (more arguments for `make run` and `make bench-scan`), DIR (folders of pictures), FUZZTIME, BENCH (a
# pattern), VULNDB (another vulnerability database), PLUGIN and SUITE (the folder of `make conformance`, and options),
# CAMERA_GUEST (the folder of the virtual machine for `make test-camera`), UNDERSTUDY_REQUIRE_ALL (empty: leave out tests
# whose tools are missing; otherwise they fail).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The tools that are not in Debian; `go run` fetches, builds and keeps them. Here and nowhere else are their versions.
export GOFUMPT := mvdan.cc/gofumpt@v0.12.0
export STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
export GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.6.0

# Where Go's own installation puts it, for those whose PATH does not say so yet.
export PATH := $(PATH):/usr/local/go/bin
export UNDERSTUDY_REQUIRE_ALL ?= 1
export FUZZTIME ?= 60s

PROGRAM := build/understudy
WINDOW := build/understudy-window
ARGS ?=
BENCH ?= .
CAMERA_GUEST ?=

# A checkout that git does not trust (another owner's) or does not know (an archive) is built without a commit in it.
stamp = $(shell git rev-parse HEAD >/dev/null 2>&1 || echo -buildvcs=false)

# Everything but the program itself, which has no tests: with cgo it is the window, and would need what that is drawn with.
tested = $$(go list ./... | grep -v '/app$$')

.PHONY: help
help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## build what is missing and show a whole login (understudy demo): in a window where there is a display
	@if [ -n "$${WAYLAND_DISPLAY:-}$${DISPLAY:-}" ]; then \
	  if $(MAKE) --no-print-directory window; then exec $(WINDOW) demo $(ARGS); fi; \
	  echo 'The window could not be built, so the demo runs in this terminal.' >&2; \
	fi; \
	$(MAKE) --no-print-directory build && exec $(PROGRAM) demo $(ARGS)

.PHONY: build
build: ## build the static program: build/understudy
	@.ci/setup base
	@test -x $(PROGRAM) || echo 'building $(PROGRAM); the first time takes about a minute' >&2
	@CGO_ENABLED=0 go build -trimpath $(stamp) -o $(PROGRAM) ./app

.PHONY: window
window: ## build the program with its window: build/understudy-window
	@.ci/setup base window
	@test -x $(WINDOW) || echo 'building $(WINDOW); the first time takes about four minutes' >&2
	@CGO_ENABLED=1 go build -trimpath $(stamp) -o $(WINDOW) ./app

.PHONY: test
test: ## vet, and every test, with the race detector
	@.ci/setup base cgo test
	CGO_ENABLED=0 go vet -tags e2e ./...
	go test $$(.ci/race) $(tested)

.PHONY: e2e
e2e: build window ## a real browser logs in, with terminal and window; its pictures stay in build/e2e
	@.ci/setup test e2e
	@rm -rf build/e2e && mkdir -p build/e2e
	go vet ./app
	UNDERSTUDY_BIN=$(CURDIR)/$(PROGRAM) UNDERSTUDY_WINDOW=$(CURDIR)/$(WINDOW) UNDERSTUDY_E2E_DIR=$(CURDIR)/build/e2e go test -count=1 -tags e2e ./app/e2e/...

.PHONY: e2e-race
e2e-race: build ## the same in the window, built with the race detector
	@.ci/setup test e2e window
	@mkdir -p build/e2e-race
	CGO_ENABLED=1 go build -race -trimpath $(stamp) -o build/understudy-race ./app
	UNDERSTUDY_BIN=$(CURDIR)/$(PROGRAM) UNDERSTUDY_WINDOW=$(CURDIR)/build/understudy-race UNDERSTUDY_E2E_DIR=$(CURDIR)/build/e2e-race go test -count=1 -tags e2e -run InTheWindow ./app/e2e/...

.PHONY: conformance
conformance: build ## run the Cordova plugin's own test suite: PLUGIN=<folder of its repository> SUITE="--platform android"
	@.ci/setup conformance
	@.ci/conformance "$(PLUGIN)" $(SUITE)

.PHONY: test-camera
test-camera: build ## a real camera driver reads codes in a small virtual machine: CAMERA_GUEST=FOLDER (the one with run-in-guest)
	@[ -x '$(CAMERA_GUEST)/run-in-guest' ] || { echo 'test-camera: say CAMERA_GUEST=FOLDER, the folder that holds run-in-guest' >&2; exit 2; }
	UNDERSTUDY_BIN=$(CURDIR)/$(PROGRAM) UNDERSTUDY_CAMERA_GUEST='$(abspath $(CAMERA_GUEST))' CGO_ENABLED=0 go test -count=1 -v -timeout 30m -run '^TestGuest$$' ./app/sight

.PHONY: lint
lint: ## format, static analysis, modules, layout, scripts, desktop files
	@.ci/setup base lint
	@.ci/lint

.PHONY: fmt
fmt: ## format all Go code
	@.ci/setup base
	CGO_ENABLED=0 go run $(GOFUMPT) -l -w app assets core

.PHONY: bench
bench: ## run the benchmarks
	@.ci/setup base
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(tested)

.PHONY: bench-window
bench-window: build window ## measure the window: start, memory, rest, answers, sizes (about 12 minutes; see .ci/bench-window)
	@.ci/setup bench-window
	@CGO_ENABLED=1 go build -trimpath $(stamp) -o build/bare-window ./app/e2e/testdata/bare
	@CGO_ENABLED=0 go build -trimpath $(stamp) -o build/eyes ./app/e2e/testdata/eyes
	@.ci/bench-window

.PHONY: bench-scan
bench-scan: ## measure the reader of codes, one thread: DIR='a folder of pictures with .txt files, or several'
	@.ci/setup base
	@GOMAXPROCS=1 go run ./core/scan/benchscan $(ARGS) $(DIR)

.PHONY: bench-scan-peers
bench-scan-peers: ## compare it with zbar, zxing-cpp and zxing-wasm: DIR=… (see .ci/bench-scan)
	@.ci/setup base bench-scan
	@.ci/bench-scan $(DIR)

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (60s)
	@.ci/setup base
	@.ci/fuzz

.PHONY: vuln
vuln: ## look for known vulnerabilities in what the code reaches
	@.ci/setup base
	@.ci/vuln

.PHONY: repro
repro: ## build twice, in two places, and compare
	@.ci/setup base
	@.ci/repro

.PHONY: screenshots
screenshots: ## draw the README's pictures of the window anew: assets/screenshots
	@.ci/setup base
	@mkdir -p assets/screenshots
	UNDERSTUDY_SCREENSHOTS=$(CURDIR)/assets/screenshots CGO_ENABLED=0 go test -count=1 -run TestScreenshots ./app/gui

.PHONY: icons
icons: ## draw assets/icons again from assets/icon.svg
	@.ci/setup icons
	@.ci/icons

.PHONY: clean
clean: ## remove build/
	rm -rf build
