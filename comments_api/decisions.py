"""What a moderator makes of a comment: decide, accept an edit, reply; each one line of the record.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import markup, mementos
from comments_api.comments import fingerprint, record, record_all, refuse_repetition
from comments_api.drafts import check_text
from comments_api.errors import ImpossibleDecision
from comments_api.locking import locked, refuse_stale
from comments_api.mail import outbox
from comments_api.mementos import Before
from comments_api.models import Comment, Decision, Moderator, Status
from comments_api.publishing import mark_all_dirty, mark_dirty
from comments_api.revisions import replace_text, take_waiting

# What each action makes of a comment, and from which states it can be taken.
ACTIONS: dict[str, tuple[frozenset[Status], Status | None]] = {
    "approve": (frozenset({Status.PENDING, Status.SPAM, Status.TRASH}), Status.APPROVED),
    "hold": (frozenset({Status.APPROVED, Status.SPAM, Status.TRASH}), Status.PENDING),
    "spam": (frozenset({Status.PENDING, Status.APPROVED, Status.TRASH}), Status.SPAM),
    "reject": (frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}), Status.TRASH),  # why
    "trash": (frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}), Status.TRASH),
    "restore": (frozenset({Status.SPAM, Status.TRASH}), None),  # to what it was before
}
ON_EDITS = ("accept-edit", "reject-edit")


def new_batch() -> str:
    """Return a name for what is decided in one request, so that it can be undone together."""
    return secrets.token_urlsafe(12)


def decide(
    session: orm.Session,
    comment_id: int,
    action: str,
    version: int,
    moderator_id: int,
    now: datetime,
    *,
    codes: Sequence[str] = (),
    batch: str | None = None,
) -> Comment:
    """Carry out a moderator's decision on the comment as she saw it, and return it.

    :param version: of the comment that was shown to her.
    :param codes: why, for the record.
    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since; says by whom and when.
    :raise ImpossibleDecision: if a comment of its status cannot be decided so.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    refuse_impossible(comment, action)
    carry_out(
        session, [comment], action, moderator_id, now, codes=codes, batch=batch or new_batch()
    )
    return comment


def refuse_impossible(comment: Comment, action: str) -> None:
    """Go on only if a comment of this status can be decided so.

    :raise ImpossibleDecision: if it cannot.
    """
    if comment.status not in ACTIONS[action][0]:
        raise ImpossibleDecision(f"{action} is not possible for a comment that is {comment.status}")


def carry_out(
    session: orm.Session,
    found: Sequence[Comment],
    action: str,
    moderator_id: int,
    now: datetime,
    *,
    codes: Sequence[str] = (),
    batch: str,
) -> None:
    """Make of comments what was decided, by few queries however many they are.

    The caller has locked them, and refused what is stale or cannot be.
    """
    was = mementos.before_all(session, found)
    status = ACTIONS[action][1]
    statuses = {} if status else _statuses_before(session, [comment.id for comment in found])
    for comment in found:
        comment.status = status or statuses.get(comment.id) or Status.PENDING.value
        comment.version += 1
        comment.changed = now
        if was[comment.id]["edit"] is not None:
            _settle_edit(session, comment, now)
    conclude(session, found, action, was, moderator_id, now, codes=codes, batch=batch)


def conclude(
    session: orm.Session,
    found: Sequence[Comment],
    action: str,
    was: Mapping[int, Before],
    moderator_id: int,
    now: datetime,
    *,
    codes: Sequence[str] = (),
    batch: str,
) -> None:
    """Note what was decided of comments: the record, what undoes it, what pages and people learn.

    :param was: what each was before.
    """
    before = {comment.id: str(was[comment.id]["comment"]["status"]) for comment in found}
    lines = [(comment, before[comment.id]) for comment in found]
    numbers = record_all(session, lines, action, moderator_id, now, codes=codes, batch=batch)
    mementos.keep_all(session, [(one, was[one.id], numbers[one.id]) for one in found], now)
    public = [one for one in found if Status.APPROVED in {before[one.id], one.status}]
    mark_all_dirty(session, {one.thread_id: one.thread for one in public}.values(), now)
    _tell(session, [one.id for one in public if before[one.id] != Status.APPROVED], now)


def _tell(session: orm.Session, ids: Sequence[int], now: datetime) -> None:
    """Note that people are to be told of comments that became public."""
    outbox.put_each(session, outbox.Kind.PUBLISHED, now, ids, outbox.SECOND_THOUGHTS)


def _settle_edit(session: orm.Session, comment: Comment, now: datetime) -> None:
    """Let no edit wait for a comment that is not public: put on hold, it waits as it is now."""
    if comment.status == Status.APPROVED:
        return
    waiting = take_waiting(session, comment)
    if waiting is not None and comment.status == Status.PENDING:
        replace_text(session, comment, waiting.source, waiting.rendered, now)
        comment.reasons = list(waiting.reasons)


def decide_edit(
    session: orm.Session,
    comment_id: int,
    action: str,
    version: int,
    moderator_id: int,
    now: datetime,
    *,
    batch: str | None = None,
) -> Comment:
    """Show the new text of a comment that waits, or drop it; return the comment.

    :param action: one of `ON_EDITS`.
    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if no edit of it waits.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    was = mementos.before(session, comment)
    waiting = take_waiting(session, comment)
    if waiting is None:
        raise ImpossibleDecision(f"{action} is not possible where no edit waits")
    if action == "accept-edit":
        replace_text(session, comment, waiting.source, waiting.rendered, now)
        mark_dirty(session, comment.thread, now)
    comment.version += 1
    batch = batch or new_batch()
    number = record(session, comment, action, comment.status, moderator_id, now, batch=batch)
    mementos.keep(session, comment, was, number, now)
    return comment


def reply(
    session: orm.Session,
    comment_id: int,
    version: int,
    author: Moderator,
    content: str,
    now: datetime,
    *,
    lang: str = "en",
    batch: str | None = None,
) -> Comment:
    """Store a moderator's answer, approving what it answers in the same step, and return it.

    :raise InvalidDraft: if the text is empty, too long or too deeply nested.
    :raise ImpossibleDecision: if the comment is spam, trash or withdrawn.
    """
    content, rendered = check_text(content, lang)
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    batch = batch or new_batch()
    if comment.status == Status.PENDING:
        decide(session, comment_id, "approve", version, author.id, now, batch=batch)
    elif comment.status != Status.APPROVED:
        raise ImpossibleDecision(f"a comment that is {comment.status} cannot be answered")
    answer = _answer(comment, author, content, rendered, now)
    refuse_repetition(session, answer)
    session.add(answer)
    session.flush()
    number = record(session, answer, "reply", None, author.id, now, batch=batch)
    mementos.keep(session, answer, _unsaid(session, answer), number, now)
    mark_dirty(session, comment.thread, now)
    _tell(session, [answer.id], now)
    return answer


def _unsaid(session: orm.Session, answer: Comment) -> Before:
    """Return what an answer becomes when it is undone; it was nothing before."""
    was = mementos.before(session, answer)
    was["comment"]["status"] = Status.TRASH.value
    return was


def _answer(
    comment: Comment, author: Moderator, content: str, rendered: Markup, now: datetime
) -> Comment:
    return Comment(
        thread_id=comment.thread_id,
        parent_id=comment.id,
        status=Status.APPROVED.value,
        author_name=author.name,
        moderator_id=author.id,
        source=content,
        rendered=str(rendered),
        renderer=markup.RENDERER,
        reasons=[],
        lang=comment.lang,
        fingerprint=fingerprint(comment.thread_id, comment.id, author.name, content),
        created=now,
        changed=now,
    )


def _statuses_before(session: orm.Session, ids: Sequence[int]) -> dict[int, str | None]:
    """Return the statuses that comments had before they went to spam or trash.

    Undoing an approval puts a comment back there too; that approval was never meant.
    """
    newest = (
        sa.select(sa.func.max(Decision.id))
        .where(
            Decision.comment_id.in_(ids),
            Decision.action != mementos.UNDO,
            Decision.to_status.in_([Status.SPAM, Status.TRASH]),
            Decision.from_status.in_([Status.PENDING, Status.APPROVED]),
        )
        .group_by(Decision.comment_id)
    )
    statement = sa.select(Decision.comment_id, Decision.from_status)
    return dict(session.execute(statement.where(Decision.id.in_(newest))).all())
