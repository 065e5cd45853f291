"""Mails to people who work on the site, about their own way in; each goes alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import orm

from comments_api import entering
from comments_api.mail.headers import Message
from comments_api.mail.office import Office
from comments_api.mail.outbox import Kind
from comments_api.mail.plain import drawn, number_of
from comments_api.mail.quoting import said
from comments_api.manifest import Manifest
from comments_api.models import Moderator, Outbox
from comments_api.text import one_line
from comments_api.translation import translations

KINDS = frozenset({Kind.INVITED, Kind.FORGOTTEN, Kind.NEW_DEVICE})


def compose(
    session: orm.Session, row: Outbox, office: Office, manifest: Manifest, now: datetime
) -> Message | None:
    """Return the mail, or None if she works here no more or its link works no more."""
    person = session.get(Moderator, row.payload.get("person", 0))
    if person is None or not person.active or not _works(session, row, now):
        return None
    site = one_line(manifest.site["name"])
    text = drawn(
        "staff.txt",
        row.lang,
        kind=row.kind,
        name=said(person.name),
        site_name=site,
        site_url=office.site_url,
        url=_url(row, office),
        device=row.payload.get("device", ""),
        when=row.created.strftime("%Y-%m-%d %H:%M UTC"),
    )
    return Message(row.recipient, _subject(row, site), text, row.lang, number_of(row))


def _works(session: orm.Session, row: Outbox, now: datetime) -> bool:
    if row.kind == Kind.NEW_DEVICE:
        return True
    return entering.is_good(session, str(row.payload.get("token", "")), now)


def _url(row: Outbox, office: Office) -> str:
    if row.kind == Kind.NEW_DEVICE:
        return f"{office.site_url}/moderate/me"
    return f"{office.site_url}/moderate/enter/{row.payload['token']}?next=/moderate/password"


def _subject(row: Outbox, site: str) -> str:
    _ = translations(row.lang).gettext
    return {
        Kind.INVITED: _("You are invited to %(site)s"),
        Kind.FORGOTTEN: _("Your way back into %(site)s"),
        Kind.NEW_DEVICE: _("A new sign-in to %(site)s"),
    }[Kind(row.kind)] % {"site": site}
