"""What readers do with their own comments: find them again, withdraw them. Editing: editing.py.

A comment is hers whose browser sent it; she can change it for a short time. The caller gives a
session and commits it; publishing the pages comes after, in publishing.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import orm

from comments_api import erasure
from comments_api.dates import iso
from comments_api.errors import NotEditable, NotOnPage, NotYours, TooLate, UnknownComment
from comments_api.locking import locked
from comments_api.models import Comment, CommentKind, Edit, Status, Thread
from comments_api.rows import row_of
from comments_api.threads import public
from comments_api.translation import translations

WINDOW = timedelta(minutes=15)
CHANGEABLE = frozenset({Status.PENDING, Status.APPROVED})


@dataclass(frozen=True, slots=True)
class Own:
    """A comment as its author sees it.

    :ivar until: until then she can edit and withdraw it; None if she cannot any more.
    :ivar edit: a new text of it that waits for a moderator.
    """

    comment: Comment
    until: datetime | None
    edit: Edit | None = None

    @property
    def source(self) -> str:
        """The newest text, as she typed it."""
        return self.edit.source if self.edit else self.comment.source

    @property
    def html(self) -> Markup:
        """The newest text, safe to show."""
        # Stored by markup.render, the only function that writes these columns.
        return Markup(self.edit.rendered if self.edit else self.comment.rendered)

    @property
    def waits(self) -> bool:
        """Whether a moderator reads its newest text before others can."""
        return self.comment.status != Status.APPROVED or self.edit is not None

    @property
    def editable(self) -> bool:
        """Whether she can edit it; withdraw it she can in any case until then."""
        one = self.comment
        return self.until is not None and one.kind != CommentKind.REPLY and not one.edited_by_staff


def of_reader(
    session: orm.Session, thread_key: str, reader: str, now: datetime, window: timedelta = WINDOW
) -> Sequence[Own]:
    """Return what one browser wrote in a thread and waits or can still be changed."""
    young = sa.and_(Comment.created > now - window, Comment.moderator_id.is_(None))
    statement = (
        _with_edit()
        .join(Thread, Thread.id == Comment.thread_id)
        .where(
            Thread.key == thread_key,
            Comment.reader == reader,
            (Comment.status == Status.PENDING)
            | ((Comment.status == Status.APPROVED) & (young | Edit.comment_id.is_not(None))),
        )
        .order_by(Comment.id)
    )
    found = session.execute(statement).all()
    return [Own(comment, _until(comment, now, window), waiting) for comment, waiting in found]


def described(own: Own, context: Mapping[str, Any], lang: str, usual: str = "") -> dict[str, Any]:
    """Return what its author may know of a comment, with the newest text of it.

    :param usual: how long comments usually wait, in words.
    """
    _ = translations(lang).gettext
    status = Status.PENDING if own.comment.status == Status.SPAM else own.comment.status
    content = public(row_of(own.comment)._replace(html=own.html), context, str(status))
    if own.until:
        content["editable_until"] = iso(own.until)[:-1]
    if own.edit:
        content["message"] = _(
            "Thank you. Your new text appears when a moderator has read it; until then, the page "
            "shows the old one."
        )
    elif own.waits:
        content["message"] = _("Thank you. Your comment appears when a moderator has read it.")
    if own.waits:
        content["message"] = f"{content['message']} {usual}".strip()
    return content


def look(
    session: orm.Session,
    comment_id: int,
    reader: str | None,
    now: datetime,
    window: timedelta = WINDOW,
) -> Own:
    """Return a comment that its author can change now.

    :raise NotOnPage: if there is none for her eyes.
    :raise NotYours: if it is public, and another browser sent it.
    :raise NotEditable: if a moderator wrote it.
    :raise TooLate: if the time to change it is over.
    """
    found = session.execute(_with_edit().where(Comment.id == comment_id)).first()
    if found is None:
        raise NotOnPage(comment_id)
    comment, waiting = found
    _refuse(comment, reader, now, window)
    return Own(comment, comment.created + window, waiting)


def withdraw(
    session: orm.Session,
    comment_id: int,
    reader: str | None,
    now: datetime,
    window: timedelta = WINDOW,
) -> Comment:
    """Take a comment away with all that leads to its author, for ever, and return what is left.

    :raise NotOnPage, NotYours, NotEditable, TooLate: as `look` does.
    """
    comment = locked_own(session, comment_id, reader, now, window)
    erasure.erase_comment(session, comment, now, with_text=True, action="withdraw")
    return comment


def locked_own(
    session: orm.Session, comment_id: int, reader: str | None, now: datetime, window: timedelta
) -> Comment:
    """Return a comment that its author can change now, and keep others from it meanwhile.

    :raise NotOnPage, NotYours, NotEditable, TooLate: as `look` does.
    """
    try:
        comment = locked(session, comment_id)
    except UnknownComment:
        raise NotOnPage(comment_id) from None
    _refuse(comment, reader, now, window)
    return comment


def _refuse(comment: Comment, reader: str | None, now: datetime, window: timedelta) -> None:
    """Go on only with a comment that this browser sent just now."""
    if reader is None or comment.reader != reader:
        # Of what is not public, a stranger must not learn that it is there.
        raise NotYours if comment.status == Status.APPROVED else NotOnPage
    if comment.status not in CHANGEABLE:
        raise NotOnPage
    if comment.moderator_id is not None:
        raise NotEditable
    if _until(comment, now, window) is None:
        raise TooLate(int(window.total_seconds() // 60))


def _until(comment: Comment, now: datetime, window: timedelta) -> datetime | None:
    until = comment.created + window
    return until if now < until and comment.moderator_id is None else None


def _with_edit() -> sa.Select[Comment, Edit]:
    return sa.select(Comment, Edit).outerjoin(Edit, Edit.comment_id == Comment.id)
