"""Letters, compiled and built, beside a stock Pelican that builds as many plain posts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import content, sites
from benchmarks.report import Row, ratio
from comments_api.manifest import WEB
from comments_api.settings import ROOT

LETTERS, TARGETS = 1000, 20

_STOCK = """PATH = "content"
SITEURL = "http://example.org"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
"""


def rows(folder: Path) -> Iterator[Row]:
    """Check the letters, build them twice, and let a stock Pelican build plain posts."""
    source, target = folder / "letters", folder / "built"
    content.write_letters(source, LETTERS, TARGETS)
    content.write_site(folder / "stock" / "content", LETTERS)
    (folder / "stock" / "conf.py").write_text(_STOCK)
    stock = _run([*_PELICAN, "-s", "conf.py", "-o", "output"], folder / "stock")
    yield _row("stock Pelican, 1,000 plain posts", stock, stock)
    named = f"{LETTERS:,} letters to {TARGETS} targets each"
    check = [sys.executable, "-m", "plugins.letters", "--content", str(source)]
    check += ["--cache", str(folder / "cache")]
    checked = _run(check, ROOT)
    yield _row(f"{named}: checked, set on paper", checked, stock)
    again = _run(check, ROOT)
    yield _row("the same, checked again", again, stock)
    build = [*_PELICAN, str(source), "-s", "pelicanconf.py", "-o", str(target / WEB)]
    cache = f'LETTERS_CACHE="{folder / "cache"}"'
    built = _run([*build, "-e", 'LIVE_DATABASE="none"', 'SOURCE_URL="/source/"', cache], ROOT)
    yield _row("the same, built", built, stock)
    files = [path for path in (target / WEB / "letters").rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    yield Row("files of letters, and their size", f"{len(files):,}, {size / 1e6:,.0f} MB")


_PELICAN = (sys.executable, "-m", "pelican")


def _run(command: Sequence[str], where: Path) -> float:
    """Run a command and return its CPU time in seconds.

    :raise RuntimeError: if it fails; with what it said.
    """
    before = sites.cpu_of_children()
    run = subprocess.run(command, cwd=where, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"{command} failed:\n{run.stdout[-4000:]}{run.stderr[-4000:]}")
    return sites.cpu_of_children() - before


def _row(what: str, seconds: float, stock: float) -> Row:
    return Row(what, f"{seconds:.1f} s of CPU", ratio=ratio(seconds, stock))
