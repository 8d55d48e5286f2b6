# Téléconsult. `make help` lists what there is. Every target works alone on a fresh machine:
# scripts/need installs, or names, what the machine lacks.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# -buildvcs=false: the version is given above, and a clone owned by somebody else must build too.
# timetzdata: Europe/Paris is inside, whatever the machine knows of time zones.
GO_BUILD := go build -trimpath -buildvcs=false -tags timetzdata -ldflags '-s -w -X main.version=$(VERSION)'
GO_TEST  := go test -buildvcs=false -timeout 15m
SQUAWK   := scripts/tools/node_modules/.bin/squawk

WEB_MODULES := frontend/node_modules/.package-lock.json
UI          := frontend/dist/index.html
UI_SOURCES  := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune \
                 -o -path frontend/e2e -prune -o -type f -not -name '*.go' -not -name '*.test.ts*' -print 2>/dev/null)

##@ Use
.PHONY: run
run: need-run bin/teleconsult ## build and start the product at http://localhost:8080
	exec bin/teleconsult serve

.PHONY: build
build: need-run bin/teleconsult ## one static binary with the front end inside: bin/teleconsult

.PHONY: bin/teleconsult
bin/teleconsult: $(UI)
	@mkdir -p bin
	CGO_ENABLED=0 $(GO_BUILD) -o $@ ./server

##@ Check
.PHONY: test
test: need-test lint-sh lint-sql lint-web test-web budget lint-go test-go check-generated e2e ## everything that CI runs, the quick things first
	@echo 'all green'

.PHONY: lint
lint: lint-sh lint-sql lint-web lint-go ## all linters and formatters, without tests

.PHONY: lint-go
lint-go: need-go .tools/golangci-lint.stamp ## golangci-lint with the house rules, gofumpt (PKG=./server/meeting/... for a part)
	.tools/golangci-lint run $(or $(PKG),./...)

.PHONY: lint-web
lint-web: $(WEB_MODULES) ## Biome and the TypeScript compiler
	cd frontend && npm run --silent lint

.PHONY: lint-sql
lint-sql: $(SQUAWK) ## squawk on the migrations
	$(SQUAWK) migrations/0*.sql

.PHONY: lint-sh
lint-sh: need-shellcheck ## shellcheck on the scripts
	shellcheck $$(grep -rlE '^#!.*\bbash' --exclude-dir=node_modules scripts .ci)

.PHONY: test-go
test-go: need-test $(UI) ## Go tests with the race detector, on a real Postgres (PKG=./server/meeting/... for a part)
	CGO_ENABLED=1 $(GO_TEST) -race $(or $(PKG),./...)

.PHONY: test-web
test-web: $(WEB_MODULES) ## the front end's unit tests
	cd frontend && npm test --silent

.PHONY: budget
budget: $(UI) ## the byte budgets of the first load
	cd frontend && npm run --silent budget

.PHONY: e2e
e2e: need-test bin/teleconsult ## the whole story in Chromium, on the real binary
	cd frontend && npm run --silent e2e

.PHONY: check-generated
check-generated: need-go $(WEB_MODULES) ## fails when openapi.json or the TypeScript types are stale
	scripts/check-generated

.PHONY: bench
bench: need-run bin/teleconsult ## the figures of README: cold start, memory, worklist, first load
	scripts/bench

.PHONY: chaos
chaos: need-run bin/teleconsult ## 10,000 invitations while servers are killed 50 times and Postgres is stopped twice
	scripts/chaos

##@ Write
.PHONY: fmt
fmt: need-go .tools/golangci-lint.stamp $(WEB_MODULES) ## format Go and TypeScript
	.tools/golangci-lint fmt
	cd frontend && npx --no-install biome check --write .

.PHONY: generate
generate: need-go $(WEB_MODULES) ## openapi.json from the Go types, TypeScript types from openapi.json
	scripts/generate

##@ Tidy up
.PHONY: clean
clean: ## remove what was built (data and downloaded tools stay)
	rm -rf bin frontend/playwright-report frontend/test-results
	find frontend/dist -mindepth 1 -not -name .gitkeep -delete

.PHONY: distclean
distclean: clean ## also remove the tools and the packages
	rm -rf .tools frontend/node_modules scripts/tools/node_modules

.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What the machine needs, tools and packages; each is made again only when its pin changes.
# "npm ci" refuses a lock file without the checkers' programs for platforms that a mirror does not
# serve; this installs the same versions, checks the same hashes and leaves the lock file alone.
NPM_INSTALL := npm install --no-save --no-audit --no-fund --loglevel=error

.PHONY: need-%
need-%:
	@scripts/need $*

.tools/golangci-lint.stamp: scripts/tools/versions | need-go
	scripts/tools/install
	@touch $@

$(WEB_MODULES): frontend/package.json frontend/package-lock.json | need-node
	cd frontend && $(NPM_INSTALL)
	@touch $@

$(SQUAWK): scripts/tools/package-lock.json | need-node
	cd scripts/tools && $(NPM_INSTALL)
	@touch $@

$(UI): $(WEB_MODULES) $(UI_SOURCES)
	cd frontend && npm run --silent build
	@touch $@
