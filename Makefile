# Every target sets up what it needs by itself; a second run is fast.
SHELL := /bin/bash
PY := .venv/bin/python
export PYTHONUNBUFFERED = 1
# What is compiled of tests and portal is kept: the many processes of a run would each compile it anew.
unexport PYTHONDONTWRITEBYTECODE

# How many tests at once: one for each core and one more, since some wait for other processes; at most eight.
export HANDS ?= $(shell n=$$(nproc); echo $$((n < 8 ? n + 1 : 8)))

.PHONY: install setup demo serve bundle test lint bench soak matrix mutants map screenshots lock vendor clean

# What a server or an office PC runs with, and nothing else.
install: .venv/installed

# What developers and CI need besides: tests, linters, a browser's driver.
setup: .venv/ready

.venv/installed: requirements.txt
	$(venv)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/ready: requirements-dev.txt
	$(venv)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch .venv/installed $@

define venv
@test -x .venv/bin/pip || python3 -c 'import ensurepip, venv' 2>/dev/null || (apt-get update -qq && apt-get install -y -qq python3-venv) \
|| (echo '本机没有 python3-venv，也装不上：请在能上网的同样系统上 make bundle，把安装包拿来，运行里面的 install.sh。' >&2; exit 1)
@test -x .venv/bin/pip || python3 -m venv .venv
endef

demo: install
	@DJANGO_DEBUG=1 DATABASE_URL=sqlite:///var/demo.sqlite3 $(PY) manage.py serve_demo

# The street's own portal on the office network: var/portal.sqlite3, the real tree, one process.
serve: install
	@DJANGO_DEBUG=1 DATABASE_URL=sqlite:///var/portal.sqlite3 $(PY) manage.py serve

# ONE archive for machines without a network, for this Python and kind of machine: var/yuqiao-portal-….tar.gz
bundle: install
	$(venv)
	@deploy/bundle.sh

# ONLY="browser" narrows it to tests of some markers.
test: setup
	$(PY) -m pytest tests -n $(HANDS) --dist load --maxschedchunk 1 $(if $(ONLY),-m "$(ONLY)")

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/djhtml --check --tabwidth 2 --extra-block line,endline templates
	.venv/bin/lint-imports

# Every cell of the access matrices on SQLite, and on PostgreSQL where MATRIX_DATABASE_URL names one; says how many leak.
matrix: setup
	$(PY) -m tests.access

bench: setup
	$(PY) -m tests.bench

soak: setup
	SOAK=full $(PY) -m pytest tests/soak

# Committed mutants of touched files and a third of all, then a sample of the enumerated protections; MUTANTS=committed and
# MUTANTS=all try every one (tests/mutants/__main__.py).
mutants: setup
	$(PY) -m tests.mutants

# For maintainers: note anew which tests run for which protection (an hour); needed when `make mutants` says that many are unknown.
map: setup
	$(PY) -m tests.mutants.mapping record

# All pages into var/screenshots; the six that README and the help pages show also into docs/images.
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
