"""An application that sends mail, and what it noted for the worker to send."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from comments_api.db import Database
from comments_api.mail import server
from comments_api.mail.headers import Mailbox
from comments_api.mail.outbox import Kind
from comments_api.models import Outbox, Subscription

MAIL: dict[str, Any] = {
    "smtp_url": server.parse("smtp://127.0.0.1:1"),
    "mail_from": Mailbox("The campaign", "news@example.org"),
}
BOB = "bob@example.org"


def followed(database: Database) -> list[tuple[str, str, str, str, bool]]:
    """Return who wants what: address, scope, thread, pace, and whether she confirmed it."""
    with database.session() as session:
        return [
            (one.email, one.scope, one.thread_key, one.pace, one.confirmed is not None)
            for one in session.scalars(sa.select(Subscription).order_by(Subscription.id))
        ]


def links_sent(database: Database) -> list[str]:
    """Return to whom a link to confirm an address is on its way."""
    statement = sa.select(Outbox.recipient).where(Outbox.kind == Kind.CONFIRM.value)
    with database.session() as session:
        return list(session.scalars(statement.order_by(Outbox.id)))
