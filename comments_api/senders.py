"""Who sends a request, as little as possible: a shortened address, the keyed hash of a cookie."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from datetime import datetime

from comments_api.settings import Network


def address_of(peer: str | None, forwarded: str, trusted: Sequence[Network]) -> str | None:
    """Return the address of the sender, believing only proxies that the settings name.

    The right-most address that is no trusted proxy's counts: what stands left of it can be made up.
    """
    hops = [part.strip() for part in forwarded.split(",") if part.strip()]
    current = peer
    while current is not None and hops and _within(current, trusted):
        current = hops.pop()
    return current if current is not None and _parsed(current) else peer


def block_of(address: str | None) -> str | None:
    """Return the block an address lies in, all that is ever stored: /24, or /48 for IPv6."""
    parsed = _parsed(address) if address else None
    if parsed is None:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{length}", strict=False))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _within(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def reader_hash(secret: str, token: str) -> str:
    """Return what is stored of a reader's cookie."""
    return _keyed(secret, "reader", token)


def idempotency_hash(secret: str, thread: str, key: str, said: str) -> str:
    """Return what is stored of an Idempotency-Key, which counts for one text in one thread.

    A key that somebody else happens to use must not answer what she wrote.
    """
    return _keyed(secret, "idempotency", f"{thread}\0{key}\0{said}")


def daily_hash(secret: str, value: str, now: datetime) -> str:
    """Return a name for a sender that means nothing tomorrow, for limits."""
    return _keyed(secret, f"limit:{now.date().isoformat()}", value)[:24]


def stamp(secret: str, now: datetime) -> str:
    """Return a signed note of the time, to be sent back with a form."""
    moment = f"{now.timestamp():.3f}"
    return f"{moment}.{_signature(secret, moment)}"


def seconds_since(secret: str, value: str, now: datetime) -> float | None:
    """Return how long ago a stamp was made, or None if it is missing or not ours."""
    moment, _dot, signature = value.rpartition(".")
    if not value.isascii() or not hmac.compare_digest(_signature(secret, moment), signature):
        return None
    elapsed = now.timestamp() - float(moment)
    return elapsed if elapsed >= 0 else None  # the clock was put back


def _signature(secret: str, moment: str) -> str:
    return _keyed(secret, "stamp", moment)[:32]


def network_of_today(secret: str, salt: bytes, block: str, letter: str) -> str:
    """Return a name for a network that reports a letter; it means nothing when the salt is gone."""
    return _keyed(secret, "report", f"{salt.hex()}\0{block}\0{letter}")[:32]


def erased_hash(secret: str, email: str) -> str:
    """Return by what an erased person is known again, should a backup or an import bring her."""
    return _keyed(secret, "erased", email.strip().lower())


def _keyed(secret: str, purpose: str, value: str) -> str:
    return hmac.new(secret.encode(), f"{purpose}\0{value}".encode(), "sha256").hexdigest()
