"""A real OpenID Connect provider on this machine, on which Mallory can lay a hand."""

from __future__ import annotations

import json
import threading
import warnings
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from comments_api.oidc_settings import Provider

with warnings.catch_warnings():
    import authlib.deprecate  # which wants its own warnings seen

    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    import oidc_provider_mock

# It uses its library in an old way, which is not ours to mend.
OF_THE_PROVIDER = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")
SECRET = "what only we and the provider know"
Claims = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    """Answers and writes no log."""

    def log(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Running:
    """The provider as it runs.

    :ivar url: where it is, which is also its name.
    :ivar asked: the paths that it was asked for.
    :ivar forge: makes Mallory's answer of the provider's own; by the path of what is asked.
    :ivar key: Mallory's own, for tokens that she signs.
    """

    url: str
    app: Flask
    asked: list[str] = field(default_factory=list)
    forge: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))

    def be_honest(self) -> None:
        """Take Mallory's hand off it."""
        self.forge.clear()
        self.asked.clear()

    def declared(self, **changes: str) -> Provider:
        """Return the provider as an operator names it."""
        said = {"key": "club", "name": "The club", "issuer": self.url, "client_id": "handbill"}
        return Provider(**{**said, "client_secret": SECRET, **changes})

    def knows(self, subject: str, **claims: Any) -> None:
        """Tell the provider of somebody."""
        requests.put(f"{self.url}/users/{subject}", json=claims, timeout=10).raise_for_status()

    def sign_in(self, way: str, subject: str = "bob", action: str = "") -> str:
        """Sign somebody in at the address that we sent her to; return where she is sent back."""
        data = {"action": action} if action else {"sub": subject}
        answer = requests.post(way, data=data, timeout=10, allow_redirects=False)
        assert answer.status_code in {302, 303}, answer.text
        return answer.headers["Location"]

    def code(self, way: str, subject: str = "bob") -> str:
        """Sign somebody in, and return the code that her browser brings back."""
        return parse_qs(urlsplit(self.sign_in(way, subject)).query)["code"][0]

    def forge_claims(self, change: Callable[[Claims], Any], **header: Any) -> None:
        """Let the provider itself say something wrong of whoever signs in."""

        def token(content: Claims) -> Claims:
            claims = claims_of(content["id_token"])
            changed = change(claims) or claims
            signed = jwt.encode({"alg": "RS256", "kid": "one", **header}, changed, self.key)
            return {**content, "id_token": signed}

        self.forge["/oauth2/token"] = token
        self.forge["/jwks"] = lambda _keys: {"keys": [self.key.as_dict(private=False)]}


def claims_of(token: str) -> Claims:
    """Read a token without asking who signed it."""
    found: Claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


@contextmanager
def running() -> Iterator[Running]:
    """Run the provider until the block ends."""
    app = oidc_provider_mock.app(require_nonce=True)
    app.debug = False
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    provider = Running(f"http://127.0.0.1:{server.server_port}", app)

    @app.after_request
    def lay_a_hand_on(answer: Response) -> Any:
        provider.asked.append(request.path)
        forge = provider.forge.get(request.path)
        if forge is None:
            return answer
        made = forge(answer.get_json(silent=True))
        return made if isinstance(made, Response) else Response(json.dumps(made), 200)

    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
