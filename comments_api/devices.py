"""Browsers in which somebody signed in: known by a signed cookie, called by what they say."""

from __future__ import annotations

import hashlib
import secrets

from itsdangerous import BadSignature

from comments_api.tokens import signer

_PURPOSE = "handbill: somebody signed in with this browser"

# In this order: most browsers say that they are several others too.
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def words(user_agent: str) -> str:
    """Return browser and system as `Firefox, Linux`; nothing of what was sent is repeated."""
    found = [_first(user_agent, table) for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)


def _first(user_agent: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in table if sign in user_agent), "")


def token(secret: str, email: str) -> str:
    """Return a cookie that says that somebody signed in with this browser; it names nobody."""
    return str(signer(secret, _PURPOSE).dumps([secrets.token_urlsafe(12), _mark(secret, email)]))


def known(secret: str, cookie: str, email: str) -> str | None:
    """Return what names a browser, if its cookie is ours and about this person."""
    try:
        name, mark = signer(secret, _PURPOSE).loads(cookie)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(name) if mark == _mark(secret, email) else None


def _mark(secret: str, email: str) -> str:
    plain = f"{_PURPOSE}\0{secret}\0{email.strip().casefold()}"
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]
