"""What a provider says of a person: believed if it signed it for us, now, and for this browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comments_api import text
from comments_api.drafts import is_email, is_name
from comments_api.errors import SignInFailed
from comments_api.oidc_settings import Provider

SUBJECT = 255  # characters, as the standard has it
LEEWAY = 60  # seconds that two clocks may differ
# By a key of the provider's own: `none` proves nothing, and HS256 only that somebody knows a
# secret that we know too.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a provider vouches for.

    :ivar email: empty if the provider does not say that it is certainly hers.
    """

    subject: str
    email: str
    name: str


class UnknownKey(Exception):
    """Raised if something is signed with a key that is not among the known ones."""


def verified(
    provider: Provider, token: dict[str, Any], keys: dict[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """Return what a provider signed, by the keys that it names, for the browser with the nonce.

    :raise UnknownKey: if it is signed with none of the keys.
    :raise SignInFailed: if it proves nothing.
    """
    # Imported where used: it takes a second, and most processes never need it.
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    try:
        key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]  # checked by it
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        found = jwt.decode(token["id_token"], key_set, registry=registry)
        options = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        }
        more = {"nonce": nonce, "client_id": provider.client_id}
        more["access_token"] = str(token.get("access_token") or "")
        claims = CodeIDToken(found.claims, found.header, options, more)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SignInFailed(f"{provider.key}: the id_token proves nothing: {error}") from error
    return dict(claims)


def person(claims: dict[str, Any]) -> Person:
    """Return whom the claims are about.

    :raise SignInFailed: if they name nobody.
    """
    subject = claims["sub"]
    if not 0 < len(subject) <= SUBJECT or text.has_forbidden(subject):
        raise SignInFailed("the subject is no name of anybody")
    return Person(subject, _email(claims), _name(claims))


def _email(claims: dict[str, Any]) -> str:
    email = claims.get("email")
    verified = claims.get("email_verified") is True
    return email if verified and isinstance(email, str) and is_email(email) else ""


def _name(claims: dict[str, Any]) -> str:
    """Return what she is called there, if that could be a name here; it only fills in a form."""
    for claim in ("name", "preferred_username"):
        name = claims.get(claim)
        if isinstance(name, str) and is_name(name):
            return text.normal(name).strip()
    return ""
