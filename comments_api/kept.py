"""What is kept of whoever uses a browser, as far as it may be shown there, and erasing it.

Two cookies lead to it: one that stays, and one that ends with the browser. What belongs to pages
about people in danger is shown by the latter only: the former is still there for whoever uses the
computer next. The caller gives a session and commits it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import erasure, identities, locking, privacy
from comments_api.erasure import Erased
from comments_api.errors import UnknownComment
from comments_api.mail import subscriptions
from comments_api.manifest import Manifest
from comments_api.models import Comment, Identity, Status, Subscription, Thread
from comments_api.privacy import Whose


@dataclass(frozen=True, slots=True)
class Cookies:
    """By what a browser is known; keyed hashes.

    :ivar lasting: of the cookie of ordinary pages.
    :ivar passing: of the one of pages about people in danger, which ends with the browser.
    """

    lasting: str | None = None
    passing: str | None = None

    @property
    def all(self) -> list[str]:
        """Those that there are."""
        return [one for one in (self.passing, self.lasting) if one is not None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of somebody, and may be shown in her browser.

    :ivar person: as whom she is known, if she ever showed it.
    :ivar passing: she is known until the browser is closed.
    :ivar sensitive: something of it belongs to a page about people in danger.
    """

    person: Identity | None
    passing: bool
    comments: Sequence[Comment]
    subscriptions: Sequence[Subscription]
    sensitive: bool


def of_browser(session: orm.Session, manifest: Manifest, cookies: Cookies) -> Kept:
    """Return what is kept of whoever uses a browser: comments newest first."""
    person = identities.known(session, cookies.passing)
    passing = person is not None
    person = person or identities.known(session, cookies.lasting)
    whose = _whose(person, cookies)
    sight = _Sight(manifest, cookies, passing)
    comments = [one for one in privacy.comments_of(session, whose) if sight.of_comment(one)]
    mails = [
        one
        for email in privacy.addresses_of(session, whose)
        for one in subscriptions.of(session, email)
        if sight.of_thread(one.thread_key)
    ]
    keys = {one.thread.key for one in comments} | {one.thread_key for one in mails}
    return Kept(person, passing, comments[::-1], mails, any(map(manifest.is_sensitive, keys)))


def export(
    session: orm.Session, manifest: Manifest, cookies: Cookies, now: datetime
) -> dict[str, Any]:
    """Return all that `of_browser` shows, and what else is kept with it, as plain JSON."""
    shown = of_browser(session, manifest, cookies)
    found = privacy.export_of(session, _whose(shown.person, cookies), now)
    sight = _Sight(manifest, cookies, shown.passing)
    ids = {comment.id for comment in shown.comments}
    threads = _threads(session, [one["comment"] for one in found["complaints"]])
    return found | {
        "comments": [one for one in found["comments"] if one["id"] in ids],
        "subscriptions": [one for one in found["subscriptions"] if sight.of_thread(one["thread"])],
        "complaints": [
            one for one in found["complaints"] if sight.of_thread(threads[one["comment"]])
        ],
    }


def comment_of(session: orm.Session, manifest: Manifest, cookies: Cookies, number: str) -> Comment:
    """Return a comment of hers, locked.

    :param number: its id, as an address names it.
    :raise UnknownComment: if there is none, or it is not shown to this browser: one answer.
    """
    shown = of_browser(session, manifest, cookies)
    found = next((one for one in shown.comments if str(one.id) == number), None)
    if found is None:
        raise UnknownComment(number)
    return locking.locked(session, found.id)


def end_subscription(
    session: orm.Session, manifest: Manifest, cookies: Cookies, number: str
) -> None:
    """End one of her subscriptions; one that is not hers, or ended already, changes nothing.

    :param number: its id, as an address names it.
    """
    shown = of_browser(session, manifest, cookies)
    subscriptions.end(session, [one.id for one in shown.subscriptions if str(one.id) == number])


def erase_all(
    session: orm.Session, cookies: Cookies, now: datetime, *, with_text: bool, secret: str
) -> Erased:
    """Erase everything of hers, shown here or not."""
    person = identities.known(session, cookies.passing)
    person = person or identities.known(session, cookies.lasting)
    whose = _whose(person, cookies)
    return erasure.erase_person(session, whose, now, with_text=with_text, secret=secret)


def _whose(person: Identity | None, cookies: Cookies) -> Whose:
    """Return by what her data is found: never by an address that anybody could have typed."""
    return Whose(identity_id=person.id if person else None, readers=cookies.all)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What a browser may show of somebody.

    :ivar passing: it knows her until it is closed.
    """

    manifest: Manifest
    cookies: Cookies
    passing: bool

    def of_thread(self, thread_key: str) -> bool:
        # Nobody knows any more what a page that is gone was about.
        gone = bool(thread_key) and thread_key not in self.manifest.threads
        return self.passing or not (gone or self.manifest.is_sensitive(thread_key))

    def of_comment(self, comment: Comment) -> bool:
        if comment.status == Status.WITHDRAWN:
            return False  # a tombstone keeps nothing of her
        if comment.reader is not None and comment.reader == self.cookies.passing:
            return True
        own = comment.reader is not None and comment.reader == self.cookies.lasting
        gone = comment.thread.key not in self.manifest.threads
        return self.of_thread(comment.thread.key) or (own and gone)


def _threads(session: orm.Session, ids: Sequence[int]) -> dict[int, str]:
    statement = (
        sa.select(Comment.id, Thread.key)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Comment.id.in_(ids))
    )
    return {number: key for number, key in session.execute(statement)}  # noqa: C416
