"""What moderators look at: comments by status with all that helps to decide, and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.ledger import title_of
from comments_api.manifest import Manifest, Region
from comments_api.models import Comment, Decision, DirtyRegion, Reply, Status, Thread
from comments_api.outline import Row
from comments_api.replies import described
from comments_api.rows import row_of

TABS = (Status.PENDING, Status.APPROVED, Status.SPAM, Status.TRASH)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Marking:
    """That a comment stands in a ledger as an answer.

    :ivar letter: the ledger, or None if the letter is gone.
    """

    reply: Reply
    letter: Region | None
    target_title: str


@dataclass(frozen=True, slots=True)
class Card:
    """A comment as a moderator sees it.

    :ivar page: address and title of its page, or None if the page is gone.
    :ivar waiting: it is decided, but its pages could not be written yet; says why.
    :ivar letters: the ledgers of the letters that its thread belongs to.
    :ivar answer: what stands in the form that marks it as an answer.
    """

    comment: Comment
    row: Row
    parent: Row | None
    page: tuple[str, str] | None
    decision: Decision | None
    waiting: str | None
    letters: Sequence[Region]
    marking: Marking | None
    answer: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """One screen of a tab.

    :ivar more: the id to go on from, or None at the end.
    """

    cards: Sequence[Card]
    more: int | None


def counts(session: orm.Session) -> dict[str, int]:
    """Return how many comments each tab holds."""
    statement = sa.select(Comment.status, sa.func.count()).group_by(Comment.status)
    found = dict(session.execute(statement).all())
    return {status.value: found.get(status.value, 0) for status in TABS}


def tab(session: orm.Session, manifest: Manifest, status: Status, start: int | None) -> Slice:
    """Return a screen of a tab: what waits longest first, everything else newest first."""
    statement = _cards().where(Comment.status == status.value).limit(PAGE + 1)
    if status == Status.PENDING:
        statement = statement.order_by(Comment.id)
        if start is not None:
            statement = statement.where(Comment.id >= start)
    else:
        statement = statement.order_by(Comment.id.desc())
        if start is not None:
            statement = statement.where(Comment.id <= start)
    found = session.scalars(statement).all()
    more = found[PAGE].id if len(found) > PAGE else None
    return Slice(_filled(session, manifest, found[:PAGE]), more)


def card(session: orm.Session, manifest: Manifest, comment_id: int) -> Card | None:
    """Return one comment as a moderator sees it, or None if there is no such comment."""
    found = session.scalars(_cards().where(Comment.id == comment_id)).all()
    return next(iter(_filled(session, manifest, found)), None)


def record(session: orm.Session, start: int | None) -> tuple[Sequence[Decision], int | None]:
    """Return the newest decisions, and where to go on."""
    statement = sa.select(Decision).order_by(Decision.id.desc()).limit(PAGE + 1)
    statement = statement.options(orm.joinedload(Decision.moderator))
    if start is not None:
        statement = statement.where(Decision.id <= start)
    found = session.scalars(statement).all()
    return found[:PAGE], found[PAGE].id if len(found) > PAGE else None


def _cards() -> sa.Select[Comment]:
    return sa.select(Comment).options(
        orm.joinedload(Comment.thread, innerjoin=True),
        orm.joinedload(Comment.parent),
        orm.joinedload(Comment.moderator),
    )


def _filled(session: orm.Session, manifest: Manifest, found: Sequence[Comment]) -> list[Card]:
    ids = [comment.id for comment in found]
    decisions = _last_decisions(session, ids)
    replies = _replies(session, ids)
    waiting = _waiting(session)
    return [
        _card(
            comment,
            manifest,
            decisions.get(comment.id),
            waiting.get(comment.thread.key),
            replies.get(comment.id),
        )
        for comment in found
    ]


def _card(
    comment: Comment,
    manifest: Manifest,
    decision: Decision | None,
    waiting: str | None,
    reply: Reply | None,
) -> Card:
    letters = manifest.letters_of(comment.thread.key, comment.lang)
    return Card(
        comment=comment,
        row=row_of(comment),
        parent=row_of(comment.parent) if comment.parent else None,
        page=_page(manifest, comment.thread, comment.lang),
        decision=decision,
        waiting=waiting,
        letters=letters,
        marking=_marking(reply, letters) if reply else None,
        answer=described(comment, reply, letters),
    )


def _marking(reply: Reply, letters: Sequence[Region]) -> Marking:
    letter = next((letter for letter in letters if letter.key == reply.letter), None)
    title = title_of(letter.context, reply.target) if letter else reply.target
    return Marking(reply, letter, title)


def _page(manifest: Manifest, thread: Thread, lang: str) -> tuple[str, str] | None:
    info = manifest.threads.get(thread.key)
    return info.page(lang) if info else None


def _last_decisions(session: orm.Session, ids: Sequence[int]) -> dict[int, Decision]:
    """Return the last decision of a moderator on each comment."""
    newest = (
        sa.select(sa.func.max(Decision.id))
        .where(Decision.comment_id.in_(ids), Decision.moderator_id.is_not(None))
        .group_by(Decision.comment_id)
    )
    statement = sa.select(Decision).where(Decision.id.in_(newest))
    found = session.scalars(statement.options(orm.joinedload(Decision.moderator)))
    return {decision.comment_id: decision for decision in found}


def _replies(session: orm.Session, ids: Sequence[int]) -> dict[int, Reply]:
    """Return what was marked of these comments."""
    found = session.scalars(sa.select(Reply).where(Reply.comment_id.in_(ids)))
    return {reply.comment_id: reply for reply in found}


def _waiting(session: orm.Session) -> dict[str, str]:
    """Return the threads whose pages could not be written, with the reason."""
    statement = sa.select(DirtyRegion.key, DirtyRegion.error).where(
        DirtyRegion.kind == "thread", DirtyRegion.error.is_not(None)
    )
    return {key: error or "" for key, error in session.execute(statement)}


def lag(session: orm.Session) -> tuple[int, datetime | None]:
    """Return how many regions wait to be published, and since when."""
    statement = sa.select(sa.func.count(), sa.func.min(DirtyRegion.since))
    count, since = session.execute(statement).one()
    return count, since
