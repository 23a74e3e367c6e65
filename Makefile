# The two commands: make demo, make test. Everything happens in .venv, which the first of them makes.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo documents test check requirements fuzz faults hostile schemas bench format lock clean

help:
	@echo "make demo    a year of the municipality Elzenwaard, in demo/"
	@echo "make documents   every document of that year, in every edition and form, both variants, in documents/"
	@echo "make test    make check, then every test"
	@echo "make check   ruff, mypy --strict, import contracts"
	@echo "make requirements   each requirement of the governance document, its tests, their result"
	@echo "make fuzz    a thousand random cycle years, and what must hold of each"
	@echo "make faults  kills, locks, full disks and servers that go away: what must be there after each"
	@echo "make hostile nasty files and damaged configurations, and the sentence that each must get"
	@echo "make bench   what Jaarring costs beside a bare-Python floor (TOWNS=40: over more municipalities)"
	@echo "make format  let ruff set the code"
	@echo "make schemas write config/schemas/ from the models, for editors"
	@echo "make lock    write requirements.lock from pyproject.toml (UPGRADE=1: with the newest versions)"
	@echo "make clean   throw away .venv and what tools left behind"

demo: .venv/.ready
	$(BIN)/jaarring demo --out demo

documents: .venv/.ready
	$(BIN)/jaarring demo --documents documents

test: check
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

requirements: .venv/.ready
	$(BIN)/python -m tests.requirements

fuzz: .venv/.ready
	$(BIN)/python -m tests.fuzz $(ARGS)

faults: .venv/.ready
	$(BIN)/python -m tests.faults $(ARGS)

hostile: .venv/.ready
	$(BIN)/python -m tests.hostile $(ARGS)

schemas: .venv/.ready
	$(BIN)/python -m jaarring.config.schemas

bench: .venv/.ready
	$(BIN)/python -m tests.bench

format: .venv/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/.ready
	$(BIN)/uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
		--group dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

# The stamp holds the folder it was made for: an environment whose Python is gone, or that was copied along
# with another checkout (its commands would run the code over there), is made anew.
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat .venv/.ready 2>/dev/null),$(CURDIR))
$(shell rm -f .venv/.ready)
endif

# uv comes by pip, checked against its hash in the lock; uv then installs the rest in a fifth of pip's time
# and compiles it, since imports are most of every start. uv reads an index from its environment only.
.venv/.ready: requirements.lock pyproject.toml
	@case "$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" in \
	3.11|3.12|3.13) ;; \
	*) echo "Jaarring needs Python 3.11, 3.12 or 3.13 and '$(PYTHON)' is not one; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1 ;; \
	esac
	@echo "Installing into .venv (once; about a minute)"
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@sed -n '/^uv==/,/^    #/p' requirements.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --system-certs --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(BIN)/uv pip install --quiet --offline --python $(BIN)/python --no-build-isolation --no-deps \
		--config-setting editable_mode=compat -e .
	@echo "$(CURDIR)" > $@
