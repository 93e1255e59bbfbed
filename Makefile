# The work is done in tools/, package.json and pyproject.toml; a target only says in which order.
# Tests run two at a time, because many of them wait for others; the seed gives sets one order in both.

PYTHON ?= python3
VENV := $(CURDIR)/.venv/bin
# Node.js may have come from PyPI into the environment.
export PATH := $(VENV):$(PATH)

.PHONY: run test check bench bench-quick bench-faults peer assets

run:
	@$(PYTHON) tools/setup.py
	@$(VENV)/python -m tools.run

test:
	@$(PYTHON) tools/setup.py --dev
	@$(VENV)/python -m tools.needs
	@npm test --silent && PYTHONHASHSEED=0 $(VENV)/python -m pytest -n 2 --dist loadfile

check:
	@$(PYTHON) tools/setup.py --dev
	@$(VENV)/ruff format --check . && $(VENV)/ruff check .
	@$(VENV)/mypy
	@$(VENV)/python -m pytest tests/architecture
	@npm run --silent check && echo "All checks passed."

bench: peer
	@$(VENV)/python -m benchmarks.speed --write

bench-quick: peer
	@$(VENV)/python -m benchmarks.speed --quick

bench-faults:
	@$(PYTHON) tools/setup.py --dev
	@$(VENV)/python -m benchmarks.faults

peer:
	@$(PYTHON) tools/setup.py
	@$(VENV)/python -m tools.peer

assets:
	@$(PYTHON) tools/setup.py
