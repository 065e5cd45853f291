"""People who work on the site, in tests: their role, their password, their second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyotp
import sqlalchemy as sa
from flask import Flask

from comments_api import codes, passwords
from comments_api.db import Database
from comments_api.models import Moderator, Role
from tests.factories import make_moderator
from tests.http.conftest import Browser, signed_in

PASSWORD = "a sentence nobody guesses"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# Made once: a hash of the usual strength takes a fifth of a second.
HASH = passwords.new_hash(PASSWORD)


def code(now: datetime) -> str:
    """Return what an authenticator shows at a time."""
    return pyotp.TOTP(SECRET).at(now)


def change(database: Database, name: str, now: datetime, **values: Any) -> int:
    """Change what is stored of somebody, and return her number."""
    with database.session() as session:
        number = make_moderator(session, now, name).id
        if values:
            session.execute(sa.update(Moderator).where(Moderator.id == number).values(values))
    return number


def working(
    app: Flask, database: Database, now: datetime, name: str, role: Role, **values: Any
) -> Browser:
    """Return the browser of somebody who came by her link, with a role."""
    browser = signed_in(app, database, now, name)
    change(database, name, now, role=role.value, **values)
    return browser


def with_factor(database: Database, name: str, now: datetime) -> list[str]:
    """Give somebody a second factor that was never used, and return her recovery codes."""
    with database.session() as session:
        person = make_moderator(session, now, name)
        person.totp_secret, person.totp_step = SECRET, None
        return codes.renew_recovery(session, person.id, now)
