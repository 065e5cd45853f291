"""Giving a letter to the reader's own mail program: a mailto address by RFC 6068, if it fits.

Mail programs drop addresses that are too long, some at 2,046 characters, without a word. A letter
over the budget is handed off empty, to be pasted; the button says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from comments_api.translation import translations
from plugins.letters import text
from plugins.letters.letter import Letter, Target

BUDGET = 1800  # characters of the whole address


@dataclass(frozen=True, slots=True)
class HandOff:
    """A letter as a mailto address.

    :ivar fits: the whole letter is in it; else the reader pastes it.
    :ivar length: of the whole letter, in characters of an address.
    :ivar over: how many words are too many.
    """

    href: str
    fits: bool
    length: int
    over: int


def mailto(to: str, subject: str, body: str, copies: Sequence[str] = ()) -> str:
    """Return a mailto address; line breaks are CRLF and a space is %20, as RFC 6068 wants it."""
    fields = {"subject": subject, "body": body.replace("\n", "\r\n")}
    if copies:
        fields["cc"] = ",".join(copies)
    listed = "&".join(f"{name}={quote(value, safe='@,')}" for name, value in fields.items())
    return f"mailto:{_address(to)}?{listed}"


def _address(email: str) -> str:
    local, _, domain = email.rpartition("@")
    # A plus is a plus here, and some programs do not read %2B.
    return f"{quote(local, safe='+')}@{quote(domain, safe='')}"


def hand_off(letter: Letter, target: Target, budget: int = BUDGET) -> HandOff:
    """Return the letter to a target as a mailto address, or a short one when it is too long."""
    subject = text.subject(letter, target)
    copies = [one.email for one in letter.copies_to if one.email]
    message = text.message(letter, target)
    whole = mailto(target.email, subject, message, copies)
    if len(whole) <= budget:
        return HandOff(whole, True, len(whole), 0)
    paste = translations(letter.lang).gettext("Please paste the letter here.")
    # A subject or a list of copies can be too long by itself: then the mail program gets less.
    ways = ((subject, copies), (subject, ()), ("", ()))
    made = (mailto(target.email, words, paste, others) for words, others in ways)
    short = next((one for one in made if len(one) <= budget), f"mailto:{_address(target.email)}")
    each = len(quote(message)) / max(len(message.split()), 1)
    return HandOff(short, False, len(whole), math.ceil((len(whole) - budget) / each))
