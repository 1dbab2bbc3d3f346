# Home Visits. `make run` starts it, `make test` tests it; both prepare what they need first.
PYTHON ?= $(shell sh scripts/find-python)
VENV := .venv
PY := $(VENV)/bin/python
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help install install-dev run codes test check rehearse prove bench clean

help: ## This list
	@echo "Home Visits"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: ## The virtual environment and what the application runs on
	@$(PYTHON) scripts/prepare.py requirements.txt

install-dev: ## The same, and what tests and checks need on top
	@$(PYTHON) scripts/prepare.py requirements-dev.txt

run: install ## Demo school on this machine: web, worker and beat under one supervisor (PORT=8001 for another port)
	@HOMEVISITS_DEMO=1 exec $(PY) manage.py serve --prepare

codes: ## The code that the running demo asks for after the password
	@HOMEVISITS_DEMO=1 $(PY) manage.py demo_codes

test: install-dev ## The tests; those that need PostgreSQL, Redis or Chromium are skipped where it is missing
	@$(PY) -m pytest -n auto -rs $(ARGS)

check: install-dev ## Lint, types, layers, migrations, deployment settings, templates
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" sh scripts/check

rehearse: install ## Play the shipped scenarios
	@for file in rehearsals/*.yaml; do $(PY) manage.py rehearse "$$file" || exit 1; done

prove: install-dev ## The full grids of what it must survive: takes long
	@$(PY) -m pytest -m prove $(ARGS)

bench: install ## How fast it is on this machine
	@$(PY) manage.py bench

clean: ## Forget the virtual environment, the caches and the demo's data
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
