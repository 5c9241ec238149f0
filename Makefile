# CVM Lab. Needs python3 (3.11 or newer) and make; installs everything else into _build/.
#
#   make course    make the world, the book, the packs; grade a sample cohort; report
#   make test      check everything

PYTHON ?= python3
BUILD := _build
VENV := $(BUILD)/venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

WORLD := $(BUILD)/world/course
COURSE := $(BUILD)/course
COHORT := $(COURSE)/cohort
BOOK := $(BUILD)/book
HTML := $(BOOK)/_build/html
EXERCISES := $(shell ls notebooks/assignments | cut -d- -f1,2)
NOTEBOOKS := $(wildcard notebooks/lessons/*.ipynb notebooks/assignments/*/*.ipynb)
PYTEST := python -m pytest -n 2 --dist loadfile

# Lessons and tests share one course world instead of the user's cache.
export CVM_WORLD := $(CURDIR)/$(WORLD)

.DEFAULT_GOAL := help
.PHONY: help install course book serve cohort test test-fast test-full lint policies ablations organisation bench notebooks lock clean

help:
	@sed -n 's/^#   //p' $(MAKEFILE_LIST)
	@echo "also: install, book, serve, test-fast, test-full, lint, policies, ablations, organisation, bench, notebooks, lock, clean"

# --- environment -------------------------------------------------------------------------------

install: $(VENV)/installed

# uv installs in seconds; where it cannot be had, pip does the same from the same lock.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "CVM Lab needs Python 3.11 or newer; set PYTHON=/path/to/python3."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@if pip install --quiet --disable-pip-version-check uv; then \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock && \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --no-build-isolation --no-deps -e .; \
	else \
	  pip install --quiet --require-hashes --no-deps -r requirements.lock && \
	  pip install --quiet --no-build-isolation --no-deps -e .; \
	fi
	@touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  pyproject.toml -o requirements.lock

# --- the course --------------------------------------------------------------------------------

$(WORLD)/manifest.json: $(VENV)/installed $(shell find generator/telcosim -name '*.py' -o -name '*.toml')
	@rm -rf $(WORLD) $(WORLD).truth $(WORLD).partial
	telcosim generate --preset course --seed 7 --out $(WORLD) --workers 2

book: $(WORLD)/manifest.json
	@rm -rf $(HTML)
	jupyter-book build . --toc book/_toc.yml --path-output $(BOOK) --all -n -W --keep-going

serve: book
	@echo "The book is at http://localhost:8000 (Ctrl-C ends it)."
	@python -m http.server 8000 --bind 127.0.0.1 --directory $(HTML)

course: book cohort
	@echo
	@echo "What was made:"
	@echo "  world      $(WORLD) (its truth: $(WORLD).truth)"
	@echo "  book       $(HTML)/index.html"
	@for pack in $(COURSE)/packs/*.zip; do echo "  pack       $$pack"; done
	@if [ -f $(COURSE)/report.html ]; then \
	  echo "  gradebook  $(COHORT)/gradebook.db, as a table: $(COURSE)/grades.csv"; \
	  echo "  feedback   $(COURSE)/feedback/"; \
	  echo "  report     $(COURSE)/report.html"; \
	else \
	  echo "  gradebook, feedback, report: skipped, see above"; \
	fi

# A cohort of eight made the way learners work: released packs, edited, collected, graded.
# Exit code 3 of cvm grade means that this machine cannot hold learners' code: fatal in CI only.
cohort: $(WORLD)/manifest.json
	@rm -rf $(COURSE) && mkdir -p $(COURSE)
	cvm cohort init $(COHORT) --name "Sample cohort"
	@for exercise in $(EXERCISES); do \
	  cvm cohort release $$exercise --cohort $(COHORT) --out $(COURSE)/packs || exit 1; \
	done
	python tests/autograde/sample_cohort.py --exercise 2-2 \
	  --pack $(COURSE)/packs/2-2-*.zip --out $(COURSE)/submissions
	cvm cohort collect $(COURSE)/submissions --cohort $(COHORT)
	@cvm grade --cohort $(COHORT) --cell-seconds 20; code=$$?; \
	if [ $$code = 3 ] && [ -z "$$CI$$CVM_NO_SKIPS" ]; then \
	  echo "Grading is skipped: this machine has no sandbox (cvm doctor says why)."; exit 0; \
	fi; \
	[ $$code = 0 ] || exit $$code; \
	cvm cohort feedback --cohort $(COHORT) --out $(COURSE)/feedback && \
	cvm cohort export --cohort $(COHORT) --out $(COURSE)/grades.csv && \
	cvm cohort report --cohort $(COHORT) --out $(COURSE)/report.html

# --- checks ------------------------------------------------------------------------------------

lint: $(VENV)/installed
	ruff check .
	ruff format --check .
	python -m cvmgrade.normalise --check $(NOTEBOOKS)
	mypy -p telcosim -p cvmgrade -p cvmkit
	MYPYPATH=book/_ext mypy book/_ext --ignore-missing-imports
	MYPYPATH=generator/benchmarks mypy -p policies -p organisation
	MYPYPATH=autograde/benchmarks mypy -p scale -p speed -m measured

test: lint $(WORLD)/manifest.json
	$(PYTEST) tests

test-fast: lint $(WORLD)/manifest.json
	$(PYTEST) tests -m "not slow and not browser and not sandbox" -x

test-full: lint $(WORLD)/manifest.json
	CVM_FULL=1 $(PYTEST) tests

# What each way of choosing customers earns, as a share of what an oracle earns: 20 worlds.
policies: $(VENV)/installed
	python generator/benchmarks/policies --seeds 20 --workers 2

ablations: $(VENV)/installed
	python generator/benchmarks/policies --ablate --seeds 8 --rollouts 32 --workers 2

# What each switch of the organisation does to profit and churn: pairs of worlds.
organisation: $(VENV)/installed
	python generator/benchmarks/organisation --seeds 8 --workers 2

# What grading costs beside plain nbgrader, on the same submissions and the same gradebook.
bench: $(VENV)/installed
	python autograde/benchmarks/speed
	python autograde/benchmarks/scale

notebooks: $(VENV)/installed
	ruff check --fix notebooks
	ruff format notebooks
	python -m cvmgrade.normalise $(NOTEBOOKS)

clean:
	rm -rf $(BUILD)
