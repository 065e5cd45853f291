"""Signed links by which a moderator decides from a mail: one action on one version of one comment.

Nothing of them is stored. A decision gives the comment another version, and with it all links to
the one before are used up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature

from comments_api.errors import BadLink
from comments_api.tokens import signer

ACTIONS = ("approve", "spam", "trash")
LIFE = timedelta(days=3)
_PURPOSE = "handbill mail: decide on a comment"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link lets one moderator do.

    :ivar version: of the comment that the mail repeats.
    """

    action: str
    comment_id: int
    version: int
    moderator_id: int
    ends: datetime


def token(secret: str, link: Link) -> str:
    """Return the part of a link that says what it does; it names nobody and holds no words."""
    number = ACTIONS.index(link.action)
    ends = int(link.ends.timestamp())
    said = [number, link.comment_id, link.version, link.moderator_id, ends]
    return str(signer(secret, _PURPOSE).dumps(said))


def read(secret: str, said: str) -> Link:
    """Return what a link lets do; whether its time is over is for the caller to see.

    :raise BadLink: if we did not write it.
    """
    try:
        number, comment_id, version, moderator_id, ends = signer(secret, _PURPOSE).loads(said)
    except BadSignature:
        raise BadLink from None
    moment = datetime.fromtimestamp(ends, UTC)
    return Link(ACTIONS[number], comment_id, version, moderator_id, moment)


def tokens(
    secret: str, comment_id: int, version: int, moderator_id: int, now: datetime
) -> dict[str, str]:
    """Return a token for each action on a comment as it is now, for a mail to one moderator."""
    return {
        action: token(secret, Link(action, comment_id, version, moderator_id, now + LIFE))
        for action in ACTIONS
    }
