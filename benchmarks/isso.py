"""Isso from PyPI as the peer: its own environment and its own process, told in the same run."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Sample
from benchmarks.report import Peer
from comments_api.settings import ROOT

VERSION = "0.14.0"
NAME = "Isso"


class NoPeer(Exception):
    """Raised if Isso cannot be installed or does not run here; says why."""


@dataclass(frozen=True)
class Isso:
    """What Isso needed for the same work, by name (see inside_isso.py), and its script's weight."""

    samples: dict[str, Sample]
    counts: dict[str, int]
    script: int

    def peer(self, name: str) -> Peer:
        """Return one of its times."""
        return Peer(NAME, self.samples[name])


def measure(folder: Path) -> Isso:
    """Install Isso below a folder and measure it.

    :raise NoPeer: if that is not possible.
    """
    python = _install(folder / "environment")
    package = next((folder / "environment").glob("lib/python*/site-packages/isso"))
    data = folder / "data"
    data.mkdir()
    said = json.loads(_run([str(python), "-m", "benchmarks.inside_isso", str(data)]))
    return Isso(
        samples={name: Sample(**values) for name, values in said["samples"].items()},
        counts=said["counts"],
        script=len(gzip.compress((package / "js/embed.min.js").read_bytes(), 6)),
    )


def _install(environment: Path) -> Path:
    python = environment / "bin" / "python"
    _run([sys.executable, "-m", "venv", str(environment)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15"]
    _run([*pip, "--disable-pip-version-check", f"isso=={VERSION}"])
    return python


def _run(command: list[str]) -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if run.returncode:
        lines = run.stderr.strip().splitlines() or ["it said nothing"]
        raise NoPeer(f"{NAME} {VERSION} could not be measured: {lines[-1]}")
    return run.stdout
