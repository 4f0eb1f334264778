# Two commands do everything: `make demo` and `make test`. Each prepares what it needs in .venv, and nothing elsewhere.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TOOLS := $(VENV)/ready-for-tests
EDITOR := $(VENV)/editor
LANGUAGE_SERVER := $(EDITOR)/node_modules/yaml-language-server
NPM := npm --prefix $(EDITOR) --cache $(EDITOR)/cache --fetch-timeout 60000 --no-audit --no-fund --silent
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input
VERSIONS := 3.11 3.12 3.13

.PHONY: help demo test test-all lint types layers tests bench format clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/make \1\t\2/p' Makefile | expand -t 16

demo: $(READY)  ## talk to the hotline in this terminal; without a terminal, hear two written calls
	@$(BIN)/ivrkit demo

test: lint types layers tests  ## everything that has to hold

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ivrkit needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 2; }
	@echo "Installing ivrkit into $(VENV): a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --editable .
	@touch $@

$(TOOLS): $(READY)
	@echo "Installing what the tests need into $(VENV): a minute, once."
	@$(PIP) --editable '.[dev]'
	@touch $@

# What reads YAML in editors. Where there is no npm, or it reaches no registry, the tests that need it say so and are skipped.
$(LANGUAGE_SERVER): | $(TOOLS)
	@mkdir -p $(EDITOR)
	@command -v npm >/dev/null && $(NPM) install yaml-language-server@1.25.0 || true

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(TOOLS)
	$(BIN)/mypy

layers: $(TOOLS)
	$(BIN)/lint-imports

tests: $(TOOLS) $(LANGUAGE_SERVER)  ## the tests alone
	$(BIN)/pytest

test-all: $(TOOLS)  ## the tests on each supported Python that is here, also those of pyenv
	@for version in $(VERSIONS); do \
		python=$$(command -v python$$version || true); \
		"$$python" -c '' 2>/dev/null || python=$$(ls "$$(pyenv root 2>/dev/null)"/versions/$$version.*/bin/python 2>/dev/null | tail -n 1); \
		[ -n "$$python" ] || { echo "Python $$version is not here: skipped"; continue; }; \
		echo "== Python $$version"; \
		$(MAKE) --no-print-directory tests PYTHON="$$python" VENV=.venv-$$version || exit 1; \
	done

bench: $(TOOLS)  ## speed, side by side with what one would take instead
	$(BIN)/python -m bench

format: $(TOOLS)  ## lay the code out as `make test` wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what can be made again
	rm -rf .venv .venv-* build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
