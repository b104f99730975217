# Two commands: `make run` and `make test`. The others are listed by `make help`.
PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 2
LEGS ?=
VENV := .venv/bin

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run test setup setup-test lint types bench format locks clean python

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: setup ## set up what is missing and run the product (PORT=8001, WORKERS=4, LOCKIN_VAR=/a/folder)
	@exec $(VENV)/python manage.py up --port $(PORT) --workers $(WORKERS)

test: setup-test ## run every test, on both databases, with both brokers, in a browser (LEGS="lint sqlite")
	@exec $(VENV)/python .ci/legs.py $(LEGS)

bench: setup-test ## print each act beside its floor, on both databases
	@exec $(VENV)/python .ci/legs.py bench

lint: setup-test ## look at style, imports, types and migrations
	@exec $(VENV)/python .ci/legs.py lint

types: setup-test ## look at the types of everything, less strictly than lint does
	@exec $(VENV)/mypy

format: setup-test ## put the code into its form
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

setup: python ## install what running needs
	@exec $(PYTHON) .ci/prepare.py run

setup-test: python
	@exec $(PYTHON) .ci/prepare.py test

locks: ## choose versions anew and write the lock files (needs uv and npm)
	@exec .ci/locks

clean: ## remove what set-up installed; var/ with the data stays
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing. Install it: apt-get install -y python3 python3-venv" >&2; exit 1; }
