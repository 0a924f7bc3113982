# Everything from a bare machine with Python ≥ 3.11 and make:
#   make demo   sets up, then runs the main job on the bundled sample
#   make test   sets up, then runs the tests
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

.PHONY: demo test lint bench schema manual clean

demo: $(VENV)/ready
	$(BIN)/nianbao demo --force

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/ready-dev
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_batch.py
	$(BIN)/python tests/bench_addin.py
	$(BIN)/python tests/prose_recall.py

schema: $(VENV)/ready
	$(BIN)/python -m nianbao.report.schema > schema.json

manual: $(VENV)/ready-dev
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) 年报演示 dist

$(VENV)/ready: pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and '需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --group dev
	touch $@
