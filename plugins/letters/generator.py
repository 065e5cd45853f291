"""Letters as a kind of content of their own: their header, their two parts, their pages.

What time makes of a letter (open, closed) is drawn by a live region, never here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pelican import signals
from pelican.contents import Page
from pelican.generators import ArticlesGenerator, CachingGenerator, Generator
from pelican.utils import order_content, process_translations

from plugins import targets
from plugins.targets import Target

STATES = ("auto", "draft", "open", "closed", "won", "superseded")
_DIVIDER = re.compile(r"<p>-{3,}letter-{3,}</p>\s*")


class BadLetter(ValueError):
    """Raised if letters cannot be built; one line for each mistake, with file and key."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a target answered, as an author noted it in the letter's header."""

    date: date
    target: Target
    outcome: str
    permission: str
    text: str
    days_waited: int


class Letter(Page):
    """A letter: an introduction for the page, and the text between salutation and closing."""

    mandatory_properties = ("title", "date", "subject", "ask")
    default_template = "letter"
    allowed_statuses = ("published", "hidden", "draft", "skip")

    targets: Sequence[Target] = ()
    replies: Sequence[Reply] = ()
    deadline: datetime | None = None
    outcome_date: datetime | None = None
    related_post: Any = None

    @property
    def intro(self) -> str:
        """The HTML above the letter."""
        return self._parts()[0]

    @property
    def content(self) -> str:
        """The HTML of the letter's own text."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        html: str = super().content
        before, divider, after = (
            html.partition(found.group()) if (found := _DIVIDER.search(html)) else (html, "", "")
        )
        return (before, after) if divider else ("", before)

    @property
    def salutation(self) -> str:
        """How the letter begins."""
        return str(self.metadata.get("salutation") or self.targets[0].salutation)

    @property
    def closing(self) -> str:
        """How the letter ends."""
        return str(self.metadata.get("closing") or self.targets[0].closing)


def lines(value: Any) -> list[str]:
    """Return a header value as lines; Pelican gives a repeated key as a list, one as text."""
    found = value if isinstance(value, list) else str(value or "").splitlines()
    return [line.strip() for line in found if str(line).strip()]


def end_of_day(value: str, zone: str) -> datetime:
    """Return the moment of a deadline: a day means its last second in the zone."""
    tz = ZoneInfo(zone)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return datetime.combine(date.fromisoformat(value), time(23, 59, 59), tz)
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=tz)


def complete(letter: Letter, book: Mapping[str, Target], zone: str) -> list[str]:
    """Read the letter's header into its attributes, and return what is wrong with it."""
    wrong: list[str] = []
    letter.state = str(letter.metadata.get("action_state", "auto")).lower()
    if letter.state not in STATES:
        wrong.append(f'action_state: "{letter.state}" is not one of {", ".join(STATES)}')
    letter.targets = tuple(_known_targets(letter, book, wrong))
    for name, key in (("deadline", "deadline_tz"), ("outcome_date", "deadline_tz")):
        setattr(letter, name, _moment(letter, name, str(letter.metadata.get(key, zone)), wrong))
    letter.replies = tuple(_replies(letter, book, wrong))
    letter.outcome = str(letter.metadata.get("outcome", ""))
    letter.deadline_reason = str(letter.metadata.get("deadline_reason", ""))
    return wrong


def _known_targets(
    letter: Letter, book: Mapping[str, Target], wrong: list[str]
) -> Iterable[Target]:
    ids = [
        part.strip() for part in str(letter.metadata.get("targets", "")).split(",") if part.strip()
    ]
    if not ids:
        wrong.append("targets: needs at least one target id")
    return [target for key in ids if (target := _known(key, "targets", book, wrong))]


def _known(key: str, field: str, book: Mapping[str, Target], wrong: list[str]) -> Target | None:
    if key not in book:
        near = difflib.get_close_matches(key, book, n=1)
        hint = f' (did you mean "{near[0]}"?)' if near else ""
        wrong.append(f'{field}: "{key}" is not in data/targets.toml{hint}')
    return book.get(key)


def _moment(letter: Letter, name: str, zone: str, wrong: list[str]) -> datetime | None:
    value = letter.metadata.get(name)
    if not value:
        return None
    try:
        return end_of_day(str(value).strip(), zone)
    except (ValueError, ZoneInfoNotFoundError):
        wrong.append(
            f'{name}: "{value}" in "{zone}" is no date like 2026-12-12 or 2026-12-12T17:00'
        )
        return None


def _replies(letter: Letter, book: Mapping[str, Target], wrong: list[str]) -> Iterable[Reply]:
    for line in lines(letter.metadata.get("reply")):
        parts = [part.strip() for part in line.split("|", 4)]
        try:
            day, key, outcome, permission, text = parts
            answered = date.fromisoformat(day)
        except ValueError:
            wrong.append(f'reply: "{line}" is not: date | target | outcome | permission | text')
            continue
        if target := _known(key, "reply", book, wrong):
            waited = (answered - letter.date.date()).days
            yield Reply(answered, target, outcome, permission, text, waited)


class LettersGenerator(CachingGenerator):
    """Reads content/letters and writes a page for each letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letters: list[Letter] = []
        self.translations: list[Letter] = []

    def generate_context(self) -> None:
        """Read all letters; a mistake in one stops the build when all were read.

        :raise BadLetter: with every mistake of every letter.
        """
        book = targets.read(Path(self.path) / "data" / "targets.toml")
        wrong: list[str] = []
        found: list[Letter] = []
        for path in sorted(self.get_files(self.settings["LETTER_PATHS"])):
            name = Path(path).as_posix()
            try:
                letter = self.readers.read_file(
                    self.path, path, content_class=Letter, context=self.context
                )
            except ValueError as error:  # a date that is none, say
                wrong.append(f"{name}: {error}")
                continue
            if not letter.is_valid():
                wrong.append(f"{name}: a key is missing: {', '.join(Letter.mandatory_properties)}")
                continue
            wrong += [
                f"{name}: {line}" for line in complete(letter, book, self.settings["TIMEZONE"])
            ]
            found.append(letter)
            self.add_source_path(letter)
            self.add_static_links(letter)
        if wrong:
            raise BadLetter("\n".join(f"ERROR {line}" for line in wrong))
        self._arrange([letter for letter in found if letter.status == "published"])

    def _arrange(self, published: list[Letter]) -> None:
        originals, self.translations = process_translations(
            published, translation_id=self.settings["LETTER_TRANSLATION_ID"]
        )
        self.letters = order_content(originals, "reversed-date")
        self.context["letters"] = self.letters
        self.context["letters_by_slug"] = {letter.slug: letter for letter in self.letters}
        self.context["open_letter"] = next(
            (letter for letter in self.letters if letter.state in {"auto", "open"}), None
        )

    def generate_output(self, writer: Any) -> None:
        """Write the pages."""
        for letter in [*self.translations, *self.letters]:
            writer.write_file(
                letter.save_as,
                self.get_template(letter.template),
                self.context,
                letter=letter,
                relative_urls=self.settings["RELATIVE_URLS"],
                override_output=hasattr(letter, "override_save_as"),
                url=letter.url,
            )

    def refresh_metadata_intersite_links(self) -> None:
        """Turn {filename} links in summaries into addresses."""
        for letter in [*self.translations, *self.letters]:
            letter.refresh_metadata_intersite_links()


def connect_posts(generators: Sequence[Generator]) -> None:
    """Tie posts and letters that name each other.

    :raise BadLetter: if a name leads nowhere.
    """
    posts = next(g for g in generators if isinstance(g, ArticlesGenerator))
    letters = next(g for g in generators if isinstance(g, LettersGenerator))
    every_post = [*posts.articles, *posts.translations, *posts.drafts]
    post_by_slug = {(post.slug, post.lang): post for post in every_post}
    letter_by_slug = {
        (one.slug, one.lang): one for one in [*letters.letters, *letters.translations]
    }
    wrong = _tie(every_post, "letter", letter_by_slug)
    wrong += _tie([*letters.letters, *letters.translations], "related_post", post_by_slug)
    if wrong:
        raise BadLetter("\n".join(wrong))


def _tie(contents: Iterable[Any], key: str, known: Mapping[tuple[str, str], Any]) -> list[str]:
    wrong: list[str] = []
    for content in contents:
        slug = content.metadata.get(key)
        language = content.settings["DEFAULT_LANG"]
        found = known.get((slug, content.lang)) or known.get((slug, language))
        setattr(content, key, found)
        if slug and not found:
            near = difflib.get_close_matches(slug, [name for name, _ in known], n=1)
            hint = f' (did you mean "{near[0]}"?)' if near else ""
            wrong.append(
                f'ERROR {content.relative_source_path}: {key}: "{slug}" does not exist{hint}'
            )
    return wrong


def add_generator(_pelican: Any) -> type[LettersGenerator]:
    """Tell Pelican of the letters."""
    return LettersGenerator


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(add_generator)
    signals.all_generators_finalized.connect(connect_posts)
