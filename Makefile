# Every target sets up what it needs by itself; a second run is fast.
SHELL := /bin/bash
PY := .venv/bin/python
export PYTHONUNBUFFERED = 1

.PHONY: setup demo serve test lint bench soak mutants map screenshots lock vendor clean

setup: .venv/ready

.venv/ready: requirements-dev.txt
	@python3 -c 'import ensurepip, venv' 2>/dev/null || (apt-get update -qq && apt-get install -y -qq python3-venv)
	@test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: setup
	@DJANGO_DEBUG=1 DATABASE_URL=sqlite:///var/demo.sqlite3 $(PY) manage.py serve_demo

# The street's own portal on the office network: var/portal.sqlite3, the real tree, one process.
serve: setup
	@DJANGO_DEBUG=1 DATABASE_URL=sqlite:///var/portal.sqlite3 $(PY) manage.py serve

# ONLY="browser" narrows it to tests of some markers.
test: setup
	$(PY) -m pytest tests -n 2 --dist load --maxschedchunk 1 $(if $(ONLY),-m "$(ONLY)")

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports

bench: setup
	$(PY) -m tests.bench

soak: setup
	SOAK=full $(PY) -m pytest tests/soak

# The committed patches and a sample of the enumerated protections; MUTANTS=all removes every one (tests/mutants/__main__.py).
mutants: setup
	$(PY) -m tests.mutants

# For maintainers: note anew which tests run for which protection (an hour); needed when `make mutants` says that many are unknown.
map: setup
	$(PY) -m tests.mutants.mapping record

screenshots: setup
	$(PY) -m tests.browser.screenshots

# For maintainers: pin dependencies anew; copy the vendored front end. Neither is needed to run or test.
lock: setup
	.venv/bin/python -m pip install --quiet uv
	for f in requirements requirements-dev; do .venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate $$f.in -o $$f.txt; done

vendor:
	cd assets && npm install --no-package-lock --no-audit --no-fund --silent && node vendor.mjs

clean:
	rm -rf .venv var
