"""The words for which a comment is held, as they stand in its text: for a moderator's eye."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from comments_api.rules.folding import BREAK, SYMBOLS, fold
from comments_api.rules.phrases import BadEntry, Entry, Phrases, Reading, parse, readings

LISTED = frozenset({"held-words", "spam-words"})  # reasons that name entries of a list
# Who hides a word splits it: that it is there is found in a piece, then the piece made smaller.
_PIECE, _OVERLAP = 40, 12
_WORD = re.compile(r"\S+")
_EDGE = ".,;:!?()[]{}\"'“”‘’«»…"
_SPACES = str.maketrans(dict.fromkeys(BREAK + SYMBOLS, " "))

Span = tuple[int, int]


class _Text:
    """A text, read when it is first needed and for all entries at once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = [found.span() for found in _WORD.finditer(text)]

    @cached_property
    def words(self) -> list[tuple[str, Span]]:
        """Its words as they are said, with where they stand."""
        return [
            (part, span)
            for span in self.spans
            for part in fold(self.text[slice(*span)]).translate(_SPACES).split()
        ]

    @cached_property
    def pieces(self) -> list[tuple[list[Span], list[Reading]]]:
        """Pieces of it as the rules read them."""
        spans, starts = self.spans, range(0, len(self.spans), _PIECE)
        pieces = [spans[start : start + _PIECE + _OVERLAP] for start in starts]
        return [(piece, readings([self.text[piece[0][0] : piece[-1][1]]])) for piece in pieces]


def words(reasons: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Return what the reasons name, as the first of the texts that has it shows it; each once."""
    entries = list(_entries(reasons))
    read = [_Text(text) for text in texts] if entries else []
    found = (_first(entry, read) for entry in entries)
    return list(dict.fromkeys(filter(None, found)))


def _entries(reasons: Sequence[str]) -> Iterator[Entry]:
    for reason in reasons:
        code, _, detail = reason.partition(":")
        for typed in detail.split(", ") if code in LISTED else ():
            try:
                yield from parse(typed)
            except BadEntry:  # the sign for more, or half of an entry that has a comma
                continue


def _first(entry: Entry, read: Sequence[_Text]) -> str:
    """Return where an entry first stands; nothing if only some other field has it."""
    for one in read:
        if span := _as_written(entry, one.words):
            return _trimmed(one.text[slice(*span)])
    phrases = Phrases([entry])
    return next(filter(None, (_disguised(phrases, one) for one in read)), "")


def _as_written(entry: Entry, words: Sequence[tuple[str, Span]]) -> Span | None:
    """Return where the words of an entry stand one after the other."""
    size = len(entry.words)
    for place in range(len(words) - size + 1):
        here = [said for said, _ in words[place : place + size]]
        if entry.begins and here[-1].startswith(entry.words[-1]):
            here[-1] = entry.words[-1]
        if tuple(here) == entry.words:
            return words[place][1][0], words[place + size - 1][1][1]
    return None


def _disguised(phrases: Phrases, one: _Text) -> str:
    """Return the shortest part of a text in which the rules find an entry."""
    for piece, read in one.pieces:
        if phrases.found(read):
            return _trimmed(_shrunk(piece, one.text, phrases))
    return ""


def _shrunk(piece: Sequence[Span], text: str, phrases: Phrases) -> str:
    """Return the words of a piece from the last to the first that are needed."""

    def has(begin: Span, end: Span) -> bool:
        return bool(phrases.found(readings([text[begin[0] : end[1]]])))

    first, size = piece[0], len(piece) - 1
    last = bisect_left(range(size), True, key=lambda n: has(first, piece[n]))
    more = bisect_left(range(last), True, key=lambda n: has(piece[last - n], piece[last]))
    return text[piece[last - more][0] : piece[last][1]]


def _trimmed(text: str) -> str:
    return text.strip(_EDGE) or text
