"""The outbox: a mail is noted in the transaction of what it tells of, and delivered afterwards.

A row without a recipient is an event: the worker finds out whom it concerns (audience.py) and
writes a row for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Moderator, Outbox

_PUT = sa.insert(Outbox)  # written once: a comment that arrives costs what its statements cost
# Mails about a decision wait so long: who undoes it in time, undoes them too.
SECOND_THOUGHTS = timedelta(minutes=5)
AT_ONCE = timedelta()


class Kind(StrEnum):
    """What a row of the outbox tells."""

    HELD = "held"  # event: a comment, or an edit of one, waits for a moderator
    COMPLAINED = "complained"  # event: a reader asks to look at a comment
    PUBLISHED = "published"  # event: a comment became public
    REJECTED = "rejected"  # to whoever wrote a comment: why a moderator did not publish it
    NEW_PAGE = "new-page"  # event: a post or letter went live
    CONFIRM = "confirm"  # to an address: press here if it is yours
    INVITED = "invited"  # to somebody who may work on the site: a link to come in
    FORGOTTEN = "forgotten"  # to somebody who works on it: a link, without her password
    NEW_DEVICE = "new-device"  # to her too: somebody signed in as you


def put(
    session: orm.Session,
    kind: Kind,
    now: datetime,
    *,
    comment_id: int | None = None,
    recipient: str = "",
    lang: str = "",
    payload: Mapping[str, Any] | None = None,
    wait: timedelta = AT_ONCE,
    bundle: str | None = None,
    subscription_id: int | None = None,
) -> None:
    """Note a mail or an event, within the caller's transaction."""
    row = {
        "kind": kind.value,
        "comment_id": comment_id,
        "subscription_id": subscription_id,
        "recipient": recipient,
        "lang": lang,
        "bundle": bundle,
        "payload": dict(payload or {}),
        "due": now + wait,
        "created": now,
    }
    session.connection().execute(_PUT, row)


def put_link(
    session: orm.Session, kind: Kind, to: Moderator, token: str, lang: str, now: datetime
) -> None:
    """Note a mail with a link by which somebody who works here can enter."""
    payload = {"token": token, "person": to.id}
    put(session, kind, now, recipient=to.email, lang=lang, payload=payload)


def put_each(
    session: orm.Session, kind: Kind, now: datetime, comments: Sequence[int], wait: timedelta
) -> None:
    """Note an event for each of these comments."""
    event: dict[str, Any] = {
        "kind": kind.value,
        "subscription_id": None,
        "recipient": "",
        "lang": "",
        "bundle": None,
        "payload": {},
        "due": now + wait,
        "created": now,
    }
    rows = [{**event, "comment_id": comment_id} for comment_id in comments]
    if rows:
        session.connection().execute(_PUT, rows)
