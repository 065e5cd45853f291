"""What is said when something cannot be done: status, name and sentence for every error.

How a problem is sent, as JSON or as a page, lies in responses.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from comments_api.bodies import UnknownFields, Unreadable
from comments_api.errors import (
    BadLink,
    HandbillError,
    ImpossibleDecision,
    InvalidDraft,
    LastOwner,
    LetterClosed,
    MailOff,
    NetworkBusy,
    NotAllowed,
    NotEditable,
    NothingCounted,
    NotOnPage,
    NotYours,
    Nudge,
    SaidAlready,
    SignInFailed,
    SiteTrouble,
    StaleDecision,
    ThreadClosed,
    TooLate,
    TooMany,
    UnknownComment,
    UnknownLetter,
    UnknownMail,
    UnknownParent,
    UnknownPerson,
    UnknownProvider,
    UnknownThread,
    WrongCode,
    WrongPassword,
)
from comments_api.security import CrossSite
from comments_api.translation import mark as _mark
from comments_api.translation import number, translations

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as RFC 9457 has it.

    :ivar name: short and lasting; the last part of `type`.
    :ivar sentence: what happened and what to do, for a person.
    :ivar errors: a sentence for each field that is wrong.
    :ivar wait: seconds until it is worth trying again.
    """

    status: int
    name: str
    sentence: str
    errors: Mapping[str, str] = field(default_factory=dict)
    wait: int | None = None


def problem_of(error: Exception, lang: str) -> Problem | None:
    """Return the problem that an exception of Handbill means, or None for any other."""
    _ = translations(lang).gettext
    if isinstance(error, InvalidDraft):
        return Problem(422, "invalid", _("Please look at the fields below."), error.errors)
    if isinstance(error, UnknownFields):
        errors = {name: _("There is no field of this name.") for name in error.names}
        return Problem(422, "unknown-field", _("Some fields are not known."), errors)
    if isinstance(error, NetworkBusy):
        return Problem(429, "network-busy", _network_busy(error.wait, lang), wait=error.wait)
    if isinstance(error, LetterClosed):
        return Problem(403, "letter-closed", _letter_closed(error.sent, lang))
    if isinstance(error, Nudge):
        return Problem(422, "nudge", _nudge(error.reasons, lang))
    if isinstance(error, TooMany):
        return Problem(429, "too-many", _patience(error.wait, lang), wait=error.wait)
    if isinstance(error, TooLate):
        return Problem(403, "too-late", _too_late(error.minutes, lang))
    for kind, (status, name, say) in _TABLE.items():
        if isinstance(error, kind):
            return Problem(status, name, say(error, _))
    return None


def _patience(seconds: int, lang: str) -> str:
    ngettext = translations(lang).ngettext
    if seconds < 90:
        sentence = ngettext(
            "That was a lot in a short time. Please send it again in %(number)d second.",
            "That was a lot in a short time. Please send it again in %(number)d seconds.",
            seconds,
        )
        return sentence % {"number": seconds}
    minutes = -(-seconds // 60)
    sentence = ngettext(
        "That was a lot in a short time. Please send it again in %(number)d minute.",
        "That was a lot in a short time. Please send it again in %(number)d minutes.",
        minutes,
    )
    return sentence % {"number": minutes}


def _nudge(reasons: Sequence[str], lang: str) -> str:
    """Say what would hold a comment, and that she has the choice."""
    _ = translations(lang)
    said = []
    for reason in reasons:
        code, _colon, detail = reason.partition(":")
        if code == "links":
            links = _.ngettext(
                "Your comment has %(num)s link. Take it out and it can appear at once;",
                "Your comment has %(num)s links. Take some out and it can appear at once;",
                int(detail),
            )
            said.append(links % {"num": detail})
        elif code == "repeat":
            said.append(
                _.gettext(
                    "We were sent the same text for another place a moment ago. Write it in other "
                    "words and it can appear at once;"
                )
            )
    return " ".join([*said, _.gettext("or send it as it is, and it waits for a moderator.")])


def _network_busy(seconds: int, lang: str) -> str:
    words = translations(lang)
    minutes = -(-seconds // 60)
    return " ".join(
        [
            words.gettext(
                "Your letter counts, whatever our counter says: it cannot tell apart people who "
                "share a network, as in a library or an office, and has just counted as many "
                "from yours as it can."
            ),
            words.ngettext(
                "It can count one more in %(number)d minute.",
                "It can count one more in %(number)d minutes.",
                minutes,
            )
            % {"number": minutes},
        ]
    )


def _letter_closed(sent: int | None, lang: str) -> str:
    words = translations(lang)
    closed = words.gettext("This letter is closed, so nothing is counted any more.")
    if sent is None:
        return closed
    told = words.ngettext(
        "%(number)s person told us that they sent it, and so it stays.",
        "%(number)s people told us that they sent it, and so it stays.",
        sent,
    )
    return f"{closed} {told % {'number': number(sent, lang)}}"


def _too_late(minutes: int, lang: str) -> str:
    sentence = translations(lang).ngettext(
        "A comment can be edited and withdrawn for %(number)d minute, and that is over. You can "
        "still have it erased.",
        "A comment can be edited and withdrawn for %(number)d minutes, and they are over. You can "
        "still have it erased.",
        minutes,
    )
    return sentence % {"number": minutes}


def _closed(error: ThreadClosed, _: Gettext) -> str:
    if error.why == "full":
        return _("This thread is full: it holds as many comments as one page can show.")
    if error.why == "all":
        return _("The comments on this whole site are closed.")
    if error.why == "moderator":
        return _("A moderator has closed the comments on this page.")
    return _("The comments on this page are closed.")


def _unreadable(error: Unreadable, _: Gettext) -> str:
    return {
        "encoding": _("The text did not arrive as UTF-8. Please send it again from the page."),
        "fields": _("The form has too many fields. Please send it from the page itself."),
        "json": _("The body is not JSON."),
        "object": _("The body must be one JSON object."),
        "twice": _("A field stands in the JSON object twice."),
    }[error.why]


def _stale(error: StaleDecision, _: Gettext) -> str:
    if error.by_author:
        return _("Its author changed it meanwhile. Look at it again before you decide.")
    who = error.who or _("a rule")
    return _("Decided meanwhile by %(who)s. Look at it again before you decide.") % {"who": who}


def _said(sentence: str) -> Callable[[HandbillError, Gettext], str]:
    return lambda _error, _: _(sentence)


_TABLE: Mapping[type[Exception], tuple[int, str, Callable[..., str]]] = {
    UnknownThread: (404, "unknown-thread", _said(_mark("There is no page with these comments."))),
    UnknownComment: (404, "unknown-comment", _said(_mark("There is no such comment."))),
    UnknownMail: (404, "unknown-mail", _said(_mark("There is no such mail any more."))),
    MailOff: (403, "mail-off", _said(_mark("This site sends no mail. You can follow its feeds."))),
    NotOnPage: (
        404,
        "not-on-page",
        _said(_mark("This comment is not on the page, or no longer.")),
    ),
    NotYours: (
        403,
        "not-yours",
        _said(
            _mark(
                "Only the browser that sent a comment can edit or withdraw it. If you wrote this "
                "one, please come back with that browser."
            )
        ),
    ),
    NotEditable: (
        403,
        "not-editable",
        _said(
            _mark(
                "This comment cannot be edited: a moderator wrote it, edited it, or made an answer "
                "of it."
            )
        ),
    ),
    UnknownLetter: (404, "unknown-letter", _said(_mark("There is no such letter on this site."))),
    NothingCounted: (
        403,
        "nothing-counted",
        _said(_mark("This letter does not count who sends it. Thank you for sending it.")),
    ),
    UnknownParent: (
        422,
        "unknown-parent",
        _said(_mark("The comment you reply to is not on the page. It may have been removed.")),
    ),
    ThreadClosed: (403, "closed", _closed),
    SaidAlready: (
        409,
        "said-already",
        _said(_mark("We have this comment already. You do not need to send it again.")),
    ),
    CrossSite: (
        403,
        "cross-site",
        _said(
            _mark(
                "This was not sent from our own page, but from another site or a saved copy. "
                "Please open the page itself and send it from there."
            )
        ),
    ),
    Unreadable: (400, "unreadable", _unreadable),
    StaleDecision: (409, "stale", _stale),
    ImpossibleDecision: (
        409,
        "impossible",
        _said(_mark("This cannot be done with the comment as it is now.")),
    ),
    BadLink: (
        410,
        "bad-link",
        _said(_mark("This link is wrong, was used already or is too old. Ask for a new one.")),
    ),
    UnknownProvider: (
        404,
        "unknown-provider",
        _said(_mark("One cannot sign in here with this provider (any more).")),
    ),
    SignInFailed: (
        400,
        "sign-in-failed",
        _said(
            _mark(
                "Signing in did not work, and we know no more about you than before. "
                "Please try again, or go on without: you need not sign in to comment."
            )
        ),
    ),
    WrongPassword: (
        403,
        "wrong-password",
        _said(_mark("E-mail and password do not fit together. Please try again.")),
    ),
    WrongCode: (
        403,
        "wrong-code",
        _said(
            _mark("This code is wrong, was used already or is too old. Please take the next one.")
        ),
    ),
    NotAllowed: (
        403,
        "not-allowed",
        _said(_mark("Your role does not let you do this. Ask an owner of the site.")),
    ),
    UnknownPerson: (
        404,
        "unknown-person",
        _said(_mark("There is nobody of this number (any more).")),
    ),
    LastOwner: (
        409,
        "last-owner",
        _said(
            _mark(
                "This is the last owner: nobody could look after the others. "
                "Make somebody else an owner first."
            )
        ),
    ),
    SiteTrouble: (
        503,
        "site-trouble",
        _said(_mark("The site is being changed. Please try again in a minute.")),
    ),
}


def http_sentence(status: int, lang: str) -> str:
    """Return what to say for a plain HTTP error."""
    _ = translations(lang).gettext
    return {
        400: _("This request cannot be understood."),
        404: _("There is nothing at this address."),
        405: _("This cannot be done at this address."),
        413: _("This is too much for one comment. Please send it in parts."),
        415: _("A comment is sent as a form or as JSON, in UTF-8."),
        503: _("The comments are not reachable right now. Please try again in a minute."),
    }.get(status, _("Something went wrong on our side. Please try again in a minute."))
