"""What a mail program makes of a mailto address, by RFC 6068 alone."""

from __future__ import annotations

import re

_OCTET = re.compile(r"%([0-9A-Fa-f]{2})")


def decoded(href: str) -> dict[str, str | list[str]]:
    """Return the recipients and header fields of an address.

    :raise AssertionError: if it is no mailto address.
    """
    scheme, colon, rest = href.partition(":")
    assert (scheme, colon) == ("mailto", ":")
    assert href.isascii()
    assert "#" not in href  # a fragment is no part of the message
    to, _, fields = rest.partition("?")
    found: dict[str, str | list[str]] = {"to": [_text(one) for one in to.split(",")]}
    for field in fields.split("&"):
        name, equals, value = field.partition("=")
        assert equals
        assert name not in found
        found[name] = [_text(one) for one in value.split(",")] if name == "cc" else _text(value)
    return found


def _text(encoded: str) -> str:
    """Undo percent encoding; a plus stays a plus."""
    assert "%" not in _OCTET.sub("", encoded)
    octets = bytearray()
    at = 0
    for octet in _OCTET.finditer(encoded):
        octets += encoded[at : octet.start()].encode("ascii")
        octets.append(int(octet[1], 16))
        at = octet.end()
    octets += encoded[at:].encode("ascii")
    return octets.decode("utf-8")
