"""How long everything about people is kept: said in one table, and carried out by the worker.

The table is made from the settings that the worker obeys, so what the privacy page says is so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import confirmations, identities, limits
from comments_api.comments import record
from comments_api.errors import SiteTrouble
from comments_api.models import Comment, Complaint, Memento, Status, Thread
from comments_api.publishing import mark_dirty
from comments_api.settings import PREFIX, Settings
from comments_api.translation import translations

# On pages about people in danger the cookie ends with the browser, of which no server is told. The
# code shows an author for so long what of hers waits, and the rules what became of the rest.
PASSING_CODE = timedelta(days=7)
SENT_MAIL = timedelta(days=7)
DEAD_MAIL = timedelta(days=30)
_PROMISED = ("address_days", "removed_days")  # the settings that the table is made from
REMOVED = (Status.SPAM.value, Status.TRASH.value)
AT_ONCE = 200  # comments that are deleted in one transaction, so that nobody waits for it


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the table: what is kept, who can see it, and how long."""

    what: str
    seen_by: str
    how_long: str


def table(settings: Settings, lang: str) -> list[Kept]:
    """Return all that is kept of people, in the words of a language."""
    _ = translations(lang).gettext
    until_erased = _("until you withdraw it or have it erased")
    moderators, nobody = _("our moderators only"), _("nobody")
    removed = _days(settings.removed_days, lang)
    return [
        Kept(
            _("The name you choose, your text, and a website if you give one"),
            _("everybody, once it is published"),
            until_erased,
        ),
        Kept(_("Earlier texts of a comment that was edited"), moderators, until_erased),
        Kept(_("Your e-mail address, if you give one"), moderators, _("until you have it erased")),
        Kept(
            _("That an e-mail address is yours, or who you are where you signed in"),
            moderators,
            _("until you have it erased"),
        ),
        Kept(
            _("Part of your network address: the block it belongs to"),
            moderators,
            _days(settings.address_days, lang),
        ),
        Kept(
            _("A code for your network, against floods, which means nothing on the next day"),
            nobody,
            _days(limits.LIFE.days, lang),
        ),
        Kept(_("A comment that was spam or was removed"), moderators, removed),
        Kept(
            _("What a comment was before a moderator's decision, so that it can be undone"),
            moderators,
            removed,
        ),
        Kept(
            _("What our moderators tell each other about a comment"),
            moderators,
            _("as long as the comment, or until you have it erased"),
        ),
        Kept(
            _("An e-mail address, name or network that a moderator blocked"),
            moderators,
            _("until a moderator takes the block back, whatever else you have erased"),
        ),
        Kept(
            _("What you follow by e-mail"),
            nobody,
            _("until you end it; if you never confirm your address, %(time)s")
            % {"time": _hours(confirmations.LIFE, lang)},
        ),
        Kept(
            _("A mail to you: your address in it"),
            nobody,
            _(
                "until it is sent; that one was sent, %(time)s; one that cannot be sent, %(dead)s "
                "after we gave it up"
            )
            % {"time": _days(SENT_MAIL.days, lang), "dead": _days(DEAD_MAIL.days, lang)},
        ),
        Kept(
            _(
                "Your address, if we sent a link there and nobody said yes: so that we do not ask "
                "again and again"
            ),
            nobody,
            _days(confirmations.QUIET.days, lang),
        ),
        Kept(
            _("What you say when you report a comment"),
            moderators,
            _("%(time)s after a moderator has dealt with it") % {"time": removed},
        ),
        Kept(
            _("A cookie, when you have sent a comment; we keep a code made from it"),
            _("your browser and our server"),
            _(
                "%(time)s; on pages about people in danger, the cookie until you close the "
                "browser, the code %(less)s"
            )
            % {
                "time": _days(identities.BROWSER_LIFE.days, lang),
                "less": _days(PASSING_CODE.days, lang),
            },
        ),
        Kept(
            _("That you told us that you sent a letter"),
            _("everybody, as a number"),
            _("the number stays; a code for your network, until midnight (UTC)"),
        ),
        Kept(
            _("The record of what moderators decided: numbers, dates, reasons; no name, no text"),
            moderators,
            _("without end"),
        ),
        Kept(
            _("That somebody was erased: a code of the address, so that no import undoes it"),
            nobody,
            _("without end"),
        ),
    ]


def promised(settings: Settings) -> dict[str, int]:
    """Return the settings that the table depends on, for a build to remember what it says."""
    return {name: getattr(settings, name) for name in _PROMISED}


def refuse_false(promises: Mapping[str, int], settings: Settings) -> None:
    """Go on only if what a build's privacy page says is what these settings do.

    :raise SiteTrouble: names the setting that differs.
    """
    for name, does in promised(settings).items():
        says = promises.get(name, does)
        if says != does:
            setting = PREFIX + name.upper()
            raise SiteTrouble(
                f"The privacy page of this build says {says} days where {setting} is {does}: "
                f"build the site again with {setting}={does}."
            )


def _days(number: int, lang: str) -> str:
    return translations(lang).ngettext("%(num)d day", "%(num)d days", number) % {"num": number}


def _hours(span: timedelta, lang: str) -> str:
    number = span // timedelta(hours=1)
    return translations(lang).ngettext("%(num)d hour", "%(num)d hours", number) % {"num": number}


def forget(
    session: orm.Session, settings: Settings, now: datetime, sensitive: Collection[str] = ()
) -> bool:
    """Remove what has been kept long enough, and say whether that was all of it.

    Of removed comments it takes only so many at once that nobody waits for it; call it again.

    :param sensitive: the keys of the threads of pages about people in danger.
    """
    session.execute(
        sa.update(Comment)
        .where(
            Comment.created < now - timedelta(days=settings.address_days),
            Comment.address_block.is_not(None),
        )
        # The fingerprint is a hash of the block too, which could be found by trying all.
        .values(address_block=None, fingerprint=sa.literal("old ") + sa.cast(Comment.id, sa.Text))
    )
    _forget_browsers(session, sensitive, now)
    long_ago = now - timedelta(days=settings.removed_days)
    session.execute(sa.delete(Complaint).where(Complaint.settled < long_ago))
    session.execute(sa.delete(Memento).where(Memento.created < long_ago))
    return _delete_removed(session, long_ago, now) < AT_ONCE


def _forget_browsers(session: orm.Session, sensitive: Collection[str], now: datetime) -> None:
    """Forget from which browsers comments came."""
    in_danger = sa.select(Thread.id).where(Thread.key.in_(sensitive))
    passing = Comment.thread_id.in_(in_danger) & (Comment.created < now - PASSING_CODE)
    session.execute(
        sa.update(Comment)
        .where(
            Comment.reader.is_not(None),
            (Comment.created < now - identities.BROWSER_LIFE) | passing,
        )
        .values(reader=None)
        .execution_options(synchronize_session=False)
    )


def _delete_removed(session: orm.Session, long_ago: datetime, now: datetime) -> int:
    """Delete some of the spam and trash whose time is over, and say how many."""
    statement = (
        sa.select(Comment)
        .where(Comment.status.in_(REMOVED), Comment.changed < long_ago)
        .order_by(Comment.id.desc())  # replies before what they reply to
        .limit(AT_ONCE)
        # What somebody restores at this moment is left, and not what it was a moment ago.
        .with_for_update(key_share=True, skip_locked=True, of=Comment)
    )
    found = session.scalars(statement).all()
    for comment in found:
        delete(session, comment, now)
    return len(found)


def delete(
    session: orm.Session, comment: Comment, now: datetime, moderator_id: int | None = None
) -> None:
    """Delete a comment that no page shows; what replied to it moves up to what it replied to.

    :param moderator_id: of who wants that; without one, its time was over.
    """
    moved = session.scalars(
        sa.update(Comment)
        .where(Comment.parent_id == comment.id)
        .values(parent_id=comment.parent_id)
        .returning(Comment.id)
    ).all()
    if moved:  # feeds say what a comment answers
        mark_dirty(session, session.get_one(Thread, comment.thread_id), now)
    record(session, comment, "delete", comment.status, moderator_id, now)
    session.delete(comment)
    session.flush()
