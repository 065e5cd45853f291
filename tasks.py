"""The commands of the people who work on Handbill; `make X` is `inv X`. No logic belongs here."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

ROOT = Path(__file__).parent
PORT = os.environ.get("PORT", "8000")
# import-linter has a script but no module to run, and a script breaks when the folder is moved.
LINT_IMPORTS = "from importlinter.cli import lint_imports as go; raise SystemExit(go(no_logo=True))"
POT = "theme/translations/messages.pot"
LOCKS = ("setup", "serve", "test")


@task
def serve(_: Context) -> None:
    """Build and serve the demonstration site, its comments and moderation (PORT=8000)."""
    os.chdir(ROOT)
    # Put in place of this process, so that a signal reaches the server itself.
    os.execv(sys.executable, _command(f"-m flask --app comments_api demo --port {PORT}"))


@task
def build(_: Context, settings: str = "pelicanconf.py", output: str = "output") -> None:
    """Build the site into a folder, for `go-live FOLDER`; nothing that is served changes."""
    _run(f"-m pelican content -s {settings} -o {output}/web -d --fatal errors")


@task
def check(_: Context, strict: bool = False, publishing: bool = False) -> None:
    """Say what is wrong with letters, address book and headers, in seconds, without building."""
    _run("-m plugins.letters" + " --strict" * strict + " --publishing" * publishing)


@task
def publish(_: Context, accept_stale: bool = False) -> None:
    """Build the site with publishconf.py and make it live, in one step for its readers."""
    _run("-m flask --app comments_api publish" + " --accept-stale" * accept_stale)


@task
def new_letter(_: Context, preview: bool = True) -> None:
    """Ask a few questions, write a letter as a draft, and show it (--no-preview: do not)."""
    _new("letter", preview)


@task
def new_post(_: Context, preview: bool = True) -> None:
    """Ask a few questions, write a post as a draft, and show it (--no-preview: do not)."""
    _new("post", preview)


def _new(kind: str, preview: bool) -> None:
    _run(f"-m plugins.asking {kind} --port {PORT}" + " --no-preview" * (not preview))


@task
def lint(_: Context) -> None:
    """Check format, style, types and who imports whom."""
    _run("-m ruff format --check .")
    _run("-m ruff check .")
    _run("-m mypy")
    _run(f"-c '{LINT_IMPORTS}'")


@task
def test(_: Context, only: str = "") -> None:
    """Run the tests, after finding or installing Chromium (--only "tests/x.py -k y", "--long")."""
    _run("-m tests.browser.chromium")
    # In our order: the longest first (tests/conftest.py), else a core waits for it at the end.
    _run(f"-m pytest -n auto --dist loadfile --no-loadscope-reorder {only}")


@task(name="format")
def format_(_: Context) -> None:
    """Put the source into the house's form."""
    _run("-m ruff check --fix .")
    _run("-m ruff format .")


@task
def lock(_: Context, upgrade: bool = False) -> None:
    """Make requirements/*.txt from requirements/*.in (--upgrade: with the newest versions)."""
    options = "--universal --python-version 3.11 --generate-hashes --no-annotate"
    options += " --no-config --custom-compile-command 'inv lock'" + " --upgrade" * upgrade
    for name in LOCKS:
        files = f"requirements/{name}.in -o requirements/{name}.txt"
        _run(f"-m uv pip compile -q {options} {files}")


@task
def words(_: Context) -> None:
    """Bring the catalogues in theme/translations up to the sentences of the source."""
    folder = "theme/translations"
    catalogues = list((ROOT / folder).rglob("*.po"))
    # Babel's own header would hold dates, so every run would change it.
    heads = [po.read_text("utf-8").partition("\n\n")[0].rstrip() for po in catalogues]
    options = "--omit-header --no-location --sort-output"
    _run(f"-m babel.messages.frontend -q extract -F pyproject.toml -k _mark {options} -o {POT} .")
    options = "--omit-header --no-fuzzy-matching --ignore-obsolete"
    _run(f"-m babel.messages.frontend -q update -i {POT} -d {folder} {options}")
    for po, head in zip(catalogues, heads, strict=True):
        po.write_text(f"{head}\n\n{po.read_text('utf-8')}", "utf-8")


@task
def screens(_: Context, folder: str = "output/screens") -> None:
    """Take screenshots of every kind of page: light, dark, narrow, printed."""
    _run(f"-m tests.browser.screens {folder}")


@task
def bench(_: Context, only: str = "") -> None:
    """Measure what the README's figures say (--only "post --alone": without the peer)."""
    _run(f"-m benchmarks {only}")


def _run(words: str) -> None:
    """Run this environment's Python; end with its status when it fails."""
    # Not Context.run: it stands between the terminal and the program.
    if status := subprocess.run(_command(words), cwd=ROOT).returncode:
        raise Exit(code=status)


def _command(words: str) -> list[str]:
    return [sys.executable, *shlex.split(words)]
