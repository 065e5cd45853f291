"""What a text says however it is written: without case, accents, look-alikes and hidden letters.

Every character is folded by itself, so folding takes as long as the text is long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from comments_api.text import is_unseen

BREAK = "."  # what stands for any sign between two parts of a word
SYMBOLS = "@$"  # signs that are read as letters too: they stay
# One sign for all that may stand for each other: words that are read alike become the same.
ALIKE = str.maketrans("1i034@57$", "lloeaasts")

_MOST_KEPT = 20_000  # characters that a table remembers; nobody may fill the memory with them
_APOSTROPHES = "'’‘ʼʹ`´′"
# Letters of a kind by their names: small capitals, letters in squares, those of flags.
_NAMED = re.compile(
    r"LATIN LETTER SMALL CAPITAL ([A-Z])"
    r"|(?:NEGATIVE )?(?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])"
    r"|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)
# All bars are likened to an l, but an i looks like one too: the digit is read as both.
_BAR, _ONE = "l", "1"
# Small Cyrillic letters that are read as Latin ones, though Unicode's list likens them to others.
_READ_AS = {"ʍ": "m", "ĸ": "k"}
# Where what is seen can differ from what is said: beyond the Latin letters and their signs.
_OTHER_SCRIPT = re.compile("[^\x00-\u024f\u2000-\u206f]")
_ODD = re.compile("[a-z]I|[A-Z]l[A-Z]")
# A capital I within small letters is read as an l, and an l within capitals as an I.
_CAPITAL_I = re.compile(r"(?<=[a-z])I")
_SMALL_L = re.compile(r"(?<=[A-Z])l(?=[A-Z])")


def fold(text: str) -> str:
    """Return what a text says: small letters, spaces, and one sign for all others between them."""
    return text.translate(_SAID)


def looks(text: str) -> str:
    """Return what a text looks like: as `fold`, but a Greek capital Nu is an n and no v."""
    if _ODD.search(text):
        text = _SMALL_L.sub("I", _CAPITAL_I.sub("l", text))
    return text.translate(_SEEN if _OTHER_SCRIPT.search(text) else _SAID)


class _Table(dict[int, str]):
    """What becomes of each character, found out when it is first met."""

    def __init__(self, become: Callable[[str], str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, code: int) -> str:
        if len(self) > _MOST_KEPT:
            self.clear()
        self[code] = found = self._become(chr(code))
        return found


def _said(char: str) -> str:
    # Before the case is folded: a small iota below a letter would become one beside it.
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if not _is_nothing(part))
    plain = unicodedata.normalize("NFKD", bare.casefold())
    return "".join(_part(part) for part in plain)


def _seen(char: str) -> str:
    """Return the letter that a capital looks like, before it is made a small one."""
    prototype = "" if char.isascii() else _prototype(unicodedata.normalize("NFKC", char))
    said = _SAID[ord(char)]
    # An I of another script looks like a bar, but is an i to whoever reads that script.
    if _is_letter(prototype) or (prototype == _ONE and not _is_letter(said)):
        return prototype.lower()
    return said


def _part(char: str) -> str:
    """Return what a small, decomposed character is read as."""
    if char.isascii():
        return char if char.isalnum() or char in SYMBOLS else _between(char)
    if _is_nothing(char):
        return ""
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    prototype = _bare(_prototype(char))
    if _is_letter(prototype):
        return prototype.lower()
    if _stands_alone(char):  # scripts without spaces: each sign is a word
        return f" {char} "
    return prototype if prototype and _is_word(prototype) else _between(char)


def _between(char: str) -> str:
    # Not as other signs: "he'll" must never be read in one.
    return " " if char.isspace() or char in _APOSTROPHES else BREAK


def _is_nothing(char: str) -> bool:
    return is_unseen(char) or _is_accent(char)


def _is_accent(char: str) -> bool:
    """Say whether it is an accent; the signs for vowels of India and Thailand are letters."""
    kind = unicodedata.combining(char)
    return kind == 1 or 10 <= kind <= 36 or kind >= 200 or unicodedata.category(char) == "Me"


def _is_letter(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _is_word(text: str) -> bool:
    return all(part.isalnum() or unicodedata.category(part)[0] == "M" for part in text)


def _stands_alone(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff" or unicodedata.name(char, "").startswith("CJK ")


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(part for part in parts if not _is_accent(part))


def _prototype(char: str) -> str:
    """Return the character that stands for all that look like this one, by Unicode's list."""
    found = _prototypes().get(char, char)
    if found == _BAR:
        return _ONE
    if named := _NAMED.fullmatch(unicodedata.name(found, "") if len(found) == 1 else ""):
        found = next(filter(None, named.groups())).lower()
    return "m" if found == "rn" else _READ_AS.get(found, found)


@cache
def _prototypes() -> dict[str, str]:
    """Return Unicode's confusables (UTS 39), read once and when they are first needed."""
    from confusable_homoglyphs.confusables import confusables_data

    # The list holds each pair in both directions; a prototype has many that look like it.
    alike = {key: [_unmarked(one["c"]) for one in ones] for key, ones in confusables_data.items()}
    many = {key for key, ones in alike.items() if len(ones) > 1 or len(key) > 1}
    return {
        key: ones[0]
        for key, ones in alike.items()
        if len(key) == 1
        and key not in many
        and not key.isascii()
        and (ones[0] in many or len(ones[0]) > 1 or ones[0] < key)
    }


def _unmarked(text: str) -> str:
    return text.strip("\u200e")  # direction marks that the list is printed with


_SAID = _Table(_said)
_SEEN = _Table(_seen)
