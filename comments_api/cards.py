"""A comment as a moderator sees it: with all that helps to decide. Which ones: queue.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import complaints, history, markup, notes, offending, undoing, wording
from comments_api.history import History
from comments_api.ledger import title_of
from comments_api.manifest import Manifest, Region
from comments_api.models import (
    Comment,
    Complaint,
    Decision,
    DirtyRegion,
    Edit,
    Note,
    Reply,
    Revision,
    Status,
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
    :ivar revisions: the texts that it had before, oldest first.
    :ivar complaints: what readers say against it, as far as nobody looked at it yet.
    :ivar notes: what moderators told each other about it, oldest first.
    :ivar history: what else its author sent, or None if she cannot be known.
    :ivar undo: the batch of its last decision, if that can be undone.
    :ivar offending: the words that its reasons name, as they stand in it.
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
    revisions: Sequence[Revision]
    complaints: Sequence[Complaint]
    notes: Sequence[Note]
    history: History | None
    undo: str | None
    offending: Sequence[str]

    @property
    def closed(self) -> datetime | None:
        """When a moderator closed its thread."""
        return self.comment.thread.closed


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
    beside = _Beside.of(session, found)
    return [_card(comment, manifest, beside) for comment in found]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the database holds beside some comments, by their numbers; `waiting` by threads."""

    decisions: Mapping[int, Decision]
    replies: Mapping[int, Reply]
    edits: Mapping[int, Waiting]
    revisions: Mapping[int, Sequence[Revision]]
    complaints: Mapping[int, Sequence[Complaint]]
    notes: Mapping[int, Sequence[Note]]
    histories: Mapping[int, History]
    undo: Mapping[int, str]
    waiting: Mapping[str, str]

    @classmethod
    def of(cls, session: orm.Session, found: Sequence[Comment]) -> _Beside:
        ids = [comment.id for comment in found]
        return cls(
            decisions=_last_decisions(session, ids),
            replies=_replies(session, ids),
            edits=_edits(session, found),
            revisions=_revisions(session, ids),
            complaints=complaints.of_comments(session, ids),
            notes=notes.of(session, ids),
            histories=history.of(session, found),
            undo=_undo(session, ids),
            waiting=_waiting(session),
        )


def _card(comment: Comment, manifest: Manifest, beside: _Beside) -> Card:
    letters = manifest.letters_of(comment.thread.key, comment.lang)
    reply, edit = beside.replies.get(comment.id), beside.edits.get(comment.id)
    return Card(
        comment=comment,
        row=row_of(comment),
        parent=row_of(comment.parent) if comment.parent else None,
        page=manifest.page(comment.thread.key, comment.lang),
        decision=beside.decisions.get(comment.id),
        waiting=beside.waiting.get(comment.thread.key),
        letters=letters,
        marking=_marking(reply, letters) if reply else None,
        answer=described(comment, reply, letters),
        edit=edit,
        revisions=beside.revisions.get(comment.id, ()),
        complaints=beside.complaints[comment.id],
        notes=beside.notes[comment.id],
        history=beside.histories.get(comment.id),
        undo=beside.undo.get(comment.id),
        offending=_offending(comment, edit),
    )


def _offending(comment: Comment, edit: Waiting | None) -> list[str]:
    """Return the words that the reasons shown on a card name."""
    if edit is not None:
        new = edit.edit
        return offending.words(new.reasons, (markup.plain(new.rendered), new.source))
    if comment.status == Status.APPROVED:
        return []
    who = (comment.author_name, comment.author_email, comment.author_url)
    texts = (markup.plain(comment.rendered), *who, comment.source)
    return offending.words(comment.reasons, texts)


def _marking(reply: Reply, letters: Sequence[Region]) -> Marking:
    letter = next((letter for letter in letters if letter.key == reply.letter), None)
    title = title_of(letter.context, reply.target) if letter else reply.target
    return Marking(reply, letter, title)


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


def _revisions(session: orm.Session, ids: Sequence[int]) -> dict[int, list[Revision]]:
    """Return the earlier texts of these comments."""
    found: dict[int, list[Revision]] = {}
    statement = sa.select(Revision).where(Revision.comment_id.in_(ids)).order_by(Revision.number)
    for revision in session.scalars(statement):
        found.setdefault(revision.comment_id, []).append(revision)
    return found


def _undo(session: orm.Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the batches of the last decisions on these comments that can be undone as a whole."""
    found = undoing.undoable(session, ids)
    newest = sa.func.max(Decision.version)
    moved_on = (
        sa.select(Decision.batch)
        .outerjoin(Comment, Comment.id == Decision.comment_id)
        .where(Decision.batch.in_(set(found.values())))
        .group_by(Decision.batch, Decision.comment_id, Comment.version)
        .having(newest != sa.func.coalesce(Comment.version, -1))
    )
    broken = set(session.scalars(moved_on)) if found else set()
    return {comment_id: batch for comment_id, batch in found.items() if batch not in broken}


def _waiting(session: orm.Session) -> dict[str, str]:
    """Return the threads whose pages could not be written, with the reason."""
    statement = sa.select(DirtyRegion.key, DirtyRegion.error).where(
        DirtyRegion.kind == "thread", DirtyRegion.error.is_not(None)
    )
    return {key: error or "" for key, error in session.execute(statement)}
