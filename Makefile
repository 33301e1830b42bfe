# Tendero. Needs Python 3.11+, git and make; everything else is installed into .venv.
#   make run [PORT=8000] [HOST=127.0.0.1] [EXAMPLE=tiendita|food_truck|ropa]
#   make test [TESTS=tests/orders] · make lint · make e2e · make bench · make quality · make deep · make lock · make pictures

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
INSTALLED := $(VENV)/.installed
TESTABLE := $(VENV)/.testable
# What a server imports is compiled once here, so that a start is quick even where Python may not write; the rest is not.
NOT_COMPILED := -x '/(tests|testing|contrib|pip|setuptools|f2py|PIL|openpyxl|phonenumbers|dns|redis)/'
# Upgrades wait a week before they enter the lock files, so that a bad release is found by others first.
NOT_NEWER_THAN ?= $(shell date -u -d '7 days ago' +%F 2>/dev/null || date -u -v-7d +%F)
LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --exclude-newer $(NOT_NEWER_THAN)

# One process a core, each with whole files in order: a browser's loop and the others' never meet in one process.
PYTEST := $(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: run install test lint format e2e bench quality deep lock browser pictures

run: $(INSTALLED)
	@exec $(PY) -m app run

install: $(INSTALLED)

$(PY):
	@sh .ci/venv $(VENV)

$(INSTALLED): requirements.txt .ci/command | $(PY)
	@echo "Instalando lo que Tendero necesita en $(VENV) (una sola vez)…"
	@$(PIP) install --quiet --no-compile --require-hashes -r requirements.txt
	@$(PY) -m compileall -q $(NOT_COMPILED) $(VENV)/lib app || true
	@sh .ci/command $(VENV)
	@touch $@

$(TESTABLE): requirements-test.txt $(INSTALLED)
	@echo "Instalando lo que piden las pruebas…"
	@$(PIP) install --quiet --no-compile --require-hashes -r requirements-test.txt
	@touch $@

browser:
	@sh .ci/browser

test: $(TESTABLE) browser
	@$(PYTEST) $(TESTS)

e2e: $(TESTABLE) browser
	@$(PYTEST) tests/e2e

lint: $(TESTABLE)
	@$(PY) -m ruff format --check --quiet . || { echo "make format lo arregla"; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo

format: $(TESTABLE)
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --quiet --fix .

bench: $(TESTABLE)
	@$(PY) tools/bench.py

# CORPORA: a folder outside the project that holds evaluate.py, score.py and their questions; ARGS: python -m tools.quality --help.
quality: $(INSTALLED)
	@test -n "$(CORPORA)" || { echo "Decime dónde están las preguntas: make quality CORPORA=CARPETA"; exit 2; }
	@$(PY) -m tools.quality "$(CORPORA)" $(ARGS)

deep: $(TESTABLE) browser
	@sh .ci/deep "$(PYTEST)"

# Every page of the panel in both sizes and lights, of a shop at work, into docs/panel.
pictures: $(TESTABLE) browser
	@$(PY) -m tools.pictures docs/panel

lock: $(TESTABLE)
	@$(LOCK) requirements.in -o requirements.txt
	@$(LOCK) requirements-test.in -o requirements-test.txt
