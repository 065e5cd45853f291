"""Finds a Chromium for the tests, or installs one. Nothing about pages belongs here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

# The same engine without the windows around it takes a fifth of the work, so it comes first.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-dejavu-core", "fonts-liberation")
NONE_FOUND = """No Chromium was found, and none could be installed.
Install it with your system's packages (Debian: apt install chromium), or run
`.venv/bin/python -m playwright install --with-deps chromium`, or name one: CHROMIUM=/path/to/it."""

LAUNCH_ARGS = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",  # containers give it 64 MB
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
if os.name == "posix" and os.geteuid() == 0:
    LAUNCH_ARGS.append("--no-sandbox")  # Chromium's sandbox does not start for root


class NoChromium(Exception):
    """Raised if there is no Chromium that runs, and none can be installed."""


def find() -> str:
    """Return the path of a Chromium that runs, installing one where there is none.

    Call it before Playwright is started: it starts Playwright for a moment itself.
    """
    if named := os.environ.get("CHROMIUM"):
        if _runs(named):
            return named
        raise NoChromium(f"CHROMIUM={named} does not run.")
    for install in (_nothing, _install_playwright_s, _install_the_system_s):
        install()
        if path := next(filter(_runs, _candidates()), None):
            return path
    raise NoChromium(NONE_FOUND)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _runs(path: str) -> bool:
    # Some systems ship a command of that name that only says where to get the real one.
    try:
        return _call([path, "--version"], seconds=60, show=False)
    except OSError:
        return False


def _nothing() -> None:
    pass


def _install_playwright_s() -> None:
    _say("Downloading Chromium for the tests (about 170 MB) ...")
    os.environ.setdefault("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "15000")
    install = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    _call(install, seconds=600, show=False)


def _install_the_system_s() -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return
    _say("Playwright's download did not work; installing the system's chromium ...")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    _call(["apt-get", "update", "-qq"], seconds=300)
    for browser in (SHELL, "chromium"):  # not every system has the first
        install = ["apt-get", "install", "-qq", "--no-install-recommends", browser, *FONTS]
        if _call(install, seconds=900):
            return


def _call(command: list[str], seconds: int, show: bool = True) -> bool:
    output = None if show else subprocess.DEVNULL
    try:
        process = subprocess.run(
            command, timeout=seconds, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    except subprocess.TimeoutExpired:
        return False
    return process.returncode == 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(f"Chromium: {find()}")
    except NoChromium as trouble:
        sys.exit(str(trouble))
