"""What happened while a moderator looks at a list: how much came, and what colleagues decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import drawing, queue
from comments_api.manifest import Manifest
from comments_api.models import Comment, Decision, Status
from comments_api.translation import translations

MOST = 50  # decisions of colleagues that are told at once
_OF_STATUS = frozenset(status.value for status in Status)


@dataclass(frozen=True, slots=True)
class News:
    """What happened since.

    :ivar newest: the highest number in the list now.
    :ivar came: how many came into the list.
    :ivar decided: what others decided, oldest first.
    :ivar last: the last line of the record.
    """

    tab: str
    counts: Mapping[str, int]
    newest: int
    came: int
    decided: Sequence[Decision]
    last: int


def news(
    session: orm.Session, tab: str, newest: int | None, decided: int | None, moderator_id: int
) -> News:
    """Return what happened since a list was drawn.

    :param newest: the highest number in the list then; None if that is not asked.
    :param decided: the last line of the record then; None if that is not asked.
    """
    return News(
        tab,
        queue.counts(session, moderator_id),
        queue.newest(session, tab, moderator_id),
        _came(session, tab, newest) if newest is not None else 0,
        _by_others(session, decided, moderator_id) if decided is not None else [],
        last(session),
    )


def last(session: orm.Session) -> int:
    """Return the number of the last line of the record."""
    return session.scalars(sa.select(sa.func.max(Decision.id))).one() or 0


def said(found: News, manifest: Manifest, lang: str) -> dict[str, Any]:
    """Return news in words, as the script takes them."""
    draw = partial(_drawn, manifest, lang)
    words = translations(lang)
    came = words.ngettext("%(num)d new comment", "%(num)d new comments", found.came)
    return {
        "counts": dict(found.counts),
        "title": draw("window_title", found.tab, found.counts, manifest.site.get("name", "")),
        "heading": draw("heading", found.tab, found.counts),
        "came": came % {"num": found.came} if found.came else "",
        "decided": {str(one.comment_id): draw("done_by", one) for one in found.decided},
        "last": found.last,
    }


def _came(session: orm.Session, tab: str, newest: int) -> int:
    if tab not in _OF_STATUS:
        return 0
    statement = sa.select(sa.func.count()).where(Comment.status == tab, Comment.id > newest)
    return session.scalars(statement).one()


def _by_others(session: orm.Session, since: int, moderator_id: int) -> Sequence[Decision]:
    statement = (
        sa.select(Decision)
        .where(
            Decision.id > since,
            Decision.moderator_id.is_not(None),
            Decision.moderator_id != moderator_id,
        )
        .order_by(Decision.id)
        .limit(MOST)
        .options(orm.joinedload(Decision.moderator))
    )
    return session.scalars(statement).all()


def _drawn(manifest: Manifest, lang: str, name: str, *values: Any) -> str:
    """Return what a macro of the moderators' words says, as plain text."""
    timezone = str(manifest.site.get("timezone", "UTC"))
    macro = drawing.macro("moderation/_words.html", name, lang, timezone)
    return Markup(macro(*values)).unescape().strip()
