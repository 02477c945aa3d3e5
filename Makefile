# Everything a person or CI does with this checkout. `make help` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT ?= swift
SUITE ?= all
# One after the other: a thousand tests at once starve those that start programs and wait for them.
TESTS := HoldfastTests HoldfastProgramsTests HoldfastSQLiteTests HoldfastDaemonTests
# Each takes a minute or two; one that hangs shall say how far it came (a line at a time) and let the others run.
LIMIT := timeout --kill-after=30 900 stdbuf -oL
.PHONY: help run test check bench format lint build examples docs setup-run setup-test clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup-run ## Build, and run the daemon on Examples/quickstart
	$(SWIFT) build -c release --static-swift-stdlib --product holdfast
	@echo
	@echo "  Ctrl-C stops everything in order. In another terminal:  cd Examples/quickstart"
	@echo "  and then  ../../.build/release/holdfast status   (or: tree, logs -f, stop web, restart web)"
	@echo
	.build/release/holdfast run Examples/quickstart/holdfast.yml

test: setup-test ## Build, and run every test
	$(SWIFT) build --build-tests
	@status=0; for target in $(TESTS); do \
	  $(LIMIT) $(SWIFT) test --skip-build --filter "^$$target\\." || { echo "$$target failed, or took too long" >&2; status=1; }; \
	done; exit $$status

check: setup-test lint build examples docs test ## What CI runs: format, build, examples, docs, tests

bench: setup-test ## Measure, beside the peers: make bench SUITE=supervision
	Benchmarks/run $(SUITE)

build: ## Build everything, warnings as errors
	$(SWIFT) build --build-tests

format: ## Format the sources in place
	$(SWIFT) format -i -r --parallel Sources Tests Benchmarks/Sources Examples Package.swift Benchmarks/Package.swift

lint: ## Check the format
	$(SWIFT) format lint --strict -r --parallel Sources Tests Benchmarks/Sources Examples Package.swift Benchmarks/Package.swift

examples: ## Build the library examples, and the benchmarks, to see that they compile
	$(SWIFT) build --package-path Examples
	$(SWIFT) build --package-path Benchmarks --scratch-path Examples/.build

docs: ## Build the documentation of the libraries; warnings are errors
	@scripts/docs

setup-run:
	@scripts/setup run

setup-test:
	@scripts/setup test

clean: ## Remove what was built
	rm -rf .build Examples/.build Benchmarks/.build
