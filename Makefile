# The project's commands. A fresh machine needs python3.11 or later with venv, make and git.
#   make demo    render a room, build its graph from the picture alone, ask it questions
#   make test    lint, types and tests
#   make bench   every benchmark, beside its peers
#   make api     write down the public names, after a change that is meant

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
OPEN3D_LIBS := libusb-1.0-0 libgl1 libegl1 libx11-6 libgomp1
BENCHMARKS := start relations scale frame photo box_fit graph_io query_speed rooms_render rooms_perception

# The first interpreter that is new enough.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)

.PHONY: demo test lint format bench api clean
.DELETE_ON_ERROR:

demo: $(VENV)/demo.stamp
	$(BIN)/python examples/demo.py --out demo

test: lint $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/bench.stamp
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python benchmarks/$$name.py; done

api: $(VENV)/dev.stamp
	$(BIN)/python -m tests.architecture.checks

clean:
	rm -rf $(VENV) build dist demo *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache

$(VENV)/made.stamp:
	@test -n "$(PYTHON)" || { echo "python3.11 or later is needed and was not found; set PYTHON=/path/to/it"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo.stamp: pyproject.toml | $(VENV)/made.stamp
	$(PIP) install --editable '.[perception]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/made.stamp
	$(PIP) install --editable '.[dev]'
	$(open3d-libraries)
	@touch $@

$(VENV)/bench.stamp: pyproject.toml | $(VENV)/made.stamp
	$(PIP) install --editable '.[bench]'
	$(open3d-libraries)
	@touch $@

# Open3D's wheel links to libraries of the desktop that a bare server does not have.
define open3d-libraries
@if ! $(BIN)/python -c 'import open3d' >/dev/null 2>&1; then \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends $(OPEN3D_LIBS); } >/dev/null </dev/null || true; \
	fi; \
	$(BIN)/python -c 'import open3d' >/dev/null 2>&1 || \
		echo "Open3D does not load: install $(OPEN3D_LIBS) (Debian's names)"; \
fi
endef
