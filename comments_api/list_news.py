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
from comments_api.models import Comment, Complaint, Decision, Status
from comments_api.narrowing import conditions, conditions_of_edited
from comments_api.preferences import REPORTED
from comments_api.translation import translations
from comments_api.wanted import Wanted

MOST = 50  # decisions of colleagues that are told at once
LOOKED_AT = 500  # lines of the record, and complaints, that are looked at for what came
_NEW_TEXTS = ("edit", "undo")  # actions that can bring a text that waits, and move no comment


@dataclass(frozen=True, slots=True)
class Seen:
    """What a moderator knows already; None where she does not ask.

    :ivar newest: the last complaint when her list was drawn.
    :ivar drawn: the last line of the record when her list was drawn.
    :ivar decided: the last line of the record that she was told of.
    """

    newest: int | None = None
    drawn: int | None = None
    decided: int | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What happened since.

    :ivar came: how many comments came into the list.
    :ivar decided: what others decided, oldest first.
    :ivar last: the last line of the record that was looked at for that.
    """

    tab: str
    counts: Mapping[str, int]
    came: int
    decided: Sequence[Decision]
    last: int


def news(
    session: orm.Session, manifest: Manifest, wanted: Wanted, seen: Seen, moderator_id: int
) -> News:
    """Return what happened since a list was drawn."""
    decided = _by_others(session, seen.decided, moderator_id)
    return News(
        wanted.tab,
        queue.counts(session, moderator_id),
        _came(session, manifest, wanted, seen, moderator_id),
        decided,
        decided[-1].id if len(decided) == MOST else last(session),
    )


def last(session: orm.Session) -> int:
    """Return the number of the last line of the record."""
    return session.scalars(sa.select(sa.func.max(Decision.id))).one() or 0


def said(found: News, manifest: Manifest, lang: str) -> dict[str, Any]:
    """Return news in words, as the script takes them."""
    draw = partial(_drawn, manifest, lang)
    words = translations(lang)
    came = words.ngettext("%(num)d new comment", "%(num)d new comments", found.came)
    if found.tab == REPORTED:
        came = words.ngettext(
            "%(num)d comment was reported", "%(num)d comments were reported", found.came
        )
    return {
        "counts": dict(found.counts),
        "title": draw("window_title", found.tab, found.counts, manifest.site.get("name", "")),
        "heading": draw("heading", found.tab, found.counts),
        "came": came % {"num": found.came} if found.came else "",
        "decided": {str(one.comment_id): draw("done_by", one) for one in found.decided},
        "last": found.last,
    }


def _came(
    session: orm.Session, manifest: Manifest, wanted: Wanted, seen: Seen, moderator_id: int
) -> int:
    """Return how many comments a list would show now that it did not show when it was drawn."""
    reported = wanted.tab == REPORTED
    if reported:
        ids = _reported(session, seen.newest)
    else:
        ids = _entered(session, wanted.tab, seen.drawn, moderator_id)
    if not ids:
        return 0
    connection, there = session.connection(), Comment.status == wanted.tab
    parts = [sa.and_(sa.true() if reported else there, *conditions(connection, manifest, wanted))]
    if wanted.tab == Status.PENDING:
        parts.append(sa.and_(*conditions_of_edited(connection, manifest, wanted)))
    found = sa.select(sa.func.count()).where(Comment.id.in_(ids), sa.or_(*parts))
    return session.scalars(found).one()


def _reported(session: orm.Session, since: int | None) -> Sequence[int]:
    """Return against which comments complaints came."""
    if since is None:
        return []
    statement = sa.select(Complaint.comment_id).where(
        Complaint.id > since, Complaint.settled.is_(None)
    )
    newest = statement.order_by(Complaint.id.desc()).limit(LOOKED_AT)
    return session.scalars(newest).all()


def _entered(session: orm.Session, tab: str, since: int | None, moderator_id: int) -> Sequence[int]:
    """Return what others may have brought into a tab: it was not there before they touched it."""
    if since is None:
        return []
    statement = sa.select(Decision.comment_id, Decision.from_status).where(
        Decision.id > since,
        Decision.moderator_id.is_distinct_from(moderator_id),
        Decision.from_status.is_distinct_from(Decision.to_status) | Decision.action.in_(_NEW_TEXTS),
    )
    newest = statement.order_by(Decision.id.desc()).limit(LOOKED_AT)
    before = dict(session.execute(newest).all())  # of each comment, the earliest line counts
    return [comment_id for comment_id, status in before.items() if status != tab]


def _by_others(session: orm.Session, since: int | None, moderator_id: int) -> Sequence[Decision]:
    if since is None:
        return []
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
