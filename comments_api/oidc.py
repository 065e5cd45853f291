"""Signing in with a provider, by OpenID Connect: where a reader is sent, and who comes back.

It talks to the provider only, whose address the operator named. No request of a reader's and no
table here: providers.py and sign_ins.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from comments_api import oidc_claims
from comments_api.errors import SignInFailed, UnknownProvider
from comments_api.oidc_claims import Person, UnknownKey
from comments_api.oidc_settings import Provider, is_secure

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

SCOPE = "openid email profile"
KEPT = timedelta(hours=1)  # what a provider says of itself
PATIENCE = 5.0  # seconds until it must answer
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser takes along to the provider, and what must come back unchanged.

    :ivar callback: the address of ours that the provider sends it back to.
    """

    callback: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class _Described:
    """What a provider said of itself."""

    metadata: dict[str, Any]
    keys: dict[str, Any]
    when: datetime


class Providers:
    """The providers of the settings; each is asked about itself when somebody first needs it."""

    def __init__(self, declared: Sequence[Provider]) -> None:
        self._declared = {provider.key: provider for provider in declared}
        self._described: dict[str, _Described] = {}

    def find(self, key: str) -> Provider:
        """Return a provider.

        :raise UnknownProvider: if the settings name none of this key.
        """
        if key not in self._declared:
            raise UnknownProvider(key)
        return self._declared[key]

    def names(self) -> dict[str, str]:
        """Return the names of all providers by their keys."""
        return {provider.key: provider.name for provider in self._declared.values()}

    def way(self, key: str, errand: Errand, now: datetime) -> str:
        """Return the address of the provider's where somebody signs in.

        :raise SignInFailed: if the provider cannot be asked, or answers what makes no sense.
        """
        provider = self.find(key)
        metadata = self._ask(provider, now).metadata
        with _talk(provider, metadata, errand.callback) as session:
            url, _state = session.create_authorization_url(
                metadata["authorization_endpoint"],
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(url)

    def person(self, key: str, errand: Errand, code: str, now: datetime) -> Person:
        """Return who signed in, by the code that her browser brought back.

        :raise SignInFailed: if the code is worth nothing, or the answer does not prove who she is.
        """
        provider = self.find(key)
        described = self._ask(provider, now)
        with _talk(provider, described.metadata, errand.callback) as session:
            token = _token(session, described.metadata, errand, code)
            claims = self._proved(provider, token, errand.nonce, now)
            return oidc_claims.person(_more(session, described.metadata, claims))

    def _proved(
        self, provider: Provider, token: dict[str, Any], nonce: str, now: datetime
    ) -> dict[str, Any]:
        """Return what the provider signed, if it is meant for us, now, and for this browser."""
        try:
            return oidc_claims.verified(provider, token, self._ask(provider, now).keys, nonce, now)
        except UnknownKey:  # a provider may change its keys at any time
            keys = self._ask(provider, now, anew=True).keys
        try:
            return oidc_claims.verified(provider, token, keys, nonce, now)
        except UnknownKey:
            raise SignInFailed(f"{provider.key}: signed with a key that it does not name") from None

    def _ask(self, provider: Provider, now: datetime, *, anew: bool = False) -> _Described:
        """Return what a provider says of itself, asked again after an hour."""
        known = self._described.get(provider.key)
        if known is None or anew or not timedelta() <= now - known.when < KEPT:
            metadata = _metadata(provider)
            known = _Described(metadata, _fetched(provider, metadata["jwks_uri"]), now)
            self._described[provider.key] = known
        return known


def _talk(provider: Provider, metadata: dict[str, Any], callback: str) -> OAuth2Session:
    # Imported where used: it takes a second, and most processes never need it.
    from authlib.integrations.requests_client import OAuth2Session

    known = metadata.get("token_endpoint_auth_methods_supported")
    posts = isinstance(known, list) and "client_secret_basic" not in known
    return OAuth2Session(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        token_endpoint_auth_method="client_secret_post" if posts else "client_secret_basic",
        scope=SCOPE,
        redirect_uri=callback,
        code_challenge_method="S256",
    )


# -- what a provider says of itself -----------------------------------------------------------


def _metadata(provider: Provider) -> dict[str, Any]:
    url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = _fetched(provider, url)
    if found.get("issuer") != provider.issuer:
        raise SignInFailed(f"{provider.key} calls itself {found.get('issuer')!r}")
    for name in ENDPOINTS:
        if not isinstance(found.get(name), str) or not _may_be_asked(provider, found[name]):
            raise SignInFailed(f"{provider.key}: {name} is {found.get(name)!r}")
    return found


def _may_be_asked(provider: Provider, url: str) -> bool:
    """Say whether an address is by https, or as much on this machine as its provider."""
    return url.startswith("https://") or (
        is_secure(url) and not provider.issuer.startswith("https://")
    )


def _fetched(provider: Provider, url: str, **headers: str) -> dict[str, Any]:
    """Return a JSON object of a provider's, which may not send us elsewhere for it."""
    import requests

    try:
        with requests.get(url, timeout=PATIENCE, allow_redirects=False, headers=headers) as answer:
            found = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as error:
        raise SignInFailed(f"{provider.key}: {url}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise SignInFailed(f"{provider.key}: {url} answers {answer.status_code}, and no object")
    return found


# -- what is asked with a code ------------------------------------------------------------------


def _token(
    session: OAuth2Session, metadata: dict[str, Any], errand: Errand, code: str
) -> dict[str, Any]:
    import requests
    from authlib.integrations.base_client import OAuthError

    try:
        token = session.fetch_token(
            metadata["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=errand.verifier,
            timeout=PATIENCE,
            allow_redirects=False,
        )
    except (requests.RequestException, OAuthError, ValueError) as error:
        raise SignInFailed(f"no token: {error}") from error
    if not isinstance(token.get("id_token"), str):
        raise SignInFailed("the answer has no id_token")
    return dict(token)


def _more(
    session: OAuth2Session, metadata: dict[str, Any], claims: dict[str, Any]
) -> dict[str, Any]:
    """Return name and e-mail too, if the provider tells them apart from what it signs.

    Without them she has signed in all the same.
    """
    import requests
    from authlib.integrations.base_client import OAuthError

    url = metadata.get("userinfo_endpoint")
    if {"email", "name"} <= claims.keys() or not isinstance(url, str) or not is_secure(url):
        return claims
    try:
        answer = session.get(url, timeout=PATIENCE, allow_redirects=False)
        found = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, OAuthError, ValueError):
        return claims
    # Somebody else's, if the provider mixes them up.
    if not isinstance(found, dict) or found.get("sub") != claims["sub"]:
        return claims
    return found | claims
