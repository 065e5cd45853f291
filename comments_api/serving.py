"""Running server and worker side by side on this machine, for the demonstration. No HTTP here."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from comments_api.errors import SiteTrouble
from comments_api.settings import ROOT

THREADS = 128  # slow bodies would starve fewer
PATIENCE = 60.0  # seconds until the server must answer
HOST = "127.0.0.1"


def run(port: int, ready: Callable[[], None]) -> None:
    """Serve until this process is told to end.

    Both run as programs of their own: a server that forks its workers must have no other thread.

    :param ready: called once the server answers.
    :raise SiteTrouble: if the server does not start, or ends by itself.
    """
    signal.signal(signal.SIGTERM, _end)
    with _process(_server(port)) as server, _process(_worker()):
        _wait_for(server, port)
        ready()
        with contextlib.suppress(KeyboardInterrupt):
            raise SiteTrouble(f"The server ended by itself (status {server.wait()}).")


def refuse_taken(port: int) -> None:
    """Make sure that nobody else listens on the port.

    :raise SiteTrouble: if somebody does; says what to type instead.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SiteTrouble(
                f"Port {port} is taken ({error.strerror}). Use another: PORT={port + 10} make serve"
            ) from error


def _server(port: int) -> list[str]:
    options = f"--interface wsgi --factory --host {HOST} --port {port}"
    options += f" --blocking-threads {THREADS} --log-level error"
    return [*["-m", "granian"], *options.split(), "comments_api.devsite:create_demo"]


def _worker() -> list[str]:
    return [*["-m", "flask", "--app", "comments_api", "worker", "--with-parent"]]


@contextlib.contextmanager
def _process(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run this environment's Python, and end it with the block."""
    # A group of its own: Ctrl-C reaches this process alone, which ends the others in order.
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise SiteTrouble("The server did not start; what it says is above.")


def _end(*_: object) -> None:
    raise SystemExit(0)
