"""Lists of words: what one entry means, and which entries a text holds.

Whole words and phrases only. Each text is read three ways: as its words stand, with signs and
digits for letters, and with the parts of split words joined. All of it takes as long as the texts
and the list are long; nobody's regular expression runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from comments_api.errors import HandbillError
from comments_api.rules.folding import ALIKE, BREAK, SYMBOLS, fold, looks

LONGEST_ENTRY = 100
_SHORTEST_BEGINNING = 2  # letters before an asterisk
# What may stand for which letter.
_STANDS_FOR = {"1": "il", "0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
_WITHOUT_SYMBOLS = str.maketrans(dict.fromkeys(SYMBOLS, BREAK))
_TOGETHER = str.maketrans(dict.fromkeys(f" {BREAK}", ""))
# Parts of a word with signs between them, and three single letters or more in a row.
# Nothing is given back (++), so that no text makes them slow.
_BROKEN = re.compile(r"(?<![^ .])[^ .]++(?:\.++[^ .]++)+")
_SPELT = re.compile(r"(?<![^ .])[^ .](?:[ .]++[^ .](?![^ .])){2,}+")


class BadEntry(HandbillError):
    """Raised if an entry of a list makes no sense.

    :ivar line: where it stands in the list, from 1.
    :ivar entry: as it was typed.
    :ivar why: `everything`, `asterisk` or `long`.
    """

    def __init__(self, line: int, entry: str, why: str) -> None:
        super().__init__(f"line {line}: {entry}: {why}")
        self.line = line
        self.entry = entry
        self.why = why


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list.

    :ivar typed: as it stands there.
    :ivar words: what a text must hold, one after the other.
    :ivar begins: the last of them is only the beginning of a word.
    """

    typed: str
    words: tuple[str, ...]
    begins: bool = False


def parse(text: str) -> list[Entry]:
    """Return the entries of a list, one a line; what begins with `#` is a comment.

    :raise BadEntry: if one could match every comment or is none, with its line.
    """
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [_entry(number, line) for number, line in lines if line and not line.startswith("#")]


def _entry(number: int, typed: str) -> Entry:
    if len(typed) > LONGEST_ENTRY:
        raise BadEntry(number, typed[:LONGEST_ENTRY], "long")
    bare = typed.removesuffix("*")
    if "*" in bare and bare.strip("* "):
        raise BadEntry(number, typed, "asterisk")
    words = tuple(part for part in _words(fold(bare)) if part.strip(SYMBOLS))
    begins = bare != typed
    if not words or (begins and len(words[-1]) < _SHORTEST_BEGINNING):
        raise BadEntry(number, typed, "everything")
    return Entry(typed, words, begins)


@dataclass(slots=True)
class _Node:
    """Words that may come next, by their keys; and the entries that are complete here."""

    words: dict[str, list[tuple[str, _Node]]] = field(default_factory=dict)
    beginnings: dict[int, dict[str, list[tuple[str, Entry]]]] = field(default_factory=dict)
    ends: list[Entry] = field(default_factory=list)

    def next_to(self, word: str) -> _Node:
        """Return what follows a word, made when it is missing."""
        known = self.words.setdefault(word.translate(ALIKE), [])
        for other, node in known:
            if other == word:
                return node
        known.append((word, made := _Node()))
        return made

    def add(self, words: Sequence[str], entry: Entry) -> None:
        """Put the words of an entry below this node."""
        node = self
        for word in words[:-1] if entry.begins else words:
            node = node.next_to(word)
        if entry.begins:
            of_length = node.beginnings.setdefault(len(words[-1]), {})
            of_length.setdefault(words[-1].translate(ALIKE), []).append((words[-1], entry))
        else:
            node.ends.append(entry)


class Reading:
    """One way to read a text: its words, and what its split words may be."""

    def __init__(self, said: str) -> None:
        plain = said.translate(_WITHOUT_SYMBOLS)
        joined, self.split = _joined(said)
        ways = [plain, *([said] if plain != said else []), *([joined] if self.split else [])]
        self.ways = [(way, _words(way.translate(ALIKE))) for way in ways]


def readings(texts: Iterable[str]) -> list[Reading]:
    """Return what texts say and what they look like, everything once."""
    said = (read(text) for text in texts if text for read in (fold, looks))
    return [Reading(one) for one in dict.fromkeys(said)]


class Phrases:
    """A list, ready to be looked for."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._order = {entry.typed: entry for entry in entries}
        self._phrases = _Node()
        self._joined = _Node()  # each entry in one word, as who splits words joins them
        for entry in self._order.values():
            self._phrases.add(entry.words, entry)
            self._joined.add(["".join(entry.words)], entry)

    def __len__(self) -> int:
        return len(self._order)

    def found(self, texts: Iterable[Reading]) -> list[str]:
        """Return the entries that texts hold, as they were typed, in the list's order."""
        held = {entry.typed for text in texts for entry in self._in(text)}
        return [typed for typed in self._order if typed in held] if held else []

    def _in(self, text: Reading) -> Iterator[Entry]:
        for said, keys in text.ways:
            yield from self._whole(said, keys)
        for word in text.split:
            yield from _complete(self._joined, word)

    def _whole(self, said: str, keys: Sequence[str]) -> Iterator[Entry]:
        """Return the entries that begin at any word of a text."""
        root = self._phrases
        begun: set[str] = set()
        if root.beginnings:
            begun = {key for key in set(keys) if _may_begin(root, key)}
        if not begun and root.words.keys().isdisjoint(keys):
            return  # nearly always: nothing more is done with each word
        words = _words(said)
        for place, key in enumerate(keys):
            if key in root.words or key in begun:
                yield from _from(root, words, place)


def _words(said: str) -> list[str]:
    return said.replace(BREAK, " ").split()


def _may_begin(node: _Node, key: str) -> bool:
    return any(key[:length] in of_length for length, of_length in node.beginnings.items())


def _from(root: _Node, words: Sequence[str], place: int) -> Iterator[Entry]:
    """Return the entries whose first word stands at a place."""
    nodes = [root]
    while nodes and place < len(words):
        word, place = words[place], place + 1
        for node in nodes:
            yield from _begun(node, word)
        nodes = [after for node in nodes for after in _after(node, word)]
        for node in nodes:
            yield from node.ends


def _complete(root: _Node, word: str) -> Iterator[Entry]:
    """Return the entries that are this one word."""
    yield from _begun(root, word)
    for node in _after(root, word):
        yield from node.ends


def _after(node: _Node, word: str) -> list[_Node]:
    known = node.words.get(word.translate(ALIKE), ())
    return [after for other, after in known if _reads(word, other)]


def _begun(node: _Node, word: str) -> Iterator[Entry]:
    for length, of_length in node.beginnings.items():
        for other, entry in of_length.get(word[:length].translate(ALIKE), ()):
            if _reads(word[:length], other):
                yield entry


def _reads(word: str, wanted: str) -> bool:
    """Say whether a word can be read as another of the same key.

    A number is a number: of what is read as letters, half must be letters.
    """
    if word == wanted:
        return True
    if sum(char.isdigit() for char in word) * 2 > len(word):
        return False
    return all(
        one == other or other in _STANDS_FOR.get(one, "")
        for one, other in zip(word, wanted, strict=True)
    )


def _joined(said: str) -> tuple[str, list[str]]:
    """Return a text with split words joined, and all that these may be."""
    split: list[str] = []

    def join(found: re.Match[str]) -> str:
        split.append(whole := found[0].translate(_TOGETHER))
        return whole

    def spell(found: re.Match[str]) -> str:
        whole = join(found)  # "a" and "I" may stand beside it
        split.extend([whole[1:], whole[:-1], whole[1:-1]])
        return whole

    joined = _SPELT.sub(spell, said)
    return _BROKEN.sub(join, joined), split
