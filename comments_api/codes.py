"""The second factor: codes of an authenticator that count once, and recovery codes on paper."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime

from sqlalchemy import orm

from comments_api import sessions, tokens
from comments_api.errors import ImpossibleDecision, WrongCode
from comments_api.limits import Limit
from comments_api.models import Moderator
from comments_api.rules import changes

STEP = 30  # seconds
DRIFT = 1  # steps by which a telephone's clock may be wrong
NUMBER = 10  # of recovery codes
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: they are copied by hand
_SECRET = re.compile(r"[A-Z2-7]{32}")


def limits(moderator_id: int) -> list[Limit]:
    """Return how often a code may be tried (security.md S-33)."""
    return [
        Limit(f"code:{moderator_id}", 5, 300),
        Limit(f"code-hour:{moderator_id}", 20, 3_600),
        Limit(f"code-day:{moderator_id}", 50, 86_400),
    ]


def new_secret() -> str:
    """Return a secret for an authenticator."""
    import pyotp  # imported where used: most requests need no code

    return pyotp.random_base32()


def is_secret(value: str) -> bool:
    """Say whether this could be a secret of ours."""
    return _SECRET.fullmatch(value) is not None


def uri(secret: str, email: str, site_name: str) -> str:
    """Return the link that an authenticator reads, as a link or as a picture."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)


def picture(link: str) -> tuple[int, str]:
    """Return a QR code as the length of its side and the path of an SVG, in its squares."""
    import segno

    matrix = segno.make(link, error="m", micro=False).matrix
    squares = [
        f"M{x},{y}h1v1h-1z"
        for y, row in enumerate(matrix, 4)
        for x, dark in enumerate(row, 4)
        if dark
    ]
    return len(matrix) + 8, "".join(squares)  # four empty squares all around, as readers want it


def turn_on(
    session: orm.Session, moderator_id: int, secret: str, code: str, now: datetime, *, keep: str
) -> list[str]:
    """Ask for codes from now on, once she has shown that her authenticator makes them.

    Her other sessions end.

    :param keep: the hash of the session that goes on.
    :return: her recovery codes, which nobody can read again.
    :raise WrongCode: if the code is not one of this secret.
    :raise ImpossibleDecision: if she has a second factor already.
    """
    person = session.get_one(Moderator, moderator_id, with_for_update=True)
    if person.totp_secret is not None:
        raise ImpossibleDecision("there is a second factor already")
    step = _step(secret, code, now, None) if is_secret(secret) else None
    if step is None:
        raise WrongCode
    person.totp_secret, person.totp_step = secret, step
    sessions.end_all(session, moderator_id, keep=keep)
    changes.note(session, f"second-factor-on:{moderator_id}", moderator_id, now)
    return _new_recovery(person)


def turn_off(session: orm.Session, moderator_id: int, by: int | None, now: datetime) -> None:
    """Ask no codes of somebody any more."""
    person = session.get_one(Moderator, moderator_id, with_for_update=True)
    person.totp_secret, person.totp_step, person.recovery = None, None, []
    changes.note(session, f"second-factor-off:{moderator_id}", by, now)


def renew_recovery(session: orm.Session, moderator_id: int, now: datetime) -> list[str]:
    """Return new recovery codes; the old ones end.

    :raise ImpossibleDecision: if she has no second factor.
    """
    person = session.get_one(Moderator, moderator_id, with_for_update=True)
    if person.totp_secret is None:
        raise ImpossibleDecision("there is no second factor")
    changes.note(session, f"recovery:{moderator_id}", moderator_id, now)
    return _new_recovery(person)


def use(session: orm.Session, moderator_id: int, code: str, now: datetime) -> None:
    """Use up a code of the authenticator, or a recovery code.

    :raise WrongCode: if it is wrong, was used already or is too old.
    """
    person = session.get_one(Moderator, moderator_id, with_for_update=True)
    typed = plain(code)
    if person.totp_secret is None:
        raise WrongCode
    if (step := _step(person.totp_secret, typed, now, person.totp_step)) is not None:
        person.totp_step = step
        return
    left = [one for one in person.recovery if one != tokens.hash_of(typed)]
    if len(left) == len(person.recovery):
        raise WrongCode
    person.recovery = left


def plain(code: str) -> str:
    """Return a code as it is compared: without the gaps in which it is shown."""
    return re.sub(r"[\s-]", "", code[:100]).casefold()


def _step(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """Return the step that a code belongs to, if that one is near and was not used."""
    import pyotp

    maker, at = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in range(at - DRIFT, at + DRIFT + 1):
        right = maker.generate_otp(step).encode()
        if hmac.compare_digest(right, plain(code).encode()) and (last is None or step > last):
            return step
    return None


def _new_recovery(person: Moderator) -> list[str]:
    made = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(NUMBER)]
    person.recovery = [tokens.hash_of(one) for one in made]
    return ["-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in made]
