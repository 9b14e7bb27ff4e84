.PHONY: setup run test check audit faults bench docs format clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
STAMP := $(VENV)/.synced

INSTALL := install Python 3.11 or newer (Debian 12: apt-get install python3 python3-venv), or name one: make PYTHON=python3.12
VERSION = $(shell $(PYTHON) -c 'import sys; sys.stdout.write("%d.%d" % sys.version_info[:2])' 2>/dev/null)
NEW_ENOUGH = $(shell $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes)
HAS_VENV = $(shell $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && echo yes)

# A .venv is whole when its setup came to its end (the stamp), in this folder (scripts in it name the
# folder), its Python still runs, and is the one that PYTHON asks for, if it does. Else it is made anew.
WHOLE := $(shell test "$$(cat $(STAMP) 2>/dev/null)" = "$(CURDIR)" && $(BIN)/python -c '' 2>/dev/null && echo yes)
ifeq ($(WHOLE),yes)
ifneq ($(origin PYTHON),file)
WHOLE := $(if $(filter $(VERSION),$(shell $(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')),yes)
endif
endif
ifneq ($(WHOLE),yes)
.PHONY: $(STAMP)
endif

setup: $(STAMP)

# uv, from the package index, installs exactly what the lock file names. All is compiled at once, whatever
# PYTHONDONTWRITEBYTECODE says: else the first start, or every one, takes twice as long.
$(STAMP): pyproject.toml uv.lock
ifneq ($(WHOLE),yes)
	$(if $(VERSION),,$(error $(PYTHON) does not run: $(INSTALL)))
	$(if $(NEW_ENOUGH),,$(error $(PYTHON) is Python $(VERSION), too old: $(INSTALL)))
	$(if $(HAS_VENV),,$(error $(PYTHON) cannot make a .venv, for want of ensurepip: install it (Debian: apt-get install python3-venv, or python$(VERSION)-venv)))
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
endif
	rm -f $@
	UV_PROJECT_ENVIRONMENT=$(VENV) VIRTUAL_ENV="$(CURDIR)/$(VENV)" UV_PYTHON_DOWNLOADS=never \
		$(BIN)/uv sync --frozen --inexact --quiet --compile-bytecode
	$(BIN)/python -m compileall -q bot checks
	echo "$(CURDIR)" >$@

run: setup
	$(BIN)/vigil up --sample

# What decides about waking people: every branch of it is tried.
RULES := alerts/alert alerts/course alerts/health alerts/response incident/clock incident/decision \
  incident/life incident/playbook incident/postmortem incident/state incident/steps incident/trend \
  localtime oncall/chain oncall/escalation \
  oncall/roster oncall/rotation oncall/turns watches/plan

# Half as many again as there are processors: many tests wait for a program that they have started.
WORKERS := $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))

test: setup
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term
	$(BIN)/coverage report --include=$$(printf 'bot/domain/%s.py,' $(RULES)) --fail-under=100

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	.ci/audit || test $$? -eq 2  # where osv.dev cannot be reached, that is said
	$(MAKE) test

# What is known against the packages of the lock file; asks osv.dev.
audit: setup
	.ci/audit

# Kills, cuts off and starves real bots, and writes what came of it into docs/reliability.md: about an hour.
faults: setup
	$(BIN)/python -m faults

# Measures Vigil beside other monitors and writes what came of it into docs/benchmarks.md: about an hour. With
# QUICK=1 little of each, and nothing is written; with ONLY="storm slash" these alone.
bench: setup
	$(BIN)/python benchmarks $(if $(QUICK),--quick) $(ONLY)

# What is generated from the source: the configuration reference.
docs: setup
	$(BIN)/python docs/reference.py
	$(BIN)/python docs/commands.py

# What people see, as pictures: every card, form, home page and report in both languages and widths.
gallery: setup
	$(BIN)/python docs/gallery.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .vigil vigil.db*
