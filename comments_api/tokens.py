"""Secrets that only a browser or a mail holds: made, kept as a hash, signed."""

from __future__ import annotations

import hashlib
import secrets

from itsdangerous import URLSafeSerializer


def new_token() -> str:
    """Return the value of a new cookie or link: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is stored of a secret that only a browser or a mail holds."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def signer(secret: str, purpose: str) -> URLSafeSerializer:
    """Return what signs values for one purpose: for any other, its signatures are worth nothing."""
    options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=purpose, signer_kwargs=options)
