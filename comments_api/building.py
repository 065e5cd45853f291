"""Building the site: Pelican in a process of its own, into a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from comments_api.errors import SiteTrouble
from comments_api.manifest import WEB
from comments_api.settings import ROOT
from comments_api.sites import FolderSite


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build.

    :ivar folder: in the site store.
    :ivar warnings: what its authors should know, one line each.
    """

    folder: Path
    warnings: tuple[str, ...]


def build(site: FolderSite, conf: str = "pelicanconf.py", *, accept_stale: bool = False) -> Built:
    """Build the site into a fresh folder of the site store; what is live stays.

    :param accept_stale: what is out of date is no error.

    :raise SiteTrouble: if Pelican failed; with what it said.
    """
    folder = site.builds / str(time.time_ns())
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise SiteTrouble(f"{folder} cannot be written: {error.strerror}") from error
    wide = {**os.environ, "COLUMNS": "1000"}  # sentences are not broken in the middle of a path
    run = subprocess.run(
        command(folder, conf, accept_stale), cwd=ROOT, env=wide, capture_output=True, text=True
    )
    if run.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        # What follows is for us; what was said before is for the author.
        said = (run.stdout + run.stderr).partition("Traceback (most recent call last)")[0].strip()
        raise SiteTrouble(f"The site was not built; what is live stays as it was.\n{said}")
    lines = run.stderr.splitlines()
    return Built(folder, tuple(line for line in lines if line.startswith("WARNING ")))


def command(folder: Path, conf: str, accept_stale: bool = False) -> list[str]:
    """Return the command that builds into a folder.

    `--fatal errors` because Pelican else reports a broken plugin and goes on; never `-q`, which
    would disarm it.
    """
    return [
        sys.executable, "-m", "pelican", "content", "-s", conf, "-o", str(folder / WEB),
        "--fatal", "errors", *(["-e", "LETTERS_ACCEPT_STALE=true"] if accept_stale else []),
    ]  # fmt: skip
