"""Signed links that end mail: they never expire, and work again and again."""

from __future__ import annotations

from collections.abc import Sequence

from itsdangerous import BadSignature

from comments_api.errors import BadLink
from comments_api.tokens import signer

_PURPOSE = "handbill mail: end these subscriptions"


def end_token(secret: str, subscriptions: Sequence[int]) -> str:
    """Return the part of a link that ends these subscriptions; it names no address."""
    return str(signer(secret, _PURPOSE).dumps(list(subscriptions)))


def subscriptions_in(secret: str, token: str) -> list[int]:
    """Return the subscriptions that a link ends.

    :raise BadLink: if we did not write it.
    """
    try:
        found: list[int] = signer(secret, _PURPOSE).loads(token)
    except BadSignature:
        raise BadLink from None
    return found
