"""Who asks, as far as a request tells: cookies of readers, sessions and browsers, its network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, g, request
from sqlalchemy import orm

from comments_api import authorship, devices, identities, senders, sessions
from comments_api.application import handbill
from comments_api.kept import Cookies
from comments_api.manifest import ThreadInfo
from comments_api.models import MODERATING, Identity
from comments_api.sessions import SignedIn

DEVICE_LIFE = timedelta(days=365)
ALONE = "moderation.counts"  # the script asks it by itself: no session lasts longer for that


def _name(plain: str) -> str:
    # The prefix binds a cookie to https and this host; browsers refuse it on plain http.
    return f"__Host-{plain}" if handbill().settings.https else plain


def _guarded() -> dict[str, Any]:
    """Return how every cookie of ours is set, and taken away."""
    return {"secure": handbill().settings.https, "httponly": True, "samesite": "Lax", "path": "/"}


def _reader_name(*, sensitive: bool) -> str:
    # Two cookies, so that one that stays never leads to what was said on a sensitive page.
    return _name("reader-once" if sensitive else "reader")


def reader_token(*, sensitive: bool) -> str | None:
    """Return the value of the reader's cookie for such pages, if the browser has one."""
    return request.cookies.get(_reader_name(sensitive=sensitive))


def reader(*, sensitive: bool) -> str | None:
    """Return what is stored of the reader's cookie, if the browser has one."""
    token = reader_token(sensitive=sensitive)
    return senders.reader_hash(handbill().secret, token) if token else None


def remember_reader(answer: Response, token: str, *, sensitive: bool) -> None:
    """Set the reader's cookie; on sensitive pages it ends with the browser."""
    answer.set_cookie(
        _reader_name(sensitive=sensitive),
        token,
        max_age=None if sensitive else identities.BROWSER_LIFE,
        **_guarded(),
    )


def cookies() -> Cookies:
    """Return by what the browser is known."""
    return Cookies(lasting=reader(sensitive=False), passing=reader(sensitive=True))


def known(session: orm.Session, *, sensitive: bool) -> Identity | None:
    """Return whose browser this is, as far as such pages may know it.

    The cookie that stays tells nothing of her on sensitive pages, and nothing of them to others.
    """
    found = identities.known(session, reader(sensitive=True))
    return found if found or sensitive else identities.known(session, reader(sensitive=False))


def forget_reader(answer: Response) -> Response:
    """Take both readers' cookies from the browser."""
    for sensitive in (True, False):
        answer.delete_cookie(_reader_name(sensitive=sensitive), **_guarded())
    return answer


def moderator() -> SignedIn | None:
    """Return the signed-in moderator that the request comes from, if one does."""
    if "moderator" not in g:
        g.moderator = _signed_in(request.cookies.get(_name("session")))
    found: SignedIn | None = g.moderator
    return found


def speaks_in(info: ThreadInfo) -> SignedIn | None:
    """Return who is signed in, if she speaks for the campaign in this thread."""
    found = moderator()
    if found is None or found.role in MODERATING:
        return found
    return found if authorship.is_by(info, found.name) else None


def _signed_in(token: str | None) -> SignedIn | None:
    if not token:
        return None
    shared = handbill()
    with shared.database.session() as session:
        herself = request.endpoint != ALONE
        return sessions.who(session, token, shared.now(), *session_life(), herself=herself)


def session_life() -> tuple[timedelta, timedelta]:
    """Return how long a session lasts without being used, and at most."""
    conf = handbill().settings
    return timedelta(minutes=conf.session_idle_minutes), timedelta(hours=conf.session_hours)


def session_token() -> str:
    """Return the value of the session cookie, or nothing."""
    return request.cookies.get(_name("session"), "")


def begin_session(answer: Response, token: str) -> Response:
    """Set the session cookie; a session that the browser had before ends on the server."""
    _end_on_server()
    return renew_session(answer, token)


def renew_session(answer: Response, token: str) -> Response:
    """Set the session cookie, where the session before has ended already."""
    answer.set_cookie(_name("session"), token, **_guarded())
    return answer


def end_session(answer: Response) -> Response:
    """End the session on the server and in the browser."""
    _end_on_server()
    answer.delete_cookie(_name("session"), **_guarded())
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


def _end_on_server() -> None:
    if token := session_token():
        with handbill().database.session() as session:
            sessions.end(session, token)


def device_of(email: str) -> str | None:
    """Return what names this browser, if somebody with this e-mail signed in here before."""
    token = request.cookies.get(_name("device"), "")
    return devices.known(handbill().secret, token, email)


def remember_device(answer: Response, email: str) -> Response:
    """Let this browser be known as one in which somebody signed in."""
    answer.set_cookie(
        _name("device"),
        devices.token(handbill().secret, email),
        max_age=DEVICE_LIFE,
        **_guarded(),
    )
    return answer


def device_words() -> str:
    """Return what the browser says it is."""
    return devices.words(request.headers.get("User-Agent", ""))


def network() -> str:
    """Return a name for the network that asks, which means nothing tomorrow; for limits."""
    shared = handbill()
    return senders.daily_hash(shared.secret, address_block() or "", shared.now())


def address_block() -> str | None:
    """Return the block that the request's address lies in; the address itself goes no further."""
    return senders.block_of(address())


def address() -> str | None:
    """Return the request's address, which is never stored: only hashes of it that last a day."""
    return senders.address_of(
        request.remote_addr,
        request.headers.get("X-Forwarded-For", ""),
        handbill().settings.trusted_proxies,
    )
