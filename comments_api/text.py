"""What text may come in: which characters are refused, what counts as empty. No HTML, no markup."""

from __future__ import annotations

import re
import unicodedata

# Refused: C0 controls but tab and line feed, DEL and C1, lone surrogates, non-characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile("[\t\n\x85\u2028\u2029]")
# Bidirectional overrides can make a name read as another one.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(
    r"(?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){5}"
)
_BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0", "\u034f", "\u17b4", "\u17b5"}


def normal(value: str) -> str:
    """Return the text with one kind of line break and composed letters; nothing else changes."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))


def has_forbidden(value: str) -> bool:
    """Say whether the text holds characters that no keyboard writes."""
    return _FORBIDDEN.search(value) is not None


def has_tricks(value: str) -> bool:
    """Say whether a name holds line breaks, direction marks or piles of accents."""
    return any(pattern.search(value) for pattern in (_BREAKS, _BIDI, _MARKS))


def one_line(value: str) -> str:
    """Return the text on one line, without controls and direction marks."""
    return " ".join(_BIDI.sub("", _FORBIDDEN.sub(" ", value)).split())


def showable(value: str) -> str:
    """Return the text without halves of characters, which cannot be sent back to anybody."""
    return value.encode("utf-8", "replace").decode()


def is_blank(value: str) -> bool:
    """Say whether a person would see nothing."""
    return all(
        char in _BLANK
        or unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co", "Mn", "Me"}
        for char in value
    )
