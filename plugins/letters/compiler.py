"""Compiling letters: all files read, every problem of all of them noted, in one run.

Nothing is written here, and nothing but the files, the settings and a given day decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pelican.settings import DEFAULT_CONFIG
from pelican.utils import slugify

from plugins import former
from plugins.letters import checks, edition, header, helplines, mailto, sheets, source, targets
from plugins.letters.checks import Checked
from plugins.letters.header import Header, Shelf
from plugins.letters.layouts import layouts
from plugins.letters.letter import Helpline, Letter, Target
from plugins.letters.paper import Press
from plugins.letters.problems import Notes, Problems, hint
from plugins.letters.source import Source

T = TypeVar("T")
_POST_KEYS = header.PELICANS | header.SHARED | {"letter", "menu", "order"}
_FILE_LINK = re.compile(r"\{(?:static|filename|attach)\}([^\s\"')>#?]+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the content is, and what the site says of itself.

    :ivar home: the country in which letters are posted, GB.
    """

    content: Path
    timezone: str
    lang: str
    home: str = "GB"
    budget: int = mailto.BUDGET
    letters: tuple[str, ...] = ("letters",)
    posts: tuple[str, ...] = ("posts",)
    pages: tuple[str, ...] = ("pages",)


@dataclass(frozen=True, slots=True)
class Care:
    """What a post or page shows if it is about people in danger."""

    sensitive: bool = False
    helplines: tuple[Helpline, ...] = ()
    content_note: str = ""
    exit: str = ""


@dataclass(frozen=True)
class Campaign:
    """Everything that was compiled.

    :ivar care: of posts and pages, by their paths.
    """

    letters: tuple[Letter, ...]
    care: Mapping[str, Care]
    sources: Mapping[str, Source]
    targets: Mapping[str, Target]
    helplines: Mapping[str, Helpline]
    problems: Problems = field(default_factory=Problems)


def compile(place: Place, now: datetime, press: Press | None = None) -> Campaign:
    """Read and check all letters, and the headers of posts and pages.

    :param now: the moment that deadlines and checked days are compared with.
    :param press: sets the letters on paper, to see whether they fit; without it nobody looks.
    """
    problems = Problems()
    now = now.astimezone(ZoneInfo(place.timezone))

    def book(file: str) -> Notes:
        return Notes(problems, file)

    shelf = Shelf(
        _read(targets.read, place.content, book(targets.FILE), now.date()),
        _read(helplines.read, place.content, book(helplines.FILE), now.date()),
        place.timezone,
        place.lang,
        tuple(layouts()),
    )
    posts, care = _posts(place, shelf, problems)
    letters = list(_letters(place, shelf, problems, now))
    if press is not None:
        for one in (one for one in letters if one.letter.goes_out):
            base = f"/letters/{one.letter.slug}/"
            sheets.check(one, edition.editions(one.letter, base, place.home, place.budget), press)
    checks.together(letters, posts)
    rung = [line for one in care.values() for line in one.helplines]
    checks.freshness(letters, rung, book, now.date())
    _check_letters_of_posts(posts, letters, problems)
    former.check(_sources(place, (*place.posts, *place.pages, *place.letters), problems), problems)
    return Campaign(
        tuple(one.letter for one in letters),
        care,
        {one.letter.path: one.source for one in letters},
        shelf.targets or {},
        shelf.helplines or {},
        problems,
    )


def _letters(place: Place, shelf: Shelf, problems: Problems, now: datetime) -> Iterator[Checked]:
    for text in _sources(place, place.letters, problems):
        notes = Notes(problems, text.path)
        source.check_header(text, notes, header.KEYS)
        _check_files(place.content, text, notes)
        # What follows from a header that ended too early is not said besides.
        own = Notes(Problems(), text.path) if text.broken else notes
        letter = header.read(text, _slug(text), shelf, own)
        made = Checked(letter, text, own, now, place.budget)
        checks.whole(made)
        yield made


def _read(
    reading: Callable[[Path, Notes, date], Mapping[str, T]], content: Path, notes: Notes, day: date
) -> Mapping[str, T] | None:
    """Return the records of a data file, or None if it cannot be read at all."""
    try:
        return reading(content, notes, day)
    except source.Unreadable:
        return None


def _posts(
    place: Place, shelf: Shelf, problems: Problems
) -> tuple[dict[str, Source], dict[str, Care]]:
    """Check the headers of posts and pages; return the posts by slug, and the care each takes."""
    posts: dict[str, Source] = {}
    care: dict[str, Care] = {}
    for text in _sources(place, (*place.posts, *place.pages), problems):
        notes = Notes(problems, text.path)
        source.check_header(text, notes, _POST_KEYS)
        _check_files(place.content, text, notes)
        read = Header(text, shelf, notes)
        care[text.path] = Care(
            header.sensitive(read),
            header.helplines(read),
            read.text("content_note"),
            header.way_out(read),
        )
        header.check_slug(read)
        if not text.get("title"):
            notes.error(0, "title", "needs a title")
        if text.path.startswith(place.posts):
            header.written(read)
            posts[_slug(text)] = text
    return posts, care


def _sources(place: Place, folders: tuple[str, ...], problems: Problems) -> Iterator[Source]:
    for folder in folders:
        for path in sorted((place.content / folder).rglob("*")):
            if path.suffix != ".md":
                _warn_of_other(place, path, problems)
                continue
            try:
                yield source.read(place.content, path)
            except source.Unreadable as error:
                Notes(problems, path.relative_to(place.content).as_posix()).error(0, "", str(error))


def _warn_of_other(place: Place, path: Path, problems: Problems) -> None:
    """Note a file that looks like a text and is not read."""
    if path.suffix.lower() in {".md", ".markdown", ".mkd", ".mdown", ".txt", ".docx"}:
        name = path.relative_to(place.content).as_posix()
        Notes(problems, name).warning(0, "", "is not read: its name must end in .md")


def _slug(text: Source) -> str:
    subs = DEFAULT_CONFIG["SLUG_REGEX_SUBSTITUTIONS"]
    return text.get("slug") or str(slugify(text.get("title"), regex_subs=subs))


def _check_files(content: Path, text: Source, notes: Notes) -> None:
    """Note pictures and pages that the text names and that are not there."""
    for entry in text.all("image"):
        if not _is_file(content, content / entry.value):
            notes.error(entry.line, "image", f'there is no file "content/{entry.value}"')
    for number, line in enumerate(text.text.split("\n"), text.first):
        for found in _FILE_LINK.finditer(line):
            name = found[1] or ""
            root = content if name.startswith("/") else (content / text.path).parent
            if name and not _is_file(content, root / name.lstrip("/")):
                notes.error(number, "", f'there is no file "{name}"')


def _is_file(content: Path, path: Path) -> bool:
    """Say whether a file is there, within the content."""
    try:
        return path.resolve().is_relative_to(content.resolve()) and path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _check_letters_of_posts(
    posts: Mapping[str, Source], letters: list[Checked], problems: Problems
) -> None:
    known = [one.letter.slug for one in letters]
    for text in posts.values():
        slug = text.get("letter")
        if slug and slug not in known:
            Notes(problems, text.path).error(
                text.line("letter"), "letter", f'"{slug}" does not exist{hint(slug, known)}'
            )
