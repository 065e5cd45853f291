"""What changed between two texts, word by word, marked for the eye."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from markupsafe import Markup, escape

# To compare takes up to the square of this: where more changed, the whole of it is marked.
MOST_WORDS = 200
_WORDS = re.compile(r"\s+|\S+\s*")


def marked(before: str, after: str) -> tuple[Markup, Markup]:
    """Return both texts, escaped: what is only in the first as <del>, in the second as <ins>."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left, right = Markup(), Markup()
    for same, gone, come in _steps(old, new):
        left += escape(same) + _within("del", gone)
        right += escape(same) + _within("ins", come)
    return left, right


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what both have in common, then what only the one and only the other has, and so on."""
    begin = _common(old, new)
    end = _common(old[begin:][::-1], new[begin:][::-1])
    yield "".join(old[:begin]), "", ""
    yield from _between(old[begin : len(old) - end], new[begin : len(new) - end])
    yield "".join(old[len(old) - end :]), "", ""


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    if max(len(old), len(new)) > MOST_WORDS:
        yield "", "".join(old), "".join(new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        yield (gone, "", "") if tag == "equal" else ("", gone, come)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts two sequences begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _within(tag: str, text: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text) if text else Markup()
