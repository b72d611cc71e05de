# Two commands: `make run` shows the site with a demonstration, `make test` checks everything.
# They need Python 3.11 or later and make; the rest goes into .venv.

SHELL := /bin/sh
BIN := .venv/bin
MIGRATIONS := tests/models/test_migrations.py
.DEFAULT_GOAL := help
# Python keeps what it compiled in __pycache__, or each start of the program takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test lint style types migrations bench clean

help:
	@echo "make run    the site with a demonstration on http://127.0.0.1:5000"
	@echo "make test   lint, types, layers, migrations and all tests"
	@echo "make lint   the first half of that"
	@echo "make bench  measure what must stay fast"
	@echo "make clean  remove .venv and caches (never data/)"

run: .venv/runtime
	@LVYUE_DEMO=1 $(BIN)/python -m flask --app wsgi demo

# The types and the migrations are checked beside each other: each of them keeps one core busy.
test: style
	@$(MAKE) --no-print-directory --output-sync --jobs 2 types migrations
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore $(MIGRATIONS)

lint: style types

style: .venv/development
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports

types: .venv/development
	$(BIN)/python -m mypy

migrations: .venv/development
	$(BIN)/python -m pytest -q $(MIGRATIONS)

bench: .venv/development
	$(BIN)/python -m bench

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An empty file in .venv says which requirements are in it: nothing is installed twice.
.venv/runtime: requirements.txt .venv/python
	@echo "Installing what the site needs (once; a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt requirements.txt .venv/python
	@echo "Installing what the checks need (once; a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/runtime

# PYTHON=/path/to/python make run  takes that one; otherwise the first that is new enough.
.venv/python:
	@for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$candidate" --version) ..."; \
	    "$$candidate" -m venv --clear .venv && touch $@ && exit 0; \
	    exit 1; \
	  fi; \
	done; \
	echo "No Python 3.11 or later with venv was found (tried: $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python))." >&2; \
	echo "Install one (on Debian and Ubuntu also the package python3-venv), or say PYTHON=/path/to/python make ..." >&2; \
	exit 1
