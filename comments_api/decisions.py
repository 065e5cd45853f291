"""What a moderator makes of a comment: decide, accept an edit, reply; each one line of the record.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import markup
from comments_api.comments import fingerprint, record, refuse_repetition
from comments_api.drafts import check_text
from comments_api.errors import ImpossibleDecision, StaleDecision, UnknownComment
from comments_api.mail import outbox
from comments_api.models import Comment, Decision, Moderator, Status
from comments_api.publishing import mark_dirty
from comments_api.revisions import replace_text, take_waiting
from comments_api.rows import PUBLIC

# What each action makes of a comment, and from which states it can be taken.
ACTIONS: dict[str, tuple[frozenset[Status], Status | None]] = {
    "approve": (frozenset({Status.PENDING, Status.SPAM, Status.TRASH}), Status.APPROVED),
    "hold": (frozenset({Status.APPROVED, Status.SPAM, Status.TRASH}), Status.PENDING),
    "spam": (frozenset({Status.PENDING, Status.APPROVED, Status.TRASH}), Status.SPAM),
    "trash": (frozenset({Status.PENDING, Status.APPROVED, Status.SPAM}), Status.TRASH),
    "restore": (frozenset({Status.SPAM, Status.TRASH}), None),  # to what it was before
}
ON_EDITS = ("accept-edit", "reject-edit")
BY_AUTHOR = frozenset({"edit", "withdraw"})  # in the record, where no moderator is named


def decide(
    session: orm.Session,
    comment_id: int,
    action: str,
    version: int,
    moderator_id: int,
    now: datetime,
) -> Comment:
    """Carry out a moderator's decision on the comment as she saw it, and return it.

    :param version: of the comment that was shown to her.
    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since; says by whom and when.
    :raise ImpossibleDecision: if a comment of its status cannot be decided so.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    possible, status = ACTIONS[action]
    if comment.status not in possible:
        raise ImpossibleDecision(f"{action} is not possible for a comment that is {comment.status}")
    before = comment.status
    comment.status = status or _status_before(session, comment)
    comment.version += 1
    comment.changed = now
    _settle_edit(session, comment, now)
    record(session, comment, action, before, moderator_id, now)
    if PUBLIC[0] in {before, comment.status}:
        mark_dirty(session, comment.thread, now)
    if comment.status == Status.APPROVED:
        _tell(session, comment, now)
    return comment


def _tell(session: orm.Session, comment: Comment, now: datetime) -> None:
    """Note that people are to be told of a comment that became public."""
    wait = outbox.SECOND_THOUGHTS
    outbox.put(session, outbox.Kind.PUBLISHED, now, comment_id=comment.id, wait=wait)


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
) -> Comment:
    """Show the new text of a comment that waits, or drop it; return the comment.

    :param action: one of `ON_EDITS`.
    :raise UnknownComment: if there is no such comment.
    :raise StaleDecision: if it was changed since the moderator saw it.
    :raise ImpossibleDecision: if no edit of it waits.
    """
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    waiting = take_waiting(session, comment)
    if waiting is None:
        raise ImpossibleDecision(f"{action} is not possible where no edit waits")
    if action == "accept-edit":
        replace_text(session, comment, waiting.source, waiting.rendered, now)
        mark_dirty(session, comment.thread, now)
    comment.version += 1
    record(session, comment, action, comment.status, moderator_id, now)
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
) -> Comment:
    """Store a moderator's answer, approving what it answers in the same step, and return it.

    :raise InvalidDraft: if the text is empty, too long or too deeply nested.
    :raise ImpossibleDecision: if the comment is spam, trash or withdrawn.
    """
    content, rendered = check_text(content, lang)
    comment = locked(session, comment_id)
    refuse_stale(session, comment, version)
    if comment.status == Status.PENDING:
        decide(session, comment_id, "approve", version, author.id, now)
    elif comment.status != Status.APPROVED:
        raise ImpossibleDecision(f"a comment that is {comment.status} cannot be answered")
    answer = _answer(comment, author, content, rendered, now)
    refuse_repetition(session, answer)
    session.add(answer)
    session.flush()
    record(session, answer, "reply", None, author.id, now)
    mark_dirty(session, comment.thread, now)
    _tell(session, answer, now)
    return answer


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


def locked(session: orm.Session, comment_id: int) -> Comment:
    """Return a comment with its thread, and keep other decisions from it meanwhile.

    :raise UnknownComment: if there is no such comment.
    """
    comment = session.get(
        Comment,
        comment_id,
        options=[orm.joinedload(Comment.thread, innerjoin=True)],
        with_for_update={"key_share": True},
    )
    if comment is None:
        raise UnknownComment(comment_id)
    return comment


def refuse_stale(session: orm.Session, comment: Comment, version: int) -> None:
    """Go on only if the comment is as the moderator saw it.

    :raise StaleDecision: if it was changed since; says by whom and when.
    """
    if comment.version == version:
        return
    statement = (
        sa.select(Decision)
        .where(Decision.comment_id == comment.id, Decision.version == comment.version)
        .order_by(Decision.id)
        .options(orm.joinedload(Decision.moderator))
    )
    last = session.scalars(statement.limit(1)).first()
    if last is None:
        raise StaleDecision(comment.status, None, None)
    who = last.moderator.name if last.moderator else None
    by_author = last.action in BY_AUTHOR
    raise StaleDecision(comment.status, who, last.created, by_author=by_author)


def _status_before(session: orm.Session, comment: Comment) -> str:
    """Return the status that a comment had before it went to spam or trash."""
    statement = (
        sa.select(Decision.from_status)
        .where(
            Decision.comment_id == comment.id,
            Decision.to_status.in_([Status.SPAM, Status.TRASH]),
            Decision.from_status.in_([Status.PENDING, Status.APPROVED]),
        )
        .order_by(Decision.id.desc())
    )
    return session.scalars(statement.limit(1)).first() or Status.PENDING.value
