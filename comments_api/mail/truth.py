"""Whether what a mail would tell is still so: between an event and its mail can lie a day."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import confirmations
from comments_api.errors import BadLink
from comments_api.mail import announcing
from comments_api.mail.outbox import Kind
from comments_api.manifest import Manifest
from comments_api.mementos import UNDO
from comments_api.models import (
    MODERATING,
    Comment,
    Complaint,
    Decision,
    Edit,
    Moderator,
    Outbox,
    Pace,
    Status,
    Subscription,
    Thread,
)

OF_MODERATORS = (Kind.HELD, Kind.COMPLAINED)  # what nobody else may read
STAFF = "moderator:"  # begins the name of what goes in one mail to somebody who works on the site


def holds(session: orm.Session, row: Outbox, manifest: Manifest) -> bool:
    """Say whether what an event or a mail tells is still so, and its page still there."""
    if row.kind == Kind.NEW_PAGE:
        return announcing.page_of(manifest, row.payload.get("key", "")) is not None
    comment = session.get(Comment, row.comment_id) if row.comment_id else None
    if comment is None or not _has_page(session, comment, manifest):
        return False
    if row.kind == Kind.PUBLISHED:
        return comment.status == Status.APPROVED
    if row.kind == Kind.REJECTED:  # whatever was decided since, she would hear what is not so
        return _rejected(session, comment, row.payload.get("version", 0))
    if row.kind == Kind.HELD:
        return comment.status == Status.PENDING or session.get(Edit, comment.id) is not None
    return _complained(session, comment)


def wanted(session: orm.Session, row: Outbox) -> bool:
    """Say whether she still gets it: subscriptions end while mails wait, and moderators leave."""
    if row.bundle is not None and row.bundle.startswith(STAFF):
        person = session.get(Moderator, int(row.bundle.removeprefix(STAFF)))
        if person is None or not person.active or person.mail == Pace.NEVER:
            return False
        return row.kind not in OF_MODERATORS or person.role in MODERATING
    if row.subscription_id is None:
        return True
    one = session.get(Subscription, row.subscription_id)
    return one is not None and one.confirmed is not None


def link_works(session: orm.Session, row: Outbox, now: datetime) -> bool:
    """Say whether the link in a mail that asks for a confirmation can still be used."""
    try:
        confirmations.find(session, str(row.payload.get("token", "")), now)
    except BadLink:
        return False
    return True


def _has_page(session: orm.Session, comment: Comment, manifest: Manifest) -> bool:
    return session.get_one(Thread, comment.thread_id).key in manifest.threads


def _rejected(session: orm.Session, comment: Comment, version: int) -> bool:
    """Say whether a comment is rejected as it was: at most undone since, and that undone again."""
    since = sa.select(Decision.id).where(
        Decision.comment_id == comment.id, Decision.version > version, Decision.action != UNDO
    )
    decided = session.scalars(since.limit(1)).first() is not None
    return comment.status == Status.TRASH and not decided


def _complained(session: orm.Session, comment: Comment) -> bool:
    open_ones = sa.select(Complaint.id).where(
        Complaint.comment_id == comment.id, Complaint.settled.is_(None)
    )
    return session.scalars(open_ones.limit(1)).first() is not None
