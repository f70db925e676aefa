# Everything a person does with yipanqi from its source. `make help` lists it.
# Needed: python3 (3.11 or newer, with its venv module), make, git. The rest is installed into .venv from the lock.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2
CODE := services allocation auth migrations benchmarks tests
ARGS ?=

# Thousands of modules are loaded by hundreds of processes: their bytecode is kept, whatever the surroundings say.
export PYTHONDONTWRITEBYTECODE :=

# Compiles the matcher's kernels where that has not been done: about a minute of one core, a few seconds after.
COMPILE = echo '{"task": "kernels", "memory_mb": 4096}' | $(BIN)/python -m services.matching.child >/dev/null

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo dev test check check-static format lint types contracts migrations coverage openapi wheel bench drills clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## virtual environment from the lock, by hash; nothing happens when it is up to date

# The interpreter is checked first: pip's own complaint about an old Python is hard to read.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "yipanqi needs Python 3.11 or newer")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "python3 lacks its venv module (Debian: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps --no-compile --disable-pip-version-check \
		-r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --disable-pip-version-check -e .
	@$(COMPILE)
	@touch $@

demo: $(READY) ## a city's pool end to end, then console and API on 127.0.0.1 (ARGS="--port 8080 --once ...")
	$(BIN)/yipanqi demo $(ARGS)

dev: $(READY) ## the demo city with automatic reload on a change of the source
	$(BIN)/yipanqi demo --data var/dev --reload $(ARGS)

test: $(READY) ## the whole test suite (ARGS="-k name" for a part)
	@$(COMPILE)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: check-static coverage ## all that continuous integration checks

check-static: format lint types contracts wheel ## the checks that run no test

format: $(READY) ## formatting is as ruff would write it
	$(BIN)/ruff format --check $(CODE)

lint: $(READY) ## all rules of ruff, each exception with its reason
	$(BIN)/ruff check $(CODE)

types: $(READY) ## mypy --strict
	$(BIN)/mypy

contracts: $(READY) ## who may import whom
	$(BIN)/lint-imports

migrations: $(READY) ## up, down, up, compared with the models, linted, on PostgreSQL 15 and 18
	$(BIN)/pytest tests/test_migrations.py -n0

coverage: $(READY) ## all tests with branch coverage: 100 % of allocation and auth, 95 % of services
	@$(COMPILE)
	$(BIN)/coverage erase
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --cov --cov-branch --cov-report= $(ARGS)
	# Compiled code is invisible to the tracer: the matcher's tests run once more as plain Python.
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest tests/allocation/matching -m "not compiled" -n $(WORKERS) --dist loadfile \
		--cov --cov-branch --cov-append --cov-report=
	$(BIN)/coverage report --include='allocation/*' --fail-under=100
	$(BIN)/coverage report --include='auth/*' --fail-under=100
	$(BIN)/coverage report --include='services/*' --fail-under=95

openapi: $(READY) ## write the contract that is committed
	$(BIN)/yipanqi openapi > openapi.json

wheel: $(READY) ## build the wheel and look into it
	rm -rf dist build
	$(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist
	$(BIN)/check-wheel-contents dist/*.whl

bench: $(READY) ## print figures, short forms: the matcher, explanations, misreports, sharing, the ledger, evidence, reports, the demo; GAP=DIR adds instances of that folder
	$(BIN)/python -m benchmarks.matching city --event
	$(BIN)/python -m benchmarks.matching province --leads 3000 --parks 60 --event
	$(BIN)/python -m benchmarks.matching country --leads 20000 --parks 400
	$(BIN)/python -m benchmarks.explain --leads 500 --parks 10 --asked 10 --cases 40
	$(BIN)/python -m benchmarks.misreport --leads 100 --parks 10 --counties 5 --seeds 1
	$(BIN)/python -m benchmarks.sharing
	$(BIN)/python -m benchmarks.ledger --short
	$(BIN)/python -m benchmarks.hiding
	$(BIN)/python -m benchmarks.evidence
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.demo
	$(if $(GAP),$(BIN)/python -m benchmarks.gap $(GAP) $(ARGS))

drills: $(READY) ## claims, close, kill and tamper, short, each as things are and with its fault planted
	$(BIN)/python -m tests.drills.claims
	$(BIN)/python -m tests.drills.claims --plant
	$(BIN)/python -m tests.drills.close
	$(BIN)/python -m tests.drills.close --plant
	$(BIN)/python -m tests.drills.kill
	$(BIN)/python -m tests.drills.kill --plant keys
	$(BIN)/python -m tests.drills.kill --plant disk
	$(BIN)/python -m tests.drills.tamper
	$(BIN)/python -m tests.drills.tamper --plant

clean: ## remove what was built, not the data in var/
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .coverage.*
