# Two commands are enough: « make run » to see the portal, « make test » to trust it.
# Each prepares what it needs, once; what is already there costs nothing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
# The steps of a run share a database, a browser and two cores: one after the other.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8000
UV_VERSION := 0.13.9
UV := .uv/bin/uv
PYTHON := .venv/bin/python
# A snap's Chromium sees neither our files nor Playwright's: better none than that one.
CHROMIUM ?= $(shell { command -v chromium google-chrome || true; } | grep -v '^/snap/' | head -1)

# What a real site sets, so that Django judges the settings that visitors will meet.
PRODUCTION := env -u DATABASE_URL -u CHANTIER_DEBUG \
	CHANTIER_SECRET_KEY=$(shell printf 'verification-%.0s' 1 2 3 4 5) CHANTIER_HOSTS=chantier.example \
	CHANTIER_EMAIL_URL=smtp+tls://compte:secret@courriel.example:587

section = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help run test check bench lock clean

help: ## montre cette aide
	@sed -n -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

run: system-run .venv/.synced-run ## prépare tout, charge le contenu et sert le portail (PORT=8000)
	@$(PYTHON) manage.py bootstrap
	@printf '\nLe portail est à l’adresse http://127.0.0.1:%s/ (Ctrl+C pour l’arrêter); ses courriels s’écrivent ici.\n\n' '$(PORT)'
	@exec .ci/serve '$(PORT)'

test: system-test .venv/.synced-test browser style types consistency sqlite journeys postgres ## vérifie tout : style, types, contrats, deux bases de données, navigateur

check: system-run .venv/.synced-test style types quick ## vérifie l’essentiel en moins de deux minutes

bench: system-run .venv/.synced-test ## mesure les pages et le PDF par rapport à leur plancher
	@$(PYTHON) -m tests.bench

lock: $(UV) ## récrit uv.lock (LOCK=--upgrade pour relever les versions)
	@# The public index by name, whatever mirror this machine is set up with.
	@$(UV) lock --default-index https://pypi.org/simple $(LOCK)
	@if grep -E 'url = "|registry = "' uv.lock | grep -vE '"https://(pypi\.org|files\.pythonhosted\.org)/'; then \
		echo 'uv.lock contient une adresse qui n’est pas publique (ci-dessus).' >&2; exit 1; fi

clean: ## enlève ce que make a installé ; garde la base de données et les fichiers déposés
	@rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the commands stand on ------------------------------------------------

.PHONY: system-run system-test browser

system-run:
	@.ci/system-packages run

system-test:
	@.ci/system-packages test

# Debian's own Python refuses « pip install », hence an environment for uv alone.
$(UV): | system-run
	@# --clear: a first try may have stopped half-way.
	@python3 -m venv --clear .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'

# Compiled at once: WeasyPrint alone takes a second longer to load otherwise.
# --inexact, so that « make run » leaves in place what « make test » installed.
.venv/.synced-run: uv.lock | $(UV)
	@echo 'Préparation de l’environnement Python…'
	@$(UV) sync --quiet --frozen --no-dev --inexact --compile-bytecode
	@touch $@

.venv/.synced-test: uv.lock | $(UV)
	@echo 'Préparation de l’environnement Python…'
	@$(UV) sync --quiet --frozen --compile-bytecode
	@touch $@ .venv/.synced-run

# Where the system has no usable Chromium (Ubuntu), Playwright brings its own.
browser: .venv/.synced-test
	@[[ -n '$(CHROMIUM)' ]] || $(PYTHON) -m playwright install --with-deps chromium

# --- The groups of « make test », in the order in which they run ---------------

.PHONY: style types consistency quick sqlite journeys postgres

style:
	$(call section,Style et contrat d’importation)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m djlint --quiet --lint templates
	@.venv/bin/lint-imports --no-logo

types:
	$(call section,Types)
	@$(PYTHON) -m mypy

consistency:
	$(call section,Migrations et configuration de production)
	@# In memory: the question is about the models, and a fresh clone has no database yet.
	@DATABASE_URL=sqlite://:memory: $(PYTHON) manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

quick:
	$(call section,Tests rapides sur SQLite)
	@env -u DATABASE_URL $(PYTHON) -m pytest --numprocesses auto -m 'not browser and not slow'

sqlite:
	$(call section,Tests sur SQLite)
	@env -u DATABASE_URL $(PYTHON) -m pytest --numprocesses auto -m 'not browser'

journeys:
	$(call section,Parcours dans le navigateur)
	@# Two browsers, each with its server: alone, one waits for the other half of the time.
	@env -u DATABASE_URL REQUIRE_BROWSER=1 CHROMIUM='$(CHROMIUM)' $(PYTHON) -m pytest --numprocesses 2 -m browser

postgres:
	$(call section,Tests sur PostgreSQL)
	@.ci/with-postgres $(PYTHON) -m pytest --numprocesses auto -m 'not browser'
