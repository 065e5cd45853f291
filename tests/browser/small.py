"""A small live site that a test may change, break or switch off, served by this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Answers and writes no log."""

    def log(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Small:
    """The small site as it is served.

    :ivar url: where it is.
    :ivar open: opens one of its addresses in a window of its own.
    """

    app: Flask
    server: BaseWSGIServer
    thread: threading.Thread
    url: str
    open: Callable[..., Page]

    def stop(self) -> None:
        """Answer nobody any more."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@contextmanager
def serving(app: Flask, open_: Callable[..., Page]) -> Iterator[Small]:
    """Serve an application until the block ends; `devsite` puts the site in front of it."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"

    pages: list[Page] = []

    def opened(path: str = "/", **options: Any) -> Page:
        pages.append(open_(url + path, **options))
        return pages[-1]

    small = Small(app, server, thread, url, opened)
    yield small
    for page in pages:  # before the server: what is still on its way would be cut off
        page.close()
    if thread.is_alive():
        small.stop()
