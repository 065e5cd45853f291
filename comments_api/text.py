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
_HIGHEST = 4  # marks on one letter; no name of any script that we know needs more
# Letters, marks and others that nobody sees: the Default_Ignorable_Code_Points that are no format
# characters (Cf), and two that every font draws empty.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U00016fe4\U000e0000-\U000e0fff]"
)


def normal(value: str) -> str:
    """Return the text with one kind of line break and composed letters; nothing else changes."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))


def has_forbidden(value: str) -> bool:
    """Say whether the text holds characters that no keyboard writes."""
    return _FORBIDDEN.search(value) is not None


def has_tricks(value: str) -> bool:
    """Say whether a name holds line breaks, direction marks or piles of accents."""
    return any(pattern.search(value) for pattern in (_BREAKS, _BIDI)) or _has_tower(value)


def _has_tower(value: str) -> bool:
    """Say whether marks stand so high on a letter that they reach into other lines."""
    height = 0
    for char in value:
        if is_unseen(char):  # what stands after it stands on the same letter
            continue
        height = height + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if height > _HIGHEST:
            return True
    return False


def one_line(value: str) -> str:
    """Return the text on one line, without controls and direction marks."""
    return " ".join(_BIDI.sub("", _FORBIDDEN.sub(" ", value)).split())


def showable(value: str) -> str:
    """Return the text without halves of characters, which cannot be sent back to anybody."""
    return value.encode("utf-8", "replace").decode()


def is_unseen(char: str) -> bool:
    """Say whether nobody sees a character."""
    return unicodedata.category(char) == "Cf" or _UNSEEN.match(char) is not None


def is_blank(value: str) -> bool:
    """Say whether a person would see nothing."""
    return all(
        is_unseen(char)
        or unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cn", "Co", "Mn", "Me"}
        for char in value
    )


def whole(value: str) -> int | None:
    """Return a number that a database can hold, or None for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else None
