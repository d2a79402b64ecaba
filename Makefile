# Every command here works on a fresh machine: it makes .venv and installs what is missing first.
SHELL := /bin/bash
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup run test check verify references bench check-harness screenshot

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

setup: ## make .venv and install what is missing
	@bash scripts/setup.sh

run: setup ## open the editor on a template; without a display, train one and write its code
	@$(PYTHON) scripts/run.py

# Windows, engines and trainings want the machine to themselves; everything else shares it among processes.
ALONE := tests/ui tests/engine tests/training/test_resume.py tests/cli/test_training.py tests/cli/test_python_code.py

test: setup ## every test
	@$(PYTHON) -m pytest -q -x --durations=15 -n logical --maxprocesses 4 --dist loadfile $(addprefix --ignore=,$(ALONE))
	@$(PYTHON) -m pytest -q -x --durations=15 $(ALONE)

check: setup ## format, lint, types, import walls
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

verify: setup ## train every quick preset anew and write receipts: make verify T="lenet5 vae"
	@$(PYTHON) scripts/verify.py $(T)

references: setup ## templates beside reference implementations, in an environment of their own: make references T="gpt2"
	@$(PYTHON) scripts/references.py $(T)

bench: setup ## each figure beside its target
	@$(PYTHON) tests/benchmarks/run.py

check-harness: setup ## plant a fault in each block's rule; the harness must catch it
	@$(PYTHON) -m pytest -q tests/blocks/test_harness.py

screenshot: setup ## the README's picture, from the real window on a virtual screen
	@$(PYTHON) scripts/screenshot.py
