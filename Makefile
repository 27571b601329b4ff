# Two commands matter: `make report` renders the demo packs, `make test` runs the tests. Both set up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help report test lint types figures messages lock bench reliability explore clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "The venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

report: $(READY) ## set up and render the demo packs into reports/
	$(BIN)/kbk render params/demo/district.yml --jobs $(JOBS)
	$(BIN)/kbk render params/demo/meeting.yml

test: $(READY) ## set up and run all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope
	$(BIN)/python -m pytest --nbval-lax --nbval-sanitize-with tests/sanitize.cfg -p no:cacheprovider notebooks

lint: $(READY) ## style and types
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

figures: $(READY) ## every chart at every size, in colour and grey, on one page in reports/figures/
	$(BIN)/python -m tests.charts.contact_sheet reports/figures/contact_sheet.html

messages: $(READY) ## collect new messages into the English catalogue and compile it
	$(BIN)/python -m kbk_analysis.locale

lock: $(READY) ## recompile requirements.lock from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.lock

bench: $(READY) ## measure speed as ratios in one run
	$(BIN)/python -m benchmarks

reliability: $(READY) ## the long runs: fuzzed parsers, spoilt workbooks, killed batches, back-tests (an hour)
	$(BIN)/python -m tests.long all

explore: $(READY) ## open JupyterLab on the notebooks
	$(BIN)/kbk explore

clean: ## remove the environment and everything generated
	rm -rf $(VENV) reports/demo* reports/figures .mypy_cache .ruff_cache .pytest_cache
