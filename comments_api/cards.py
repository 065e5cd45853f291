"""A comment as a moderator sees it: with all that helps to decide. Which ones: queue.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import complaints, wording
from comments_api.ledger import title_of
from comments_api.manifest import Manifest, Region
from comments_api.models import (
    Comment,
    Complaint,
    Decision,
    DirtyRegion,
    Edit,
    Reply,
    Revision,
    Thread,
)
from comments_api.outline import Row
from comments_api.replies import described
from comments_api.rows import row_of


@dataclass(frozen=True, slots=True)
class Marking:
    """That a comment stands in a ledger as an answer.

    :ivar letter: the ledger, or None if the letter is gone.
    """

    reply: Reply
    letter: Region | None
    target_title: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A new text of a public comment that waits.

    :ivar before: what is shown, as it was typed, with the words that would go as <del>.
    :ivar after: the new text, with the words that would come as <ins>.
    :ivar html: the new text as it would be shown.
    """

    edit: Edit
    before: Markup
    after: Markup
    html: Markup


@dataclass(frozen=True, slots=True)
class Card:
    """A comment as a moderator sees it.

    :ivar page: address and title of its page, or None if the page is gone.
    :ivar waiting: it is decided, but its pages could not be written yet; says why.
    :ivar letters: the ledgers of the letters that its thread belongs to.
    :ivar answer: what stands in the form that marks it as an answer.
    :ivar revisions: how many earlier texts of it were public.
    :ivar complaints: what readers say against it, as far as nobody looked at it yet.
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
    edit: Waiting | None
    revisions: int
    complaints: Sequence[Complaint]


def selected() -> sa.Select[Comment]:
    """Return a statement of comments with what their cards need of other tables."""
    return sa.select(Comment).options(
        orm.joinedload(Comment.thread, innerjoin=True),
        orm.joinedload(Comment.parent),
        orm.joinedload(Comment.moderator),
        orm.joinedload(Comment.identity),
    )


def filled(session: orm.Session, manifest: Manifest, found: Sequence[Comment]) -> list[Card]:
    """Return the cards of comments that were `selected`."""
    ids = [comment.id for comment in found]
    decisions = _last_decisions(session, ids)
    replies = _replies(session, ids)
    waiting = _waiting(session)
    edits = _edits(session, found)
    revisions = _revisions(session, ids)
    against = complaints.of_comments(session, ids)
    return [
        _card(
            comment,
            manifest,
            decisions.get(comment.id),
            waiting.get(comment.thread.key),
            replies.get(comment.id),
            edits.get(comment.id),
            revisions.get(comment.id, 0),
            against[comment.id],
        )
        for comment in found
    ]


def _card(
    comment: Comment,
    manifest: Manifest,
    decision: Decision | None,
    waiting: str | None,
    reply: Reply | None,
    edit: Waiting | None,
    revisions: int,
    against: Sequence[Complaint],
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
        edit=edit,
        revisions=revisions,
        complaints=against,
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


def _edits(session: orm.Session, found: Sequence[Comment]) -> dict[int, Waiting]:
    """Return the new texts of these comments that wait, beside what is shown."""
    ids = [comment.id for comment in found]
    statement = sa.select(Edit).where(Edit.comment_id.in_(ids))
    edits = {one.comment_id: one for one in session.scalars(statement)}
    return {
        comment.id: Waiting(
            edits[comment.id],
            *wording.marked(comment.source, edits[comment.id].source),
            # Stored by markup.render, the only function that writes this column.
            html=Markup(edits[comment.id].rendered),
        )
        for comment in found
        if comment.id in edits
    }


def _revisions(session: orm.Session, ids: Sequence[int]) -> dict[int, int]:
    """Return how many earlier texts of each of these comments are kept."""
    statement = sa.select(Revision.comment_id, sa.func.count()).group_by(Revision.comment_id)
    found = session.execute(statement.where(Revision.comment_id.in_(ids)))
    return dict(found.all())


def _waiting(session: orm.Session) -> dict[str, str]:
    """Return the threads whose pages could not be written, with the reason."""
    statement = sa.select(DirtyRegion.key, DirtyRegion.error).where(
        DirtyRegion.kind == "thread", DirtyRegion.error.is_not(None)
    )
    return {key: error or "" for key, error in session.execute(statement)}
