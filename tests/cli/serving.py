"""The demonstration as `make serve` starts it, in a process and a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from comments_api.db import Database
from comments_api.settings import ROOT
from comments_api.sites import Build, FolderSite
from tests.cli.conftest import environment, flask


@dataclass
class Served:
    """A running demonstration.

    :ivar link: signs its moderator in, once.
    """

    url: str
    link: str
    folder: Path
    process: subprocess.Popen[str]

    @property
    def live(self) -> Build:
        """The build that it serves."""
        return FolderSite(self.folder / "site").live()

    def database(self) -> Database:
        """Open its database."""
        return Database(f"sqlite:///{self.folder}/handbill.sqlite3")

    def stop(self) -> int:
        """End it as Ctrl-C or a system does, and return its status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class Visitor:
    """A browser without a script: cookies, forms, and what its own pages send."""

    def __init__(self, url: str) -> None:
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        return self._ask(path, None)

    def post(self, path: str, **fields: Any) -> tuple[int, str]:
        """Send a form and follow where it leads."""
        return self._ask(path, urlencode(fields).encode())

    def _ask(self, path: str, body: bytes | None) -> tuple[int, str]:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        request = urllib.request.Request(self.url + path, body, headers)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Return what a condition gives as soon as it is true; fail if that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
    return found


@contextmanager
def demo(folder: Path, port: int | None = None, **settings: Any) -> Iterator[Served]:
    """Give a running demonstration whose database and site lie in a folder."""
    port = port or free_port()
    env = environment(folder, site_url=f"http://127.0.0.1:{port}", **settings)
    process = subprocess.Popen(
        flask("demo", "--port", str(port)),
        cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        served = _when_ready(port, folder, process, said)
        yield served
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(10)
        assert process.stdout
        process.stdout.close()


def _when_ready(port: int, folder: Path, process: subprocess.Popen[str], said: list[str]) -> Served:
    def ready() -> re.Match[str] | None:
        assert process.poll() is None, "".join(said)
        found = re.search(r"http://\S+/moderate/enter/\S+", "".join(said))
        return found if found and _answers(port) else None

    link = wait_for(ready, 120).group()
    return Served(f"http://127.0.0.1:{port}", link, folder, process)


def _answers(port: int) -> bool:
    # That somebody listens is not enough: the server opens its port before it loads anything.
    address = f"http://127.0.0.1:{port}/api/health/alive"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def alive(pid: int) -> bool:
    """Say whether a process of ours still runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
