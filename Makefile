# Two commands do everything: `make demo` and `make test`. Each prepares what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
VERSIONS := 3.11 3.12 3.13

.PHONY: demo test test-all lint types layers tests bench format clean

demo: $(READY)  ## talk to the hotline in this terminal; without a terminal, hear two written calls
	@$(BIN)/ivrkit demo

test: lint types layers tests  ## everything that has to hold

$(READY): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "ivrkit needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

tests: $(READY)
	$(BIN)/pytest

test-all: $(READY)  ## the tests on each supported Python that is here, also those of pyenv
	@for version in $(VERSIONS); do \
		python=$$(command -v python$$version || true); \
		"$$python" -c '' 2>/dev/null || python=$$(ls "$$(pyenv root 2>/dev/null)"/versions/$$version.*/bin/python 2>/dev/null | tail -n 1); \
		[ -n "$$python" ] || { echo "Python $$version is not here: skipped"; continue; }; \
		echo "== Python $$version"; \
		$(MAKE) --no-print-directory tests PYTHON="$$python" VENV=.venv-$$version || exit 1; \
	done

bench: $(READY)  ## speed, side by side with what one would take instead
	$(BIN)/python -m bench

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv .venv-* build *.egg-info .mypy_cache .ruff_cache .pytest_cache
