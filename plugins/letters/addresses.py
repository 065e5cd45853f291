"""What an e-mail address, a postal address, a telephone number and a web address must be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

POSTCODE = re.compile(r"GIR 0AA|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.IGNORECASE)
# What some programs write between or around addresses.
_NEVER = ' ;,<>:"()[]\\'
_JOINERS = frozenset("\u200c\u200d")  # they belong to the spelling of Persian and of Hindi
# Written anywhere in a text, by people.
_EMAIL_IN_TEXT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE_IN_TEXT = re.compile(r"(?<![\w/.-])(?:\+\d{1,3}|0)(?:[\s\-()]{0,2}\d){8,13}(?!\w)")
_POSTCODE_IN_TEXT = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?\s?[0-9][A-Z]{2}\b")


def invisible(value: str) -> str:
    """Return the first invisible character as its code point, U+200B say, or ""."""
    for character in value:
        if character in _JOINERS and not value.isascii() and "@" not in value:
            continue
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} or (
            character != " " and unicodedata.category(character) == "Zs"
        ):
            return f"U+{ord(character):04X}"
    return ""


def wrong_email(value: str) -> str:
    """Return which rule an e-mail address breaks, or ""."""
    if hidden := invisible(value):
        return f"holds the invisible character {hidden}: type it again instead of pasting it"
    for character in _NEVER:
        if character in value:
            name = "a space" if character == " " else f'"{character}"'
            return f"holds {name}: write one address and nothing else"
    if len(value) > 254:
        return f"has {len(value)} characters, and 254 are possible"
    local, at, domain = value.rpartition("@")
    if not at or "@" in local or not local or not domain:
        return "needs exactly one @, with something before and after it"
    if value.endswith("."):
        return "ends with a dot: take it away"
    if local.startswith(".") or local.endswith(".") or ".." in value:
        return "has a dot where none can be"
    if "." not in domain:
        return f'ends in "{domain}", which is no complete domain like example.org'
    labels = _ascii(domain).split(".")
    if not all(_LABEL.fullmatch(part) and len(part) <= 63 for part in labels):
        return f'has the domain "{domain}", which cannot be'
    return ""


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def wrong_phone(value: str) -> str:
    """Return what is wrong with a telephone number, or ""."""
    if _PHONE.fullmatch(value):
        return ""
    return f'"{value}" must be written with its country and without spaces, like +442012345678'


def wrong_https(value: str) -> str:
    """Return what is wrong with a web address, or ""."""
    if re.fullmatch(r"https://[^\s/?#]+\.[^\s/?#]+\S*", value):
        return ""
    return f'"{value}" must be an address that begins with https://'


def private(text: str) -> Iterator[tuple[str, str]]:
    """Yield what looks like somebody's e-mail address, telephone number or postcode."""
    for name, pattern in (
        ("e-mail address", _EMAIL_IN_TEXT),
        ("telephone number", _PHONE_IN_TEXT),
        ("postcode", _POSTCODE_IN_TEXT),
    ):
        for found in pattern.finditer(text):
            yield name, found.group()


def squeezed(value: str) -> str:
    """Return a number, postcode or address so that two ways to write it are equal."""
    plain = re.sub(r"[\s()-]", "", value).lower()
    return re.sub(r"^\+440?", "0", plain)


def wrong_postal(lines: Sequence[str], country: str) -> str:
    """Return what is wrong with a postal address, or ""."""
    if not 2 <= len(lines) <= 7:
        return f"has {len(lines)} line{'s' * (len(lines) != 1)}, and 2 to 7 are possible"
    for line in lines:
        if not line.strip() or "\n" in line:
            return "each line must be a line of the address"
        if line.rstrip()[-1] in ",;.:":
            return f'"{line}" ends with "{line.rstrip()[-1]}": take it away'
        if hidden := invisible(line):
            return f'"{line}" holds the invisible character {hidden}'
    if country == "GB" and not POSTCODE.fullmatch(lines[-1]):
        return f'"{lines[-1]}" is no postcode: the last line must be one, like SW1P 4DF'
    return ""
