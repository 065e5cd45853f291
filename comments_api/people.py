"""What owners do with the people who work on the site; each a line of the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import codes, drafts, moderators, sessions, text
from comments_api.errors import InvalidDraft, LastOwner, UnknownPerson
from comments_api.models import Moderator, Role
from comments_api.rules import changes
from comments_api.translation import translations

INVITATION_LIFE = timedelta(days=3)


def invite(
    session: orm.Session, typed: Mapping[str, str], by: int | None, now: datetime, lang: str
) -> tuple[Moderator, str]:
    """Add a person, or take one back who was removed; return her, and the secret of her link.

    :param typed: `name`, `email` and `role`.
    :raise InvalidDraft: if a field is wrong or she works here already.
    """
    name, email, role = _checked(typed, lang)
    person = moderators.find(session, email)
    if person is None:
        person = moderators.add(session, name, email, role, now)
    elif person.active:
        _ = translations(lang).gettext
        raise InvalidDraft({"email": _("Somebody with this address works here already.")})
    person.active, person.name, person.role = True, name, role.value
    changes.note(session, f"invite:{person.id}:{role}", by, now)
    return person, moderators.new_link(session, person, now, INVITATION_LIFE)


def change_role(
    session: orm.Session, moderator_id: int, role: str, by: int | None, now: datetime
) -> Moderator:
    """Give somebody another role; she has to sign in again.

    :raise UnknownPerson: if there is nobody of this number.
    :raise InvalidDraft: if there is no such role.
    :raise LastOwner: if nobody else is an owner.
    """
    if role not in list(Role):
        raise InvalidDraft({"role": ", ".join(Role)})
    owners = _owners(session)
    person = _active(session, moderator_id)
    if person.role == role:
        return person
    _refuse_last(person, owners)
    person.role = role
    sessions.end_all(session, person.id)
    changes.note(session, f"role:{person.id}:{role}", by, now)
    return person


def remove(session: orm.Session, moderator_id: int, by: int | None, now: datetime) -> Moderator:
    """Take a person's rights and sessions at once; her decisions stay in the record.

    :raise UnknownPerson: if there is nobody of this number.
    :raise LastOwner: if nobody else is an owner.
    """
    owners = _owners(session)
    person = _active(session, moderator_id)
    _refuse_last(person, owners)
    moderators.remove(session, person)
    changes.note(session, f"remove-person:{person.id}", by, now)
    return person


def new_link(
    session: orm.Session, moderator_id: int, by: int | None, now: datetime
) -> tuple[Moderator, str]:
    """Return somebody, and the secret of a new link for her; earlier ones end.

    :raise UnknownPerson: if there is nobody of this number.
    """
    person = _active(session, moderator_id)
    changes.note(session, f"new-link:{person.id}", by, now)
    return person, moderators.new_link(session, person, now, INVITATION_LIFE)


def take_off_factor(
    session: orm.Session, moderator_id: int, by: int | None, now: datetime
) -> Moderator:
    """Ask no code any more of somebody who lost her telephone and her recovery codes.

    :raise UnknownPerson: if there is nobody of this number.
    """
    person = _active(session, moderator_id)
    codes.turn_off(session, person.id, by, now)
    sessions.end_all(session, person.id)
    return person


def _owners(session: orm.Session) -> set[int]:
    """Return who owns the site, and keep others from changing that meanwhile.

    Two owners who remove each other at once must not both succeed.
    """
    statement = (
        sa.select(Moderator.id)
        .where(Moderator.role == Role.OWNER.value, Moderator.active)
        .order_by(Moderator.id)
        .with_for_update()
    )
    return set(session.scalars(statement))


def _active(session: orm.Session, moderator_id: int) -> Moderator:
    person = session.get(Moderator, moderator_id)
    if person is None or not person.active:
        raise UnknownPerson(moderator_id)
    return person


def _refuse_last(person: Moderator, owners: set[int]) -> None:
    if owners == {person.id}:
        raise LastOwner


def _checked(typed: Mapping[str, str], lang: str) -> tuple[str, str, Role]:
    _ = translations(lang).gettext
    name = text.normal(typed.get("name", "")).strip()
    email = typed.get("email", "").strip().casefold()
    role = typed.get("role", "")
    errors = {}
    if not drafts.is_name(name):
        errors["name"] = _("Please give a name, of %(number)d letters at most.") % {
            "number": drafts.LONGEST["author_name"]
        }
    if not drafts.is_email(email):
        errors["email"] = _("This is not an e-mail address like name@example.org.")
    if role not in list(Role):
        errors["role"] = _("Please choose what she may do.")
    if errors:
        raise InvalidDraft(errors)
    return name, email, Role(role)
