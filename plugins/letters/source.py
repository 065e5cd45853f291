"""Reading a Markdown file as Pelican will: a header of keys with their lines, then the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from plugins.letters.problems import Notes, near

# Keys that may stand in a header several times.
REPEATED = frozenset(
    {"call_script", "changed", "field", "petition", "points", "prompt", "reply", "sample"}
)
# As Python-Markdown's extension `meta` reads a header.
_KEY = re.compile(r" {0,3}(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
_MORE = re.compile(r" {4,}(?P<value>.*)")
_FENCE = re.compile(r"(-{3}|\.{3})(\s.*)?")
_DIVIDER = re.compile(r"-{3,} ?letter ?-{3,}\s*", re.IGNORECASE)
# As word processors and tired fingers write it.
_LIKE_A_DIVIDER = re.compile(
    r"\s*[-–—_=*]+ ?letter ?[-–—_=*]*\s*|\s*letter ?[-–—_=*]+\s*", re.IGNORECASE
)
# What an author may have meant as a header line, but Markdown reads as text.
_LIKE_A_KEY = re.compile(r" {0,3}(?P<key>[A-Za-z][A-Za-z0-9_.-]*) ?:(\s|$)")
_LIKENESS = 0.75  # of a misspelt key; `order` is not `formerly`
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class Unreadable(ValueError):
    """Raised if a file is no text in UTF-8; says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a header, with its value and line; a key may stand there several times."""

    key: str
    value: str
    line: int


@dataclass(frozen=True)
class Source:
    """A file in parts.

    :ivar path: below content/.
    :ivar text: what follows the header.
    :ivar first: the number of its first line.
    :ivar broken: the line at which the header ended without an empty line, or 0.
    """

    path: str
    entries: tuple[Entry, ...]
    text: str
    first: int
    broken: int = 0

    @cached_property
    def _by_key(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.key, []).append(entry)
        return found

    def all(self, key: str) -> list[Entry]:
        """Return every entry of a key that is not empty."""
        return [entry for entry in self._by_key.get(key, []) if entry.value]

    def get(self, key: str) -> str:
        """Return the value of a key, or "" if it is not there; the last one counts."""
        return next((entry.value for entry in reversed(self.all(key))), "")

    def line(self, key: str) -> int:
        """Return where a key stands, or 0."""
        return next((entry.line for entry in reversed(self._by_key.get(key, []))), 0)

    @cached_property
    def divided(self) -> tuple[str, str, int]:
        """The introduction, the letter, and the number of the letter's first line."""
        lines = self.text.split("\n")
        for number, line in enumerate(lines):
            if _DIVIDER.fullmatch(line):
                after = number + 1
                return "\n".join(lines[:number]), "\n".join(lines[after:]), self.first + after
        return "", self.text, self.first

    @property
    def is_divided(self) -> bool:
        """Say whether the line that parts introduction and letter is there."""
        return any(_DIVIDER.fullmatch(line) for line in self.text.split("\n"))

    def broken_dividers(self) -> Iterator[tuple[int, str]]:
        """Yield lines that look like the divider, where there is none."""
        if not self.is_divided:
            for number, line in enumerate(self.text.split("\n"), self.first):
                if _LIKE_A_DIVIDER.fullmatch(line):
                    yield number, line.strip()


def decoded(raw: bytes) -> str:
    """Return the text of a file, with line breaks as `\\n` and without a byte order mark.

    :raise Unreadable: if it is not UTF-8; says where.
    """
    if encoding := _BOMS.get(raw[:2]):
        raise Unreadable(f"is saved as {encoding}: save it as UTF-8 in your editor")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"is not UTF-8 (line {line}): save it as UTF-8 in your editor, then look at that line"
        ) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Unreadable(f"holds a NUL character (line {line}), so it is no text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(root: Path, path: Path) -> Source:
    """Read a file below content/.

    :raise Unreadable: if it is no text in UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    return parsed(path.relative_to(root).as_posix(), decoded(raw))


def parsed(path: str, text: str) -> Source:
    """Take a file apart."""
    lines = text.split("\n")
    start = 1 if lines and re.fullmatch(r"-{3}(\s.*)?", lines[0]) else 0
    entries: list[Entry] = []
    broken = 0
    end = len(lines)
    for number in range(start, len(lines)):
        line = lines[number]
        if not line.strip() or (start and _FENCE.fullmatch(line)):
            end = number + 1
            break
        if found := _KEY.match(line):
            entries.append(Entry(found["key"].lower(), found["value"].strip(), number + 1))
        elif (found := _MORE.match(line)) and entries:
            last = entries.pop()
            value = f"{last.value}\n{found['value'].strip()}".strip()
            entries.append(Entry(last.key, value, last.line))
        else:
            end, broken = number, number + 1 if entries else 0
            break
    return Source(path, tuple(entries), "\n".join(lines[end:]), end + 1, broken)


def check_header(source: Source, notes: Notes, known: frozenset[str]) -> None:
    """Note where a header ends too early, and keys that nobody reads."""
    if source.broken:
        notes.error(source.broken, "", _why_broken(source))
    else:
        for number, line in _top(source):
            found = _LIKE_A_KEY.match(line)
            if found and found["key"].lower() in known:
                notes.error(
                    number,
                    "",
                    f'"{found["key"]}:" stands below the header, which ends at its first empty '
                    "line: move it up",
                )
    _check_repeated(source, notes)
    for entry in source.entries:
        if entry.key not in known:
            meant = near(entry.key, known, _LIKENESS)
            level = notes.error if meant else notes.warning
            level(entry.line, entry.key, f"nobody reads this key{meant}")


def _check_repeated(source: Source, notes: Notes) -> None:
    """Note keys that stand there twice and can have one value only."""
    seen: dict[str, int] = {}
    for entry in source.entries:
        if entry.key in seen and entry.key not in REPEATED:
            text = f"stands in line {seen[entry.key]} already: only one can be meant"
            notes.error(entry.line, entry.key, text)
        seen.setdefault(entry.key, entry.line)


def _why_broken(source: Source) -> str:
    line = source.text.split("\n", 1)[0]
    if line[:1] in {" ", "\t"}:
        return f"header ended at line {source.broken}: continuation lines need four spaces"
    found = _LIKE_A_KEY.match(line)
    if found and "." in found["key"]:
        return f'header ended at line {source.broken}: the key "{found["key"]}" has a dot'
    return (
        f'header ended at line {source.broken}: "{line.strip()[:40]}" is no "Key: value"; write a '
        "colon right after the key, and an empty line before the text"
    )


def _top(source: Source) -> Iterator[tuple[int, str]]:
    """Yield the first lines of the text, up to its first empty line."""
    started = False
    for number, line in enumerate(source.text.split("\n"), source.first):
        if line.strip():
            started = True
            yield number, line
        elif started:
            return
