# The commands of the house. `make` alone says what there is.
PYTHON_ENV = .venv/bin
.PHONY: help run setup dev test lint format bench lock messages
.DEFAULT_GOAL := help

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## set everything up and serve on http://127.0.0.1:8000 (PORT, HOST, DATABASE_URL, REDIS_URL, EMAIL_URL)
	@scripts/setup.sh run
	@$(PYTHON_ENV)/python manage.py up --prepare

dev:
	@scripts/setup.sh dev

test: ## the whole suite, on SQLite and on a throw-away PostgreSQL and Redis
	@scripts/test.sh

lint: dev ## style, types, import contracts, migrations, catalogues, deployment check
	@scripts/lint.sh

format: dev ## put the code into its form
	$(PYTHON_ENV)/ruff check --fix -q . ; $(PYTHON_ENV)/ruff format -q .

bench: dev ## measure the bulk paths and pages against their limits (needs PostgreSQL)
	@$(PYTHON_ENV)/python -m bench

messages: dev ## collect the texts into locale/*/django.po (needs gettext)
	$(PYTHON_ENV)/python manage.py makemessages --all --no-location --no-wrap -i node_modules -i .venv -i var -i tests
	@scripts/setup.sh dev

lock: ## renew the lock files from pyproject.toml
	@scripts/lock.sh
