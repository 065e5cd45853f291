"""A trial run: what a list, a block or a number would have done to the newest comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, CommentKind, Status
from comments_api.rules.blocks import Barred, Blocks, Sender
from comments_api.rules.fields import Fields, fields
from comments_api.rules.links import links_in
from comments_api.rules.phrases import Entry, Phrases, readings
from comments_api.translation import number, translations

LOOKED_AT = 500
_AT_ONCE = 50
_NEWEST = (
    sa.select(
        Comment.id,
        Comment.status,
        Comment.author_name,
        Comment.author_email,
        Comment.author_url,
        Comment.source,
        Comment.rendered,
        Comment.address_block,
        Comment.identity_id,
    )
    # What readers sent, and is still there: what moderators write is never held.
    .where(
        Comment.moderator_id.is_(None),
        Comment.kind != CommentKind.MENTION.value,
        Comment.status != Status.WITHDRAWN.value,
    )
    .order_by(Comment.id.desc())
    .limit(LOOKED_AT)
    .execution_options(yield_per=_AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Caught:
    """A comment that would have been held.

    :ivar why: the entries it has, or how many links.
    """

    id: int
    status: str
    author_name: str
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule would have done.

    :ivar looked: at how many comments.
    :ivar caught: those that it would have held, newest first.
    """

    looked: int
    caught: Sequence[Caught]

    @property
    def approved(self) -> Sequence[Caught]:
        """Those of them that are on the pages now: a rule should hold few of these."""
        return [one for one in self.caught if one.status == Status.APPROVED]


def of_words(session: orm.Session, entries: Iterable[Entry]) -> Trial:
    """Try a list of words."""
    phrases = Phrases(entries)

    return _tried(session, lambda row: ", ".join(phrases.found(readings(_fields(row).searched))))


def of_block(session: orm.Session, barred: Barred) -> Trial:
    """Try a block; of its time nothing is asked."""
    blocks = Blocks([Barred(barred.field, barred.value, barred.outcome, until=None)])

    def why(row: Any) -> str:
        found = blocks.find(Sender(_fields(row), row.identity_id))
        return barred.value if found else ""

    return _tried(session, why)


def of_links(session: orm.Session, most: int) -> Trial:
    """Try from how many links on a comment is held."""

    def why(row: Any) -> str:
        count = len(links_in(row.rendered))
        return str(count) if most and count >= most else ""

    return _tried(session, why)


def _fields(row: Any) -> Fields:
    return fields(
        *(row.author_name, row.author_email, row.author_url),
        *(row.source, row.rendered, row.address_block),
    )


def _tried(session: orm.Session, why: Callable[[Any], str]) -> Trial:
    looked = 0
    caught = []
    for row in session.connection().execute(_NEWEST):
        looked += 1
        if found := why(row):
            caught.append(Caught(row.id, row.status, row.author_name, found))
    return Trial(looked, caught)


def sentence(trial: Trial, lang: str) -> str:
    """Say what came out."""
    _ = translations(lang)
    if not trial.looked:
        return _.gettext("There is no comment yet to try it on.")
    numbers = {"held": len(trial.caught), "looked": trial.looked, "approved": len(trial.approved)}
    values = {name: number(value, lang) for name, value in numbers.items()}
    held = _.ngettext(
        "This would have held %(held)s of the last %(looked)s comment.",
        "This would have held %(held)s of the last %(looked)s comments.",
        trial.looked,
    )
    approved = _.ngettext(
        "Of these, %(approved)s is approved.",
        "Of these, %(approved)s are approved.",
        len(trial.approved),
    )
    return " ".join([held % values, approved % values] if trial.caught else [held % values])
