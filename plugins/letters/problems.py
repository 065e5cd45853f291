"""What is wrong with the content: gathered from all files, said in one run, one line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How bad a problem is."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    :ivar file: path below content/.
    :ivar line: in the file, or 0 if the whole file is meant.
    :ivar clock: it comes only from the date: yesterday the same file was right.
    """

    file: str
    line: int
    key: str
    text: str
    level: Level = Level.ERROR
    clock: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = f"{self.key}: {self.text}" if self.key else self.text
        # One line each, whatever line breaks a value holds.
        return "\\n".join(f"{self.level} {place}: {said}".splitlines())


@dataclass(frozen=True, slots=True)
class Mode:
    """How strict a run is.

    :ivar strict: warnings are errors, but for those that come from the date.
    :ivar publishing: errors that come from the date are errors; else they are warnings.
    :ivar accept_stale: they are warnings even so, on the record.
    """

    strict: bool = False
    publishing: bool = False
    accept_stale: bool = False

    def level(self, problem: Problem) -> Level:
        """Return what a problem is in this run."""
        if problem.clock and problem.level is Level.ERROR:
            stops = self.publishing and not self.accept_stale
            return Level.ERROR if stops else Level.WARNING
        if self.strict and problem.level is Level.WARNING and not problem.clock:
            return Level.ERROR
        return problem.level


class BadContent(ValueError):
    """Raised if the site cannot be built; one line for each problem."""


class Problems:
    """The problems of one run."""

    def __init__(self) -> None:
        self._found: dict[Problem, None] = {}  # a problem is said once

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self._found[problem] = None

    def said(self, mode: Mode) -> list[Problem]:
        """Return all problems by file and line, each with its level in this run."""
        levelled = [replace(problem, level=mode.level(problem)) for problem in self]
        return sorted(levelled, key=lambda p: (p.file, p.line, p.key, p.text))

    def stale(self) -> list[str]:
        """Return, in words, the errors that come only from the date."""
        found = (p for p in self if p.clock and p.level is Level.ERROR)
        return sorted(str(problem) for problem in found)


class Notes:
    """Where the problems of one file go."""

    def __init__(self, problems: Problems, file: str) -> None:
        self._problems = problems
        self.file = file

    def error(self, line: int, key: str, text: str, *, clock: bool = False) -> None:
        """Note what must be mended before the site can be built."""
        self._problems.add(Problem(self.file, line, key, text, Level.ERROR, clock))

    def warning(self, line: int, key: str, text: str, *, clock: bool = False) -> None:
        """Note what should be mended."""
        self._problems.add(Problem(self.file, line, key, text, Level.WARNING, clock))

    def info(self, line: int, key: str, text: str) -> None:
        """Note what the author may want to know."""
        self._problems.add(Problem(self.file, line, key, text, Level.INFO))


def near(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return ` (did you mean "x"?)` for the known word that is most like it, if one is."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=likeness)
    return f' (did you mean "{found[0]}"?)' if found else ""


def hint(word: str, known: Iterable[str]) -> str:
    """Return the nearest known word, or what there is to choose from, in words."""
    words = list(known)
    if found := near(word, words):
        return found
    if 0 < len(words) <= 12:
        return f" (there are: {', '.join(words)})"
    return ""
