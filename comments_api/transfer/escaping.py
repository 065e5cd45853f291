"""Plain text, addresses and code as they must be typed, so that nothing else becomes of them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_EVERY = re.compile(
    r"[\\`*\[\]]|<(?=[A-Za-z/!?])|&(?=[#A-Za-z])|~(?=~)|(?<=~)~"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it is a letter like others
)
_LINE_START = re.compile(r">|[-+](?:[ \t]|$)|-(?:[ \t]?-)+")
_NUMBER = re.compile(r"\d{1,9}(?=[.)](?:[ \t]|$))")
_FORBIDDEN_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f]")


def quoted(text: str) -> str:
    """Return plain text so that it is shown as it is, whatever it looks like."""
    return "\n".join(guarded(escaped(line).strip(" \t")) for line in text.split("\n"))


def escaped(text: str) -> str:
    """Return plain text in which no character means anything."""
    return _EVERY.sub(r"\\\g<0>", text)


def guarded(line: str) -> str:
    """Return a line whose beginning is no list, quote or rule."""
    if number := _NUMBER.match(line):
        return f"{number[0]}\\{line[number.end() :]}"
    return f"\\{line}" if _LINE_START.match(line) else line


def linkable(address: str) -> bool:
    """Say whether a link would lead to a whole address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "mailto" or (parts.scheme in {"http", "https"} and bool(parts.hostname))


def target(address: str) -> str:
    """Return an address as it stands in a link."""
    plain = _FORBIDDEN_IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", address.strip())
    plain = re.sub(r"[\\<>&]", r"\\\g<0>", plain)
    return f"<{plain}>" if "(" in plain or ")" in plain else plain


def code(text: str) -> str:
    """Return code as it stands in a line."""
    text = re.sub(r"[\r\n]+", " ", text)
    if not text:
        return ""
    marks = fence(text, 1)
    # The parser takes one space off each side, if there is one on both.
    pad = " " if text[0] in " `" or text[-1] in " `" else ""
    return f"{marks}{pad}{text}{pad}{marks}" if text.strip(" ") else text


def fence(text: str, least: int) -> str:
    """Return more backticks than the text has anywhere, and not fewer than `least`."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(longest + 1, least)
