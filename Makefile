# Everything the project does, by name. Plain `make` is what CI does.
SHELL := /bin/bash
SHARED ?= ../shared
INBOX ?= inbox
OUTBOX ?= outbox
BUILD := --explicit-target-dependency-import-check error
TEST := swift test --disable-xctest $(BUILD)
ADDRESS := --sanitize=address --scratch-path .build-asan -Xswiftc -use-ld=lld
SOURCES := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Rooms

.DEFAULT_GOAL := ci
.PHONY: ci setup build run test lint format sanitize sanitize-build sanitize-thread torture verify drift score fuzz differential bench rooms race instructions clean help

ci: ## all that CI does
	bash .ci/run

setup: ## install the C libraries that are missing (Debian; root or sudo)
	tools/setup

build: setup ## the optimised command, .build/release/dropmill
	swift build -c release --static-swift-stdlib --product dropmill $(BUILD)

run: build ## watch ./inbox into ./outbox until stopped
	.build/release/dropmill watch $(INBOX) $(OUTBOX)

test: setup ## the whole suite; ROOM=Formats for one room
	$(if $(ROOM),,-tools/setup --verify)
	$(if $(ROOM),$(TEST) --filter '^$(ROOM)Tests\.',tools/test $(BUILD))

lint: ## style, without changing anything
	swift format lint --strict --parallel --recursive $(SOURCES)

format: ## style, in place
	swift format --in-place --parallel --recursive $(SOURCES)

sanitize-build:
	swift build --build-tests --disable-xctest $(BUILD) $(ADDRESS)

# The search for leaks traces its own process, which one that has confined itself does not allow.
sanitize: setup sanitize-build ## the rooms with unsafe code, under the address sanitizer
	LSAN_OPTIONS=suppressions=$(CURDIR)/tools/leaks.supp:print_suppressions=0 \
	  $(TEST) $(ADDRESS) --skip-build --filter '^(Bytes|Files|Formats|Canonical|Identity)Tests\.' --skip 'confined process'

# Locks of the standard library are not seen by this sanitizer, `pthread`'s are: what several threads touch stands behind a Monitor.
sanitize-thread: setup ## the rooms with threads, and the command at work, under the thread sanitizer
	$(TEST) --sanitize=thread --scratch-path .build-tsan -Xswiftc -use-ld=lld \
	  --filter '^(Outbox|Inbox|Identity|Ledger|Mill|Conversion)Tests\.'
	tools/races

torture: build ## kills, faults, power cuts; PART='kills power' SIZE=full SEED=1
	Tests/Torture/run.py $(PART) $(if $(filter full,$(SIZE)),--full) --seed $(or $(SEED),1)

verify: ## hold OUTBOX against the canonical format with the independent checker
	SHARED=$(SHARED) tools/verify $(OUTBOX)

drift: build ## what changed drops do to a feed, and what readers of every older version see
	tools/setup --verify
	.venv/bin/python tools/drift

score: build ## how well formats, types and encodings are told, on the corpora in SHARED
	tools/setup --verify
	SHARED=$(SHARED) .venv/bin/python tools/score $(PART)

fuzz: setup ## libFuzzer on the readers, under the address sanitizer; PART='json xml' SECONDS=60
	SHARED=$(SHARED) tools/fuzz $(PART) --seconds $(or $(SECONDS),60)

differential: build ## 100,000 generated inputs a format against Python; PART='json --count 1000'
	tools/differential $(PART)

bench: build ## speed and memory beside DuckDB, small drops, latency; PART=small for one
	SHARED=$(SHARED) Benchmarks/run $(PART)

rooms: setup ## the rooms one by one, by the standard harness; PART='--filter Canonical.*'
	ROOMS=1 swift package --package-path Benchmarks --disable-sandbox benchmark run --no-progress $(PART)

race: build ## `convert` against its peers in turn, into docs/scores.md; PART='--task csv-typed --size 1g'
	SHARED=$(SHARED) Benchmarks/race $(PART)

instructions: build ## instructions and allocations held against docs/scores.md; RECORD=1 writes them there
	Benchmarks/counts.py $(if $(RECORD),--record) $(PART)

clean: ## remove what was built
	rm -rf .build .build-asan .build-tsan .build-bench .build-fuzz .build-mutants Benchmarks/.build .venv

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20
