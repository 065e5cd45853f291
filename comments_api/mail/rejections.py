"""Telling somebody why a moderator did not publish her comment, in the moderator's own words."""

from __future__ import annotations

from sqlalchemy import orm

from comments_api import rejecting
from comments_api.mail import links, truth
from comments_api.mail.headers import Message
from comments_api.mail.office import Office
from comments_api.mail.plain import drawn, number_of
from comments_api.mail.quoting import quoted
from comments_api.manifest import Manifest
from comments_api.models import Comment, Outbox, Thread
from comments_api.text import one_line
from comments_api.translation import translations

LONGEST = 2_000  # characters of the comment that are repeated


def compose(
    session: orm.Session, row: Outbox, office: Office, manifest: Manifest
) -> Message | None:
    """Return the mail, or None if the comment is no longer rejected so."""
    if not (truth.wanted(session, row) and truth.holds(session, row, manifest)):
        return None
    comment = session.get_one(Comment, row.comment_id)
    info = manifest.threads[session.get_one(Thread, comment.thread_id).key]
    title, careful = one_line(info.page(row.lang)[1]), bool(info.context["sensitive"])
    end = _end(row, office)
    text = drawn(
        "rejected.txt",
        row.lang,
        title=title,
        words="" if careful else quoted(comment.rendered, LONGEST),
        reason=rejecting.words(row.lang)[str(row.payload["reason"])],
        sentence=str(row.payload["sentence"]),
        policy=office.site_url + info.context["policy_url"],
        site_name=one_line(manifest.site["name"]),
        unsubscribe=f"{end}?lang={row.lang}" if end else "",
    )
    subject = _subject(title, row.lang, careful=careful)
    return Message(row.recipient, subject, text, row.lang, number_of(row), end)


def _subject(title: str, lang: str, *, careful: bool) -> str:
    _ = translations(lang).gettext
    if careful:  # everybody who sees her screen sees it
        return _("About your comment")
    return _("About your comment on %(title)s") % {"title": title}


def _end(row: Outbox, office: Office) -> str:
    """Return the link that ends her subscription, if it was one that led to her."""
    if row.subscription_id is None:
        return ""
    token = links.end_token(office.secret, [row.subscription_id])
    return f"{office.site_url}/api/follow/end/{token}"
