"""From the header of a letter's file to a `Letter`; every value that cannot be is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from comments_api.translation import translations
from plugins.letters import addresses, letter, values
from plugins.letters.body import ALWAYS, Names, Reader, places
from plugins.letters.letter import (
    Blank,
    Block,
    Change,
    Field,
    Given,
    Helpline,
    Letter,
    PetitionLink,
    Pieces,
    Point,
    Prompt,
    Reply,
    Target,
)
from plugins.letters.problems import Notes, hint
from plugins.letters.source import Entry, Source
from plugins.letters.values import BadValue

PELICANS = frozenset(
    [
        "title",
        "date",
        "modified",
        "slug",
        "lang",
        "tags",
        "category",
        "author",
        "authors",
        "keywords",
        "summary",
        "status",
        "template",
        "translation",
        "save_as",
        "url",
    ]
)
SHARED = frozenset(
    [
        "thread",
        "comments",
        "comments_close",
        "formerly",
        "sensitive",
        "helplines",
        "content_note",
        "exit",
        "image",
        "image_alt",
    ]
)
KEYS = (
    PELICANS
    | SHARED
    | frozenset(
        [
            "kind",
            "action_state",
            "targets",
            "choose",
            "copies_to",
            "subject",
            "ask",
            "salutation",
            "closing",
            "channels",
            "field",
            "prompt",
            "points",
            "deadline",
            "deadline_tz",
            "deadline_reason",
            "post_by",
            "goal",
            "goal_unit",
            "goal_bump",
            "counter",
            "petition",
            "related_post",
            "audience",
            "share_text",
            "share_after",
            "call_script",
            "chaser",
            "chase_after",
            "reply",
            "outcome",
            "outcome_date",
            "successor",
            "changed",
            "postal_layout",
            "sample",
        ]
    )
)
STATUSES = ("published", "draft")  # of a letter; Pelican knows more
SUBJECT_MOST, SUBJECT_BEST = 150, 78

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What letters are read against.

    :ivar targets: the address book, or None if it cannot be read, which is said already.
    :ivar helplines: as the address book.
    :ivar layouts: the names of the layouts for posted letters.
    """

    targets: Mapping[str, Target] | None
    helplines: Mapping[str, Helpline] | None
    timezone: str
    lang: str
    layouts: tuple[str, ...]


class Header:
    """The header of one file, read key by key."""

    def __init__(self, source: Source, shelf: Shelf, notes: Notes) -> None:
        self.source = source
        self.shelf = shelf
        self.notes = notes
        self.lang = self._language()

    def _language(self) -> str:
        lang = self.source.get("lang")
        if lang and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", lang):
            self.error("lang", f'"{lang}" is no language, like en')
            return self.shelf.lang
        return lang or self.shelf.lang

    def text(self, key: str) -> str:
        """Return a value as one line."""
        return " ".join(self.source.get(key).split("\n"))

    def error(self, key: str, text: str) -> None:
        """Note what is wrong with a key."""
        self.notes.error(self.source.line(key), key, text)

    def value(self, key: str, reading: Callable[[str], T], otherwise: T) -> T:
        """Return a value as something else; if it cannot be, note why."""
        text = self.text(key)
        if not text:
            return otherwise
        try:
            return reading(text)
        except BadValue as error:
            self.error(key, str(error))
            return otherwise

    def lines(self, key: str, reading: Callable[[str], T]) -> Iterator[tuple[Entry, T]]:
        """Yield each value of a key that may stand there several times."""
        for entry in self.source.all(key):
            try:
                yield entry, reading(" ".join(entry.value.split("\n")))
            except BadValue as error:
                self.notes.error(entry.line, key, str(error))

    def known(self, key: str, shelf: Mapping[str, T] | None, where: str) -> tuple[T, ...]:
        """Return the records that a comma list names."""
        if shelf is None:
            return ()
        names = values.listed(self.source.get(key))
        for name in names:
            if name not in shelf:
                self.error(key, _unknown(name, shelf, where))
        return tuple(shelf[name] for name in names if name in shelf)

    def word(self, key: str, known: tuple[str, ...], otherwise: str) -> str:
        """Return a word of a list."""
        return self.value(key, lambda text: values.one_of(text, known), otherwise)

    def words(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words of a comma list, each of them known."""
        found = values.listed(self.source.get(key).lower())
        for name in found:
            if name not in known:
                self.error(key, f'"{name}" is not one of {", ".join(known)}')
        return tuple(dict.fromkeys(name for name in found if name in known))

    def truth(self, key: str, otherwise: bool = False) -> bool:
        """Return yes or no."""
        return self.value(key, values.truth, otherwise)


def _unknown(name: str, shelf: Mapping[str, Any], where: str) -> str:
    return f'"{name}" is not in {where}{hint(name, shelf)}'


# -- what posts and letters share -----------------------------------------------------------------


def sensitive(header: Header) -> bool:
    """Say whether a page is about people in danger; then it needs helplines."""
    found = header.truth("sensitive")
    if found and not header.source.get("helplines"):
        header.error(
            "sensitive", "a sensitive page needs `Helplines:`, ids from data/helplines.toml"
        )
    return found


def helplines(header: Header) -> tuple[Helpline, ...]:
    """Return the helplines that a page names."""
    return header.known("helplines", header.shelf.helplines, "data/helplines.toml")


def way_out(header: Header) -> str:
    """Return where the exit link of a page leads, or "" for where the site's does."""
    return header.value("exit", _https, "")


def check_slug(header: Header) -> None:
    """Note a slug that cannot stand in an address."""
    slug = header.text("slug")
    if slug and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,190}", slug):
        header.error("slug", f'"{slug}" may hold only a-z, 0-9 and hyphens')


def written(header: Header) -> datetime | None:
    """Return the date of a page; a day means its beginning."""
    zone = ZoneInfo(header.shelf.timezone)
    text = header.text("date")
    if not text:
        header.notes.error(0, "date", "needs a date like 2026-11-20")
        return None
    try:
        if len(text) == 10:
            return datetime.combine(values.day(text), time(), zone)
        return values.end_of_day(text, header.shelf.timezone)
    except BadValue as error:
        header.error("date", str(error))
        return None


# -- a letter -------------------------------------------------------------------------------------


def read(source: Source, slug: str, shelf: Shelf, notes: Notes) -> Letter:
    """Return the letter that a file holds; what is wrong is noted, and left out."""
    header = Header(source, shelf, notes)
    zone = header.value("deadline_tz", lambda text: values.zone(text).key, shelf.timezone)
    check_slug(header)
    deadline = header.value("deadline", lambda text: values.end_of_day(text, zone), None)
    names = _Names(header)
    kind = header.word("kind", letter.KINDS, "letter")
    intro, text, first = source.divided
    if kind not in letter.WRITTEN and not source.is_divided:  # then all of it is for the page
        intro, text = text, ""
    body = names.reader.blocks(text, first)
    subject = _subject(header, names)
    made = Letter(
        path=source.path,
        title=header.text("title"),
        slug=slug,
        lang=header.lang,
        date=written(header) or datetime(1970, 1, 1, tzinfo=ZoneInfo(shelf.timezone)),
        kind=kind,
        state=_state(header),
        targets=header.known("targets", shelf.targets, "data/targets.toml"),
        choose=header.word("choose", letter.CHOICES, "all"),
        copies_to=header.known("copies_to", shelf.targets, "data/targets.toml"),
        subject=subject,
        ask=header.text("ask"),
        own_salutation=header.text("salutation").rstrip(","),
        own_closing=header.text("closing").rstrip(","),
        own_channels=header.words("channels", letter.CHANNELS),
        body=body,
        intro=intro,
        prompts=names.prompts,
        points=tuple(point for _, point in header.lines("points", _point)),
        deadline=deadline,
        deadline_reason=header.text("deadline_reason"),
        post_by=_post_by(header, deadline),
        timezone=zone,
        goal=header.value("goal", values.whole, None),
        goal_unit=header.text("goal_unit"),
        goal_bump=header.value("goal_bump", values.whole, 0),
        counter=header.truth("counter", True),
        petitions=names.petitions,
        related_post=header.text("related_post"),
        audience=header.text("audience"),
        share_text=header.text("share_text"),
        share_after=header.words("share_after", letter.ASKS) or letter.ASKS,
        call_script=_call_script(header, names),
        chaser=header.text("chaser"),
        chase_after=header.value("chase_after", values.whole, 14),
        replies=tuple(_replies(header)),
        changes=tuple(change for _, change in header.lines("changed", _change)),
        outcome=header.text("outcome"),
        outcome_date=header.value("outcome_date", values.day, None),
        successor=header.text("successor"),
        content_note=header.text("content_note"),
        helplines=helplines(header),
        sensitive=sensitive(header),
        exit=way_out(header),
        postal_layout=header.word("postal_layout", shelf.layouts, "uk"),
        **names.after_reading(body),
    )
    return made


class _Names:
    """Everything that a letter's text may name, and who read it."""

    def __init__(self, header: Header) -> None:
        self._header = header
        own = dict(header.lines("field", _field))
        self.fields = {field.name: field for field in own.values()}
        self.lines = {field.name: entry.line for entry, field in own.items()}
        asked = dict(header.lines("prompt", _prompt))
        self.prompts = tuple(asked.values())
        self.prompt_lines = {prompt.name: entry.line for entry, prompt in asked.items()}
        self.petitions = tuple(one for _, one in header.lines("petition", _petition))
        _ = translations(header.lang).gettext
        self._predeclared = {
            "my_name": Field("my_name", _("Your name"), "line", True, 80),
            "my_address": Field(
                "my_address",
                _("Your address"),
                "lines",
                longest=200,
                hint=_("Needed if you want an answer by post, and shows where you live."),
            ),
            "my_postcode": Field("my_postcode", _("Your postcode"), "postcode", False, 10),
        }
        self.all_fields = self._predeclared | self.fields
        # What is declared wrongly is said once, and not again where it is used.
        lines = header.source.all("field")
        self._declared = [values.columns(entry.value, 2)[0] for entry in lines]
        for entry in lines:
            if self._declared.count(values.columns(entry.value, 2)[0]) > 1:
                header.notes.error(entry.line, "field", "this name is declared more than once")
        self.reader = Reader(self._names(), (*self.fields, *ALWAYS), header.notes)

    def _names(self) -> Names:
        _ = translations(self._header.lang).gettext
        asked = _("In your own words: %(question)s")
        return {
            **{name: Blank(name, name) for name in self._declared},
            **{name: Blank(name, field.label) for name, field in self.all_fields.items()},
            **{
                f"prompt:{one.name}": Blank(
                    f"prompt-{one.name}", asked % {"question": one.question}
                )
                for one in self.prompts
            },
            "today": Blank("today", _("Date")),
            **{f"target_{name}": Given(name) for name in ("name", "role", "salutation")},
            "petition_url": self.petitions[0].url if self.petitions else "",
        }

    def after_reading(self, body: tuple[Block, ...]) -> dict[str, Any]:
        """Return the fields in use and the samples; note what is declared but never used."""
        notes = self._header.notes
        used = self.reader.used
        for name, line in self.lines.items():
            if name not in used and name not in self._predeclared:
                notes.warning(
                    line, "field", f'"{name}" is never used: write [[{name}]] in the text'
                )
        for name, line in self.prompt_lines.items():
            if f"prompt:{name}" not in used:
                notes.warning(
                    line, "prompt", f'"{name}" is never placed: write [[prompt:{name}]] in the text'
                )
        if "petition_url" in used and not self.petitions:
            notes.error(0, "petition", "the text names [[petition_url]], and there is no petition")
        in_text = [place.name for place in places(body) if isinstance(place, Blank)]
        order = [*in_text, *self.all_fields]
        fields = {n: self.all_fields[n] for n in order if n in self.all_fields}
        return {"fields": tuple(fields.values()), "samples": self._samples()}

    def _samples(self) -> dict[str, str]:
        found: dict[str, str] = {}
        known = [*self.all_fields, *(f"prompt:{one.name}" for one in self.prompts)]
        for entry, (name, value) in self._header.lines("sample", _sample):
            if name in known:
                found[name.replace("prompt:", "prompt-")] = value
            else:
                self._header.notes.error(
                    entry.line, "sample", f'"{name}" is no field{hint(name, known)}'
                )
        return found


def _state(header: Header) -> str:
    status = header.text("status").lower()
    if status and status not in STATUSES:
        header.error("status", "Pelican would skip this file; use action_state")
    state = header.word("action_state", letter.STATES, "auto")
    return "draft" if status == "draft" else state


def _subject(header: Header, names: _Names) -> Pieces:
    line = header.source.line("subject")
    pieces = names.reader.under("subject").line(header.text("subject"), line)
    for piece in pieces:
        if isinstance(piece, Blank) and not piece.fallback:
            header.error(
                "subject",
                f"[[{piece.name}]] may stay empty: give it a fallback, like "
                f"[[{piece.name}|my town]]",
            )
    length = len(header.text("subject"))
    if length > SUBJECT_MOST:
        header.error("subject", f"has {length} characters, and {SUBJECT_MOST} are possible")
    elif length > SUBJECT_BEST:
        header.notes.warning(
            line, "subject", f"has {length} characters; many programs show {SUBJECT_BEST}"
        )
    return pieces


def _post_by(header: Header, deadline: datetime | None) -> date | None:
    given = header.value("post_by", values.day, None)
    if given or deadline is None:
        return given
    return values.working_days_before(deadline.date(), 5)


def _call_script(header: Header, names: _Names) -> tuple[Block, ...]:
    found = [(entry.value, entry.line) for entry in header.source.all("call_script")]
    reader = names.reader.under("call_script")
    return tuple(block for text, line in found for block in reader.blocks(text, line))


# -- lines with columns ---------------------------------------------------------------------------


def _parts(text: str, form: str, least: int, most: int) -> list[str]:
    parts = values.columns(text, most)
    if len(parts) < least or not all(parts[:least]):
        raise BadValue(f'"{text}" is not: {form}')
    return parts + [""] * (most - len(parts))


def _field(text: str) -> Field:
    form = "name | Label | type | required or optional | longest | hint"
    name, label, kind, need, longest, note = _parts(text, form, 2, 6)
    if not name.replace("_", "").isalnum() or name != name.lower() or not name.isascii():
        raise BadValue(f'"{name}" may hold only a-z, 0-9 and _')
    if name in ALWAYS and not name.startswith("my_"):
        raise BadValue(f'"{name}" is a name that every letter has already')
    word, _, options = kind.partition(":")
    values.one_of(need or "optional", ("required", "optional"))
    if word.strip() == "choice" and not values.listed(options):
        raise BadValue(f'"{text}" needs what to choose from, like choice: yes, no')
    return Field(
        name=name,
        label=label,
        type=values.one_of(word.strip() or "line", letter.FIELD_TYPES),
        required=need.lower() == "required",
        longest=values.whole(longest) if longest else 200,
        hint=note,
        choices=tuple(values.listed(options)),
    )


def _prompt(text: str) -> Prompt:
    name, question = _parts(text, "name | question", 2, 2)
    return Prompt(name, question)


def _sample(text: str) -> tuple[str, str]:
    name, value = _parts(text, "name | value", 2, 2)
    return name, value


def _point(text: str) -> Point:
    fact, source = _parts(text, "fact | https address of its source", 2, 2)
    return Point(fact, _https(source))


def _https(text: str) -> str:
    if wrong := addresses.wrong_https(text):
        raise BadValue(wrong)
    return text


def _petition(text: str) -> PetitionLink:
    label, url = _parts(text, "label | https address", 2, 2)
    return PetitionLink(label, _https(url))


def _change(text: str) -> Change:
    on, kind, what = _parts(text, "date | what changed", 2, 3)
    if kind not in {"text", "deadline"} or not what:
        kind, what = "text", " | ".join(part for part in (kind, what) if part)
    return Change(values.day(on), kind, what)


def _replies(header: Header) -> Iterator[Reply]:
    form = "date | target id | answered … | full, extract or summary | text"
    for entry, parts in header.lines("reply", lambda text: _parts(text, form, 4, 5)):
        on, key, outcome, permission, text = parts
        try:
            book = header.shelf.targets
            if book is None:
                continue
            target = book.get(key)
            if target is None:
                raise BadValue(_unknown(key, book, "data/targets.toml"))
            yield Reply(
                values.day(on),
                target,
                values.one_of(outcome, letter.OUTCOMES),
                values.one_of(permission, letter.PERMISSIONS),
                text,
            )
        except BadValue as error:
            header.notes.error(entry.line, "reply", str(error))
