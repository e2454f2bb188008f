# `make help` lists the targets. Each first sets up what it needs, on a machine with make, Python
# 3.11 or later and a package index (the one in pip's own settings).

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
# Versions and hashes are locked; the package itself is built without isolation, so pip fetches no more.
PIP := $(PY) -m pip --disable-pip-version-check --quiet install
CORES := $(shell getconf _NPROCESSORS_ONLN)
# More than there are cores: many tests wait for a process that was killed, or for time to pass.
WORKERS ?= $(shell expr $(CORES) + 2)
TESTS ?= tests
ARGS ?=
PYTEST = $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist worksteal --times
# Compiled once here: else the programs of a first `make run` each do it, and test workers.
PACKAGES = activities api cli dev domain registry_sync runtime services settings simulators \
	storage web worker workflows
# Compiled code is kept even if the shell disables it: tests, demo and chaos start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo drill chaos quick test test-long check lint-api bench screens openapi format lock reset clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with the locked dependencies and the volitus command

run: $(READY) ## Start everything on this machine; Ctrl-C stops it, the data stay in .volitus
	@exec $(PY) -m dev

demo: $(READY) ## Show every feature on a temporary stack; fails if a line does not come true
	@exec $(PY) -m dev.demo $(ARGS)

drill: $(READY) ## Restore the database by some minutes and carry on; fails if an effect is doubled or lost
	@exec $(PY) -m dev.drill $(ARGS)

chaos: $(READY) ## Kill programs and inject faults, then check that nothing is lost: SEED=7 PROCESSES=500 ARGS=--show
	@exec $(PY) -m dev.chaos $(if $(SEED),--seed $(SEED)) $(if $(PROCESSES),--processes $(PROCESSES)) $(ARGS)

# Its tests wait for nothing.
quick: WORKERS = $(CORES)
quick: $(READY) ## Run the tests that need no server and no process; takes seconds
	$(PYTEST) --quick $(TESTS) $(ARGS)

test: $(READY) ## Run the tests: TESTS=tests/api ARGS="-k name" WORKERS=0
	$(PYTEST) $(TESTS) $(ARGS)

test-long: $(READY) ## Run the tests with their full matrices; takes many minutes
	$(PYTEST) --long --timeout=900 $(TESTS) $(ARGS)

check: $(READY) ## Check style, types, import rules, schema, openapi.json and links in the documentation
	@$(PY) -m dev.checks

lint-api: .lint/.ready ## Lint the OpenAPI documents, generate clients from them and compile a script
	@$(PY) -m dev.lint_api

bench: $(READY) ## Measure the claims of docs/benchmarks.md
	@exec $(PY) -m benchmarks $(ARGS)

screens: $(READY) ## Take the pictures of docs/screens again (needs Chromium)
	@exec $(PY) -m dev.screens $(ARGS)

openapi: $(READY) ## Write the documents openapi*.json again after a change of the API
	@$(VENV)/bin/volitus openapi > openapi.json.new && mv openapi.json.new openapi.json
	@$(VENV)/bin/volitus openapi --of tmf641 > openapi.json.new && mv openapi.json.new openapi-tmf641.json
	@$(VENV)/bin/volitus openapi --of camara > openapi.json.new && mv openapi.json.new openapi-camara.json

format: $(READY) ## Format the code and sort its imports
	@$(PY) -m ruff format . && $(PY) -m ruff check --select I --fix .

lock: ## Resolve and lock the dependencies: ARGS=--upgrade for newer versions (needs uv)
	@uv=$$(command -v uv || echo $(VENV)/bin/uv); \
	$$uv --version > /dev/null 2>&1 || { echo "make lock needs uv: pipx install uv" >&2; exit 2; }; \
	set -e; \
	set -- pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header $(ARGS); \
	$$uv "$$@" pyproject.toml -o requirements.txt; \
	$$uv "$$@" pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt; \
	$$uv "$$@" lint/requirements.in -o lint/requirements.txt; \
	! grep -nE '^ *-|://' requirements.txt requirements-dev.txt lint/requirements.txt \
		| grep -v -- '--hash='

reset: ## Delete the data of `make run`, so that the next one starts empty
	rm -rf .volitus

clean: ## Remove .venv and tool caches; the data of `make run` stay
	rm -rf $(VENV) build dist *.egg-info openapi.json.new .lint \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.txt pyproject.toml
	@$(PY) -c 'import pip' 2> /dev/null || { \
		for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
			$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || continue; \
			echo "Making $(VENV) with $$($$python --version)"; \
			$$python -m venv --clear $(VENV) && exit 0; \
			echo "$$python cannot make a virtual environment: install its venv package" \
				"(Debian, Ubuntu: apt install python3-venv)" >&2; exit 2; \
		done; \
		echo "Python 3.11 or later is needed, and none was found on PATH" >&2; exit 2; }
	@echo "Installing the locked dependencies"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(PY) -m compileall -q -j 0 $(PACKAGES)
	@touch $@

.lint/.ready: lint/package-lock.json lint/requirements.txt | $(READY)
	@echo "Installing the locked linters"
	@$(PY) -m dev.lint_api.tools
	@touch $@
