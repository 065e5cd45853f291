"""The command line: in this process for what commands do, in their own for how they start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from comments_api.settings import ROOT
from tests.http.conftest import SECRET, app, comment, new_app, stored, watch

__all__ = ["app", "comment", "new_app", "stored", "watch"]  # fixtures


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """Runs a command on the test's database and site."""

    def command(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=list(words))

    return command


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command as an operator does, with nothing but these settings."""

    def command(*words: str, **settings: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            flask(*words),
            cwd=ROOT,
            env=environment(tmp_path, **settings),
            capture_output=True,
            text=True,
            timeout=120,
        )

    return command


def flask(*words: str) -> list[str]:
    """Return the command line of a command."""
    return [sys.executable, "-m", "flask", "--app", "comments_api", *words]


def environment(folder: Path, **settings: Any) -> dict[str, str]:
    """Return an environment whose database and site lie in a folder of the test's own."""
    usual = {
        "COMMENTS_DATABASE_URL": f"sqlite:///{folder}/handbill.sqlite3",
        "COMMENTS_SITE": str(folder / "site"),
        "COMMENTS_SECRET_KEY": SECRET,
        "PYTHONUNBUFFERED": "1",
    }
    given = {f"COMMENTS_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, **usual, **given}
