"""Data files of records, `content/data/*.toml`: reading them, and where each record stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from plugins.letters import addresses, source
from plugins.letters.problems import Notes, near

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEY_LINE = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


@dataclass(frozen=True)
class Record:
    """One record of a data file; wrong values are noted, and read as if they were not there."""

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    first: int
    notes: Notes

    @property
    def id(self) -> str:
        """The record's name."""
        return str(self.values.get("id", ""))

    def line(self, key: str) -> int:
        """Return where a key stands, or else the record."""
        return self.lines.get(key, self.first)

    def error(self, key: str, text: str, *, clock: bool = False) -> None:
        """Note what is wrong with a key."""
        name = self.id or "a record without id"
        self.notes.error(self.line(key), key, f'"{name}": {text}', clock=clock)

    def https(self, key: str) -> str:
        """Return a web address, or "" if there is none that can be."""
        value = self.text(key)
        if value and (wrong := addresses.wrong_https(value)):
            self.error(key, wrong)
            return ""
        return value

    def verified(self, today: date) -> date | None:
        """Return the day on which somebody checked the record."""
        found = self.day("verified")
        if "verified" not in self.values:
            self.error("verified", "needs the day on which somebody checked it, like 2026-11-21")
        elif found and found > today:
            self.error("verified", f"{found} is in the future", clock=True)
        return found

    def text(self, key: str) -> str:
        """Return a text, or "" if it is none."""
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.error(key, f"must be text in quotation marks, not {value!r}")
            return ""
        return value.strip()

    def day(self, key: str) -> date | None:
        """Return a day, or None."""
        value = self.values.get(key)
        if value is None or type(value) is date:
            return value
        self.error(key, f"must be a day without quotation marks, like 2026-11-21, not {value!r}")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.error(key, f'must be a list of texts, like ["1 High Street", "LONDON"], not {value!r}')
        return ()


def read(path: Path, table: str, known: frozenset[str], notes: Notes) -> Iterator[Record]:
    """Yield the records `[[table]]` of a file that have an id of their own; note what is wrong.

    :raise source.Unreadable: if the file as a whole cannot be read; that is noted too.
    """
    if not path.is_file():
        return
    try:
        text = source.decoded(path.read_bytes())
        data = tomllib.loads(text)
    except source.Unreadable as error:
        notes.error(0, "", str(error))
        raise
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        said = str(error).partition(" (at ")[0]
        notes.error(int(found[1]) if found else 0, "", f"is not TOML: {said}")
        raise source.Unreadable(said) from error
    records = data.get(table, [])
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        notes.error(0, table, f"each record begins with a line [[{table}]]")
        return
    for key in data.keys() - {table}:
        notes.error(0, key, f"is no part of this file: each record begins with [[{table}]]")
    yield from _checked(text, table, records, known, notes)


def _checked(
    text: str, table: str, records: list[dict[str, Any]], known: frozenset[str], notes: Notes
) -> Iterator[Record]:
    seen: set[str] = set()
    places = _places(text, table)
    if len(places) != len(records):  # they are written in another way, in one line say
        places = [(0, {})] * len(records)
    for values, (first, lines) in zip(records, places, strict=True):
        record = Record(values, lines, first, notes)
        for key in values.keys() - known:
            record.error(key, f"nobody reads this key{near(key, known)}")
        if not isinstance(values.get("id"), str) or not _ID.fullmatch(record.id):
            record.error("id", "needs an id of a-z, 0-9 and hyphens")
        elif record.id in seen:
            record.error("id", "there are two records of this id")
        else:
            seen.add(record.id)
            yield record


def _places(text: str, table: str) -> list[tuple[int, dict[str, int]]]:
    """Return, for each record in the file, its line and those of its keys."""
    places: list[tuple[int, dict[str, int]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(rf"\s*\[\[\s*{table}\s*\]\]", line):
            places.append((number, {}))
        elif places and (found := _KEY_LINE.match(line)):
            places[-1][1].setdefault(found[1], number)
    return places
