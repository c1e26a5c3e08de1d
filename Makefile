# Everything runs inside .venv, which the first command makes: Python 3.11+, make and a package index are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: demo test year chaos bench docs pictures lock clean

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "CMI Bot needs Python 3.11 or newer: set PYTHON=python3.x")'
	@echo "Setting up .venv (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/.ready  ## the whole bot against a local Slack workspace
	@exec $(BIN)/python -m sandbox.demo $(ARGS)

test: $(VENV)/.ready  ## every check and every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

year: $(VENV)/.ready  ## a simulated year of reassessment, judged by what Slack was told
	@$(BIN)/python -m tests.year $(ARGS)

chaos: $(VENV)/.ready  ## kills, cuts and faults on PostgreSQL, and the count of what became of everything
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: $(VENV)/.ready  ## ratios to what is possible, in one table
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/.ready  ## the documentation site, strict: a broken link or picture fails
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs build/docs
	@echo "Open build/docs/index.html"

pictures: $(VENV)/.ready  ## the docs' pictures, taken in a real browser (needs chromium)
	@$(BIN)/python -m tests.story.pictures docs/pictures

lock: $(VENV)/.ready  ## renew the locked dependencies (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade -o requirements.lock pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml requirements-build.in

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
