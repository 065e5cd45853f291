# Makes .venv, installs the lock into it and hands over to tasks.py: `make X` is `inv X`.

tasks := $(or $(MAKECMDGOALS),--list)
# These do without the tools of the tests; any other task gets the whole lock.
lean := --list serve build check publish new-letter new-post
lock := $(if $(filter-out $(lean),$(tasks)),test,serve)
python := .venv/bin/python

.DEFAULT_GOAL := --list
.NOTPARALLEL:
.PHONY: .venv $(tasks)

$(tasks): .venv
	@$(python) -m invoke $@

# A .venv that was moved, left half made or lost its Python is made again. The copy of the lock
# inside it says what is installed, so that only a changed lock is installed again.
.venv:
	@[ "$$(cat .venv/made-in 2>/dev/null)" = "$$(pwd -P)" ] && $(python) -c 'import pip' 2>/dev/null \
		|| { $(make-venv); }
	@cmp -s requirements/$(lock).txt .venv/$(lock).txt || { $(install-lock); }

# A name on the PATH may be a shim that does not run: each is tried.
define make-venv
	found=; \
	for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		found=$$name; \
		$$name -c 'import ensurepip, venv' 2>/dev/null && break; \
	done; \
	[ "$$found" ] || { echo 'Handbill needs Python 3.11 or newer, and none was found on the PATH.' >&2; exit 1; }; \
	$$found -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$$found lacks the venv module: install it (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }; \
	echo "Making .venv with $$($$found --version) (about 10 seconds, this once) ..."; \
	rm -rf .venv && $$found -m venv .venv && pwd -P > .venv/made-in
endef

# uv does in seconds what takes pip a minute. It does not read pip's settings, and it has no wheel
# for every machine: where it cannot, pip does the work.
pip-install := $(python) -m pip install -qq --no-deps --no-compile --require-hashes
define install-lock
	echo "Installing the packages of requirements/$(lock).txt (seconds to a minute or two) ..."; \
	{ $(pip-install) --only-binary :all: -r requirements/setup.txt && UV_HTTP_CONNECT_TIMEOUT=5 UV_HTTP_RETRIES=1 \
		$(python) -m uv pip install -q --python $(python) --no-deps --require-hashes -r requirements/$(lock).txt; \
	} 2>/dev/null \
		|| { echo 'uv could not, so pip does it (a minute or two) ...'; \
			$(pip-install) -r requirements/$(lock).txt; } \
		|| { echo 'The packages could not be installed: what pip says is above.' >&2; exit 1; }; \
	cp requirements/$(lock).txt .venv/$(lock).txt
endef
