"""The application in processes of its own, as a server with several workers has it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from comments_api.settings import ROOT
from tests.cli.serving import free_port

FORM = "application/x-www-form-urlencoded"


@dataclass
class Process:
    """One of them."""

    port: int
    process: subprocess.Popen[bytes]

    def post(self, path: str, session: str, **fields: object) -> int:
        """Send a form of somebody who is signed in, and return the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
        headers["Cookie"] = f"session={session}"
        try:
            connection.request("POST", path, urlencode(fields, doseq=True), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


@contextmanager
def running(count: int, settings: Mapping[str, object]) -> Iterator[list[Process]]:
    """Give processes that serve the application with these settings."""
    given = {f"COMMENTS_{name.upper()}": str(value) for name, value in settings.items()}
    started = [_start({**os.environ, **given}) for _ in range(count)]
    try:
        for one in started:
            _wait_for(one)
        yield started
    finally:
        for one in started:
            one.process.terminate()
        for one in started:
            one.process.wait(20)


def _start(environment: Mapping[str, str]) -> Process:
    port = free_port()
    options = f"--interface wsgi --factory --host 127.0.0.1 --port {port} --blocking-threads 8"
    words = ["-m", "granian", *options.split(), "--log-level", "error", "comments_api:create_app"]
    return Process(port, subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment))


def _wait_for(one: Process) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert one.process.poll() is None, "it ended by itself"
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=5)
        try:
            connection.request("GET", "/api/health/alive")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise AssertionError("it did not answer in time")
