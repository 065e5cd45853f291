"""Calling a WSGI application as a server does, without a socket. Only the standard library."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1:8000"
Environ = dict[str, Any]
App = Callable[[Environ, Any], Any]


@dataclass(slots=True)
class Answer:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def get(path: str, **headers: str) -> Environ:
    """Return the request for an address; `accept="text/html"` is the header Accept."""
    return _environ("GET", path, b"", headers)


def post(path: str, content: Mapping[str, Any], *, form: bool = False, **headers: str) -> Environ:
    """Return a request of the site's own page, in JSON or as a plain form sends it."""
    body = (urlencode(content) if form else json.dumps(content)).encode()
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    environ = _environ("POST", path, body, {"sec_fetch_site": "same-origin", **headers})
    environ["CONTENT_TYPE"] = kind
    return environ


def call(app: App, environ: Environ) -> Answer:
    """Send a request that can be sent again, and return the whole answer."""
    began: list[Any] = []
    fresh = {**environ, "wsgi.input": io.BytesIO(environ["benchmarks.body"])}
    result = app(fresh, lambda status, headers, *_: began.extend((status, headers)))
    body = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    return Answer(int(began[0].split()[0]), dict(began[1]), body)


def expect(app: App, environ: Environ, status: int) -> Answer:
    """Send a request whose answer must have this status: a wrong answer is no measurement.

    :raise RuntimeError: if it has another one.
    """
    answer = call(app, environ)
    if answer.status != status:
        where = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        raise RuntimeError(f"{where}: {answer.status} instead of {status}: {answer.body[:300]!r}")
    return answer


def _environ(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Environ:
    address, _, query = path.partition("?")
    name, _, port = HOST.partition(":")
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.1",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": HOST,
        **{f"HTTP_{key.upper()}": value for key, value in headers.items()},
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "benchmarks.body": body,
    }
