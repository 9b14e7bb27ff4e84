.PHONY: setup run test check format clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

setup: $(VENV)/.synced

# uv, from the package index, installs exactly what the lock file names.
$(VENV)/.synced: pyproject.toml uv.lock
	test -x $(BIN)/uv || ($(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv sync --frozen --inexact --quiet
	touch $@

run: setup
	$(BIN)/vigil up --sample

test: setup
	$(BIN)/pytest --cov --cov-report=term

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .vigil vigil.db*
