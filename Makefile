# Needs Python >= 3.11, pip, make. Everything else is installed into .venv by the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The marks are empty files: set-up runs again only when what it depends on has changed.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
# -qq: only errors; setuptools warns about editable installs in words that worry people.
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install --no-deps
# What is downloaded is exactly what was pinned, or nothing is installed. pip checks hashes of
# requirements only, not of constraints, and a folder has none: so the project itself comes
# afterwards, with nothing left to download, built by the setuptools that was just checked.
# --no-deps: the files hold all of them, and pip would not take `x[extra]` as pinned by `x`.
PINNED := $(PIP) --require-hashes --requirement constraints.txt
PROJECT := $(PIP) --no-build-isolation --editable .
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --upgrade

# The chat page is tested in Debian's Chromium. On a CI machine it is installed where that is
# possible; at home nothing is installed behind your back, and without it those tests are skipped.
BROWSER := $(VENV)/.browser

.PHONY: setup demo test check bench tour constraints clean help

help:
	@echo "make setup        install into $(VENV): then $(BIN)/paperboy run, digest, doctor ..."
	@echo "make demo         talk to the bot in your browser: bundled real days, no keys, no network"
	@echo "make test         everything CI runs: lint, types, tests"
	@echo "make bench        speed, memory and use of the quotas, printed beside baselines"
	@echo "make tour         the README's pictures, made in Chromium"
	@echo "make constraints  renew the pinned versions and their hashes from pyproject.toml"

setup: $(RUNTIME)
	@echo "ready: $(BIN)/paperboy --help"

demo: $(RUNTIME)
	@$(BIN)/paperboy demo

test: check $(BROWSER)
	$(BIN)/python -m compileall -q -j 0 bot core
	$(BIN)/python -m pytest -n 3 --dist worksteal

check: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(DEV)
	$(BIN)/python -m tests.bench.pipeline
	$(BIN)/python -m tests.bench.ranking_speed
	$(BIN)/python -m tests.bench.quota
	$(BIN)/python -m tests.bench.push
	$(BIN)/python -m tests.bench.answers
	$(BIN)/python -m tests.bench.crash --rounds 10

tour: $(DEV) $(BROWSER)
	$(BIN)/python -m tests.tour docs/tour

# The second file holds only what the first does not; setuptools is what builds the project.
constraints: $(DEV)
	echo 'setuptools>=77' | $(COMPILE) - --output-file constraints.txt > /dev/null
	$(COMPILE) --extra dev --constraint constraints.txt --output-file constraints-dev.txt \
	  $$(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' constraints.txt) > /dev/null

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BROWSER): $(VENV)/.made
	@if test -n "$$CI" && ! command -v chromium > /dev/null && test "$$(id -u)" = 0 \
	    && command -v apt-get > /dev/null; then \
	  echo "installing chromium for the tests of the chat page ..."; \
	  (apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	    --no-install-recommends chromium fonts-noto-cjk) > /dev/null 2>&1 \
	    || echo "chromium cannot be installed: those tests will be skipped"; \
	fi
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Paperboy needs Python >= 3.11; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNTIME): $(VENV)/.made pyproject.toml constraints.txt
	@$(PINNED)
	@$(PROJECT)
	@touch $@

$(DEV): $(VENV)/.made pyproject.toml constraints.txt constraints-dev.txt
	@$(PINNED) --requirement constraints-dev.txt
	@$(PROJECT)
	@touch $(RUNTIME) $@
