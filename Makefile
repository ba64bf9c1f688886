# `make demo` and `make test` make their own environment in .venv; nothing needs to be installed before but Python >= 3.11.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
.PHONY: demo test lint regenerate bench clean cohort

demo: $(VENV)/.ready
	$(BIN)/kg explain neutropenia
	@echo; echo "--- the same, as far as the founding text says it ---"; echo
	$(BIN)/kg explain neutropenia --source SEED --all -v

test: $(VENV)/.ready lint
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every generated file: OWL, query index, README tables, golden results.
regenerate: $(VENV)/.ready
	$(BIN)/python -m tests.regenerate register_ids
	$(BIN)/kg build
	$(BIN)/python -m tests.regenerate
	$(BIN)/python -m tests.notebooks.refresh

# The report of NHANES 1999-2018, or of the small extract of it where the data are not beside the repository.
LEUKOGRAPH_SHARED ?= ../shared
NHANES := $(firstword $(wildcard $(LEUKOGRAPH_SHARED)/data/nhanes_cbc_1999_2018.parquet) tests/cohorts/nhanes_extract.parquet)
cohort: $(VENV)/.ready
	$(BIN)/python -m kg cohort $(NHANES) --map nhanes --title "NHANES 1999-2018" -o cohort-nhanes

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[all]' --group test
	touch $@

clean:
	rm -rf $(VENV) dist build
