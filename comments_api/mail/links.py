"""Signed links that end mail: they never expire, and work again and again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeSerializer

from comments_api.errors import BadLink

_PURPOSE = "handbill mail: end these subscriptions"


def end_token(secret: str, subscriptions: Sequence[int]) -> str:
    """Return the part of a link that ends these subscriptions; it names no address."""
    return str(_signer(secret).dumps(list(subscriptions)))


def subscriptions_in(secret: str, token: str) -> list[int]:
    """Return the subscriptions that a link ends.

    :raise BadLink: if we did not write it.
    """
    try:
        found: list[int] = _signer(secret).loads(token)
    except BadSignature:
        raise BadLink from None
    return found


def _signer(secret: str) -> URLSafeSerializer:
    options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=_PURPOSE, signer_kwargs=options)
