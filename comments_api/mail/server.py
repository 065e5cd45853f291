"""Which server takes our mail, as the setting names it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit


class Cover(StrEnum):
    """How what is said to the server is hidden from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only to this machine


_PORTS = {Cover.STARTTLS: 587, Cover.TLS: 465, Cover.NONE: 25}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server."""

    host: str
    port: int
    cover: Cover
    user: str = ""
    password: str = field(default="", repr=False)


def parse(url: str) -> Server | None:
    """Return the server that an address like smtp://user:password@host:587 names; none for none.

    :raise ValueError: if it names none; the sentence never repeats what was given.
    """
    if not url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("its host or port cannot be understood") from None
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path not in {"", "/"}:
        raise ValueError("it must be like smtp://user:password@host:587 or smtps://host:465")
    if parts.query or parts.fragment:
        raise ValueError("? and # in a password are written as %3F and %23")
    cover = _cover(parts.scheme, host)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(host, port or _PORTS[cover], cover, user, password)


def _cover(scheme: str, host: str) -> Cover:
    if scheme == "smtps":
        return Cover.TLS
    return Cover.NONE if _is_here(host) else Cover.STARTTLS


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return False
