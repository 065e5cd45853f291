"""The exceptions of the core, each a sentence of the domain. What is said of them: problems.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime


class HandbillError(Exception):
    """The base of all errors that Handbill raises on purpose."""


class BadSetting(HandbillError):
    """Raised if a setting is unknown, missing or makes no sense."""


class DatabaseTrouble(HandbillError):
    """Raised if the database is missing, unreadable or of another version."""


class SiteTrouble(HandbillError):
    """Raised if there is no live site, or a build cannot become one."""


class PageDamaged(HandbillError):
    """Raised if a page lacks the markers that the manifest promises."""


class UnknownThread(HandbillError):
    """Raised if no built page has this thread."""


class UnknownParent(HandbillError):
    """Raised if the comment replied to is not a public one of the same thread."""


class ThreadClosed(HandbillError):
    """Raised if the thread takes no more comments.

    :ivar why: closed by a `moderator` or its `author`, with `all` others, since its `date`
        passed, or `full`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class InvalidDraft(HandbillError):
    """Raised if fields of a comment are wrong.

    :ivar errors: a sentence for each field, in the reader's language.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = dict(errors)


class SaidAlready(HandbillError):
    """Raised if the same person already sent the same text to the same place."""


class Nudge(HandbillError):
    """Raised if a rule would hold a comment for what whoever wrote it could mend, and she may.

    :ivar reasons: of the rules, with their details.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


class TooMany(HandbillError):
    """Raised if a limit is used up.

    :ivar wait: whole seconds until it is worth trying again.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(f"try again in {wait} s")
        self.wait = wait


class UnknownLetter(HandbillError):
    """Raised if no built page has this letter."""


class LetterClosed(HandbillError):
    """Raised if a letter is closed, won or superseded, so that its count stays as it is.

    :ivar sent: how many told us that they sent it; None if it never counted.
    """

    def __init__(self, sent: int | None) -> None:
        super().__init__(str(sent))
        self.sent = sent


class NothingCounted(HandbillError):
    """Raised if a letter does not count who sends it."""


class NetworkBusy(TooMany):
    """Raised if so many reports came from one network that we cannot tell its people apart."""


class UnknownComment(HandbillError):
    """Raised if there is no comment with this id."""


class NotOnPage(HandbillError):
    """Raised if a comment is not public (any more), or never was: one answer for all of it."""


class NotYours(HandbillError):
    """Raised if another browser than the one that sent a comment wants to change it."""


class TooLate(HandbillError):
    """Raised if the time is over in which its author can change a comment.

    :ivar minutes: how many she had.
    """

    def __init__(self, minutes: int) -> None:
        super().__init__(f"after {minutes} min")
        self.minutes = minutes


class NotEditable(HandbillError):
    """Raised if readers cannot edit a comment: a moderator wrote, edited or marked it."""


class UnknownMail(HandbillError):
    """Raised if no mail of this number was given up."""


class MailOff(HandbillError):
    """Raised if this site sends no mail."""


class ImpossibleDecision(HandbillError):
    """Raised if a comment of this status cannot be decided so."""


class StaleDecision(HandbillError):
    """Raised if the comment was changed since the moderator saw it.

    :ivar status: what it is now.
    :ivar who: the name of the moderator who decided, or None.
    :ivar when: the time of that decision, or None.
    :ivar by_author: whoever wrote the comment changed it, and no moderator.
    """

    def __init__(
        self, status: str, who: str | None, when: datetime | None, *, by_author: bool = False
    ) -> None:
        super().__init__(status)
        self.status = status
        self.who = who
        self.when = when
        self.by_author = by_author


class BadLink(HandbillError):
    """Raised if a one-time link is wrong, used or too old: one answer for all three."""


class UnknownProvider(HandbillError):
    """Raised if nobody can sign in with a provider of this name."""


class SignInFailed(HandbillError):
    """Raised if signing in with a provider did not work; its text is for the log only."""


class WrongPassword(HandbillError):
    """Raised if the e-mail is unknown or the password wrong: one answer for both."""


class WrongCode(HandbillError):
    """Raised if a code of the second factor is wrong, was used already or is too old."""


class NotAllowed(HandbillError):
    """Raised if somebody who is signed in asks for what her role does not let her do."""


class UnknownPerson(HandbillError):
    """Raised if nobody who works on the site has this number, or no session of hers."""


class LastOwner(HandbillError):
    """Raised if the last owner would be removed or made less: nobody could undo it."""


class UnreadableExport(HandbillError):
    """Raised if a file of another system cannot be imported; says what is wrong, and where."""


class ImportTrouble(HandbillError):
    """Raised if what was read cannot be put into the database; nothing was changed."""
