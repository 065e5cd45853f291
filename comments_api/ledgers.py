"""A letter as the API answers it: its ledger's bytes and its JSON, each drawn once per change."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa

from comments_api import regions, rows
from comments_api.db import Database
from comments_api.errors import UnknownLetter
from comments_api.ledger import Line, counts, opened, state_of_letter
from comments_api.manifest import Region
from comments_api.representations import Representation, Representations, as_of, html_of, of_json
from comments_api.rows import Reader
from comments_api.sites import Build


class Ledgers(Representations):
    """The ledgers of the live build's letters."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, rows.STATE_OF_LETTER)

    def get(self, build: Build, letter: Region, *, html: bool) -> Representation:
        """Return a letter's ledger as the database has it now."""
        place = (build.folder, letter.id, html)
        values = {"letter": letter.key, "key": letter.context["thread"]}
        make = partial(_represent, build=build, letter=letter, html=html)
        return self.current(place, values, make)


def find(build: Build, slug: str, lang: str) -> Region:
    """Return the ledger of a letter that a built page has, in a language if it has one.

    :raise UnknownLetter: if no page has it.
    """
    letter = build.manifest.region("ledger", slug, lang)
    if letter is None:
        raise UnknownLetter(slug)
    return letter


def _represent(
    connection: sa.Connection, build: Build, letter: Region, *, html: bool
) -> Representation:
    reader = Reader(connection, build.manifest.threads)
    if html:
        return html_of(reader, letter)
    context = letter.context
    book = opened(context, regions.gather(reader, letter), as_of(reader))
    return of_json(
        {
            "letter": letter.key,
            "title": context["title"],
            "link": context["site_url"] + context["url"],
            "state": state_of_letter(context, as_of(reader)),
            "sent": book.count if counts(context) else None,
            "goal": book.goal,
            "replies": [public(line) for line in book.entries],
        }
    )


def public(line: Line) -> dict[str, Any]:
    """Return what anybody may know of an answer."""
    return {
        "date": line.day.isoformat(),
        "target": {"id": line.target, "title": line.target_title},
        "outcome": line.outcome,
        "permission": line.permission,
        "content": {"rendered": str(line.text)},
        "days_waited": line.days_waited,
        "comment": line.comment_id,
    }
