"""Real Pelican in this process: the project's theme, plugins and settings, and small content."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from pelican import Pelican
from pelican.log import FatalLogger
from pelican.settings import read_settings

from comments_api.manifest import WEB
from comments_api.settings import ROOT
from comments_api.sites import Build

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)  # what the tests take for the present
CONTENT = Path(__file__).parent / "content"


class _Compiled(jinja2.BytecodeCache):
    """Keeps compiled templates in memory: two thirds of a small build's time is compiling them.

    Jinja checks each against its source, so a changed template is compiled again.
    """

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._codes.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def build(folder: Path, database: str = "none", content: Path = CONTENT, **changes: Any) -> Build:
    """Build the site into `folder`, with the comments of a database (its URL) or without any.

    As on the command line with `--fatal errors`, whatever Pelican logs as an error is raised.
    """
    settings = read_settings(
        str(ROOT / "pelicanconf.py"),
        override={
            "PATH": str(content),
            "OUTPUT_PATH": str(folder / WEB),
            "LIVE_DATABASE": database,
            "AS_OF": NOW,
            **changes,
        },
    )
    if content == CONTENT:
        settings["DEFAULT_PAGINATION"] = 1  # so that there is a second page of every list
        settings["SOURCE_URL"] = "/source/"  # else packing it takes as long as all pages
    settings["JINJA_ENVIRONMENT"] = {**settings["JINJA_ENVIRONMENT"], "bytecode_cache": _COMPILED}
    before, FatalLogger.fatal_lvl = FatalLogger.fatal_lvl, 40
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")  # Pelican's own are none of our business
            Pelican(settings).run()
    finally:
        FatalLogger.fatal_lvl = before
        if "LIVE" in settings:  # a build that failed left its snapshot open
            settings["LIVE"].build.resources.close()
    return Build(folder)


def web_root(build: Build) -> dict[str, bytes]:
    """Return every file of a web root; compressed twins follow from the others and do not count."""
    return {
        path.relative_to(build.web).as_posix(): path.read_bytes()
        for path in sorted(build.web.rglob("*"))
        if path.is_file() and path.suffix not in {".gz", ".br"}
    }
