"""A reader edits her own comment: the same checks and the same rules as when it arrived.

The caller gives a session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import markup, rows
from comments_api.comments import record, refuse_repetition
from comments_api.drafts import Draft, check_text
from comments_api.errors import NotEditable, Nudge, ThreadClosed
from comments_api.limits import Limit, take
from comments_api.mail import outbox
from comments_api.manifest import ThreadInfo
from comments_api.models import Comment, Decision, Edit, Reply, Status
from comments_api.openness import why_closed
from comments_api.own import WINDOW, Own, locked_own
from comments_api.publishing import mark_dirty
from comments_api.revisions import replace_text, take_waiting
from comments_api.rules.book import Rulebook
from comments_api.rules.case import Case
from comments_api.rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """A new text of a comment as it arrives, with what is known of its sender.

    :ivar reader: keyed hash of the reader's cookie.
    :ivar as_it_is: she was told what would hold it, and wants it sent nevertheless.
    :ivar site_name: nobody may call herself so.
    """

    content: str
    reader: str | None
    lang: str = "en"
    address_block: str | None = None
    as_it_is: bool = False
    site_name: str = ""
    limits: Sequence[Limit] = ()


def edit(
    session: orm.Session,
    comment_id: int,
    change: Change,
    rulebook: Rulebook,
    thread: ThreadInfo,
    now: datetime,
    window: timedelta = WINDOW,
) -> Own:
    """Give a comment a new text as the rules say, and return it.

    What the rules let pass is shown at once. Otherwise what is public stays so, and the new text
    waits for a moderator; sent again, the newest one waits.

    :raise NotOnPage, NotYours, NotEditable, TooLate: as `look` does, and if it is an answer or a
        moderator edited it: what she took out must not come back.
    :raise ThreadClosed: if the thread was closed since.
    :raise InvalidDraft: if the text is empty, too long or too deeply nested.
    :raise SaidAlready: if she said exactly this in another comment at the same place.
    :raise TooMany: if a limit is used up.
    """
    comment = locked_own(session, comment_id, change.reader, now, window)
    if session.get(Reply, comment_id) is not None or comment.edited_by_staff:
        raise NotEditable(comment_id)
    _refuse_closed(session, thread, now)
    draft = _draft(comment, *check_text(change.content, change.lang))
    waiting = session.get(Edit, comment_id)
    if draft.content != (waiting or comment).source:
        take(session, change.limits, now)
        verdict = _judge(session, comment, change, draft, rulebook, thread, now)
        _carry_out(session, comment, draft, verdict, now)
        session.flush()
    return Own(comment, comment.created + window, session.get(Edit, comment_id))


def _refuse_closed(session: orm.Session, thread: ThreadInfo, now: datetime) -> None:
    # That a thread is full keeps nobody from mending what she wrote: it becomes no longer by it.
    switched = rows.switched(session.connection(), thread.key)
    if why := why_closed(thread.context, 0, now, switched):
        raise ThreadClosed(why)


def _draft(comment: Comment, content: str, rendered: Markup) -> Draft:
    return Draft(
        author_name=comment.author_name,
        author_email=comment.author_email,
        author_url=comment.author_url,
        content=content,
        parent=comment.parent_id,
        rendered=rendered,
    )


def _judge(
    session: orm.Session,
    comment: Comment,
    change: Change,
    draft: Draft,
    rulebook: Rulebook,
    thread: ThreadInfo,
    now: datetime,
) -> Verdict:
    if draft.content == comment.source:  # back to what is shown
        return Verdict(Status.APPROVED)
    case = Case(
        thread=thread,
        thread_id=comment.thread_id,
        draft=draft,
        now=now,
        reader=change.reader,
        identity_id=comment.identity_id,
        address_block=change.address_block,
        comment_id=comment.id,
        site_name=change.site_name,
    )
    verdict = rulebook.judge(session, case)
    if verdict.nudge and not change.as_it_is:
        raise Nudge(verdict.reasons)
    return verdict


def _carry_out(
    session: orm.Session, comment: Comment, draft: Draft, verdict: Verdict, now: datetime
) -> None:
    before = comment.status
    if before == Status.PENDING:
        _edit_pending(session, comment, draft, verdict, now)
    elif verdict.status == Status.APPROVED:
        _edit_public(session, comment, draft, now)
    else:
        _let_wait(session, comment, draft, verdict, now)
    comment.version += 1
    record(session, comment, "edit", before, None, now, reasons=verdict.reasons)


def _edit_pending(
    session: orm.Session, comment: Comment, draft: Draft, verdict: Verdict, now: datetime
) -> None:
    replace_text(session, comment, draft.content, str(draft.rendered), now)
    refuse_repetition(session, comment)
    comment.reasons = list(verdict.reasons)
    if verdict.status == Status.APPROVED and _was_decided(session, comment):
        return  # a moderator holds it, not a rule
    comment.status = verdict.status.value
    if verdict.status == Status.APPROVED:
        mark_dirty(session, comment.thread, now)
        wait = outbox.SECOND_THOUGHTS
        outbox.put(session, outbox.Kind.PUBLISHED, now, comment_id=comment.id, wait=wait)


def _was_decided(session: orm.Session, comment: Comment) -> bool:
    statement = sa.select(Decision.id).where(
        Decision.comment_id == comment.id, Decision.moderator_id.is_not(None)
    )
    return session.scalars(statement.limit(1)).first() is not None


def _edit_public(session: orm.Session, comment: Comment, draft: Draft, now: datetime) -> None:
    take_waiting(session, comment)
    if draft.content == comment.source:
        return
    replace_text(session, comment, draft.content, str(draft.rendered), now)
    refuse_repetition(session, comment)
    mark_dirty(session, comment.thread, now)


def _let_wait(
    session: orm.Session, comment: Comment, draft: Draft, verdict: Verdict, now: datetime
) -> None:
    if session.get(Edit, comment.id) is None:  # of one that is there, moderators know already
        outbox.put(session, outbox.Kind.HELD, now, comment_id=comment.id)
    session.merge(
        Edit(
            comment_id=comment.id,
            source=draft.content,
            rendered=str(draft.rendered),
            renderer=markup.RENDERER,
            reasons=list(verdict.reasons),
            created=now,
        )
    )
