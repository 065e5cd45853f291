"""From rows of the outbox to a mail: one language, plain text, nothing of a visitor's to press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import orm

from comments_api import complaints, confirmations, kept_words, rules
from comments_api.mail import (
    announcing,
    decision_links,
    links,
    notices,
    rejections,
    subscriptions,
    truth,
)
from comments_api.mail.audience import Why
from comments_api.mail.headers import Message
from comments_api.mail.office import Office
from comments_api.mail.outbox import Kind
from comments_api.mail.plain import drawn, number_of
from comments_api.mail.quoting import quoted, said
from comments_api.manifest import Manifest
from comments_api.models import Comment, Edit, Outbox, Status, Thread
from comments_api.text import one_line
from comments_api.translation import mark as _mark
from comments_api.translation import translations

MOST = 20  # items of one mail; who gets more is told how many
ALONE, TOGETHER = 2_000, 400  # characters of a comment that are repeated


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a mail tells.

    :ivar what: a kind of event, and why she is told: it chooses the words.
    :ivar name: of whoever wrote the comment.
    :ivar title: of its page.
    :ivar words: of the comment, behind `>`; none from pages about people in danger.
    :ivar careful: the subject, which everybody sees, must not say what it is about.
    :ivar decisions: links with which this moderator decides without signing in, by action.
    """

    what: str
    title: str
    url: str
    careful: bool
    name: str = ""
    words: str = ""
    reasons: Sequence[str] = field(default_factory=tuple)
    decisions: Mapping[str, str] = field(default_factory=dict)


def compose(
    session: orm.Session, rows: Sequence[Outbox], office: Office, manifest: Manifest, now: datetime
) -> Message | None:
    """Return the one mail that these rows make, or None if nothing of them is true any more."""
    if rows[0].kind in notices.KINDS:
        return notices.compose(session, rows[0], office, manifest, now)
    if rows[0].kind == Kind.REJECTED:
        return rejections.compose(session, rows[0], office, manifest)
    if rows[0].kind == Kind.CONFIRM:
        return _confirmation(session, rows[0], office, manifest, now)
    still = [r for r in rows if truth.wanted(session, r) and truth.holds(session, r, manifest)]
    told = list({(row.kind, row.comment_id, row.payload.get("key")): row for row in still}.values())
    if not told:
        return None
    lang, name = told[0].lang, one_line(manifest.site["name"])
    longest = ALONE if len(told) == 1 else TOGETHER
    items = [_item(session, row, office, manifest, lang, longest, now) for row in told[:MOST]]
    ids = sorted({row.subscription_id for row in told if row.subscription_id is not None})
    unsubscribe = f"{office.site_url}/api/follow/end/{links.end_token(office.secret, ids)}"
    text = drawn(
        "news.txt",
        lang,
        items=items,
        more=len(told) - len(items),
        site_name=name,
        site_url=office.site_url,
        unsubscribe=f"{unsubscribe}?lang={lang}" if ids else "",
    )
    return Message(
        recipient=told[0].recipient,
        subject=_subject(items, len(told), lang, name),
        text=text,
        lang=lang,
        number=number_of(rows[0]),
        unsubscribe=unsubscribe if ids else "",
    )


def _confirmation(
    session: orm.Session, row: Outbox, office: Office, manifest: Manifest, now: datetime
) -> Message | None:
    if not truth.link_works(session, row, now):
        return None
    wished = [
        kept_words.wished(one, manifest, row.lang)
        for one in subscriptions.of(session, row.recipient)
        if one.confirmed is None
    ]
    text = drawn(
        "confirm.txt",
        row.lang,
        site_name=one_line(manifest.site["name"]),
        url=f"{office.site_url}/api/confirm/{row.payload['token']}?lang={row.lang}",
        wished=wished,
        quiet=confirmations.QUIET.days,
    )
    subject = translations(row.lang).gettext("Is this your address?")
    return Message(row.recipient, subject, text, row.lang, number_of(row))


# -- items ------------------------------------------------------------------------------------


def _item(
    session: orm.Session,
    row: Outbox,
    office: Office,
    manifest: Manifest,
    lang: str,
    longest: int,
    now: datetime,
) -> Item:
    if row.kind == Kind.NEW_PAGE:
        return _page(row, office, manifest, lang)
    comment = session.get_one(Comment, row.comment_id)
    info = manifest.threads[session.get_one(Thread, comment.thread_id).key]
    address, title = info.page(lang)
    careful = bool(info.context["sensitive"])
    edit = session.get(Edit, comment.id) if row.kind == Kind.HELD else None
    for_moderators = row.payload.get("why") == Why.MODERATOR
    return Item(
        what=_what(row),
        title=one_line(title),
        url=office.site_url
        + (_card(row) if for_moderators else address)
        + f"#comment-{comment.id}",
        careful=careful,
        name=said(comment.author_name),
        words="" if careful else quoted(edit.rendered if edit else comment.rendered, longest),
        reasons=_reasons(session, row, edit or comment, lang) if for_moderators else (),
        decisions={} if careful or edit else _decisions(row, comment, office, now),
    )


def _decisions(row: Outbox, comment: Comment, office: Office, now: datetime) -> Mapping[str, str]:
    """Return links to decide with, in a mail that goes to one moderator alone."""
    bundle = row.bundle or ""
    alone = row.kind == Kind.HELD and bundle.startswith(truth.STAFF)
    if not alone or comment.status != Status.PENDING:
        return {}
    moderator_id = int(bundle.removeprefix(truth.STAFF))
    made = decision_links.tokens(office.secret, comment.id, comment.version, moderator_id, now)
    return {action: f"{office.site_url}/moderate/decide/{said}" for action, said in made.items()}


def _what(row: Outbox) -> str:
    if row.kind == Kind.PUBLISHED:
        return f"{row.kind}-{row.payload.get('why')}"
    return f"{row.kind}-legal" if row.payload.get("legal") else row.kind


def _card(row: Outbox) -> str:
    """Return the moderators' page on which a comment stands."""
    if row.kind == Kind.COMPLAINED:
        return "/moderate/reported"
    return f"/moderate/comments/{row.comment_id}"


def _reasons(session: orm.Session, row: Outbox, text: Comment | Edit, lang: str) -> Sequence[str]:
    """Return why a moderator should look, in our words."""
    if row.kind == Kind.HELD:
        return [said(rules.words(reason, lang)) for reason in text.reasons]
    found = complaints.of_comments(session, [row.comment_id or 0])[row.comment_id or 0]
    return list(dict.fromkeys(complaints.words(one.reason, lang) for one in found))


def _page(row: Outbox, office: Office, manifest: Manifest, lang: str) -> Item:
    page = announcing.page_of(manifest, row.payload["key"])
    assert page is not None  # see truth.holds
    address, title = page["pages"].get(lang) or page["pages"][page["lang"]]
    url = f"{office.site_url}{address}"
    return Item(f"{row.kind}-{page['kind']}", one_line(title), url, page["sensitive"])


# -- words ------------------------------------------------------------------------------------


# Of each kind of item: the subject with the title, and without it.
_SUBJECTS = {
    "held": (_mark("It waits for you: a comment on %(title)s"), _mark("A comment waits for you")),
    "complained": (
        _mark("A reader reports a comment on %(title)s"),
        _mark("A reader reports a comment"),
    ),
    "complained-legal": (
        _mark("A legal notice about a comment on %(title)s"),
        _mark("A legal notice about a comment"),
    ),
    "published-own": (
        _mark("Your comment on %(title)s is on the page"),
        _mark("Your comment is on the page"),
    ),
    "published-reply": (
        _mark("Somebody answered you on %(title)s"),
        _mark("Somebody answered you"),
    ),
    "published-author": (_mark("A new comment on %(title)s"), _mark("A new comment")),
    "published-thread": (_mark("A new comment on %(title)s"), _mark("A new comment")),
    "new-page-post": (_mark("New: %(title)s"), _mark("A new post")),
    "new-page-letter": (_mark("A letter to send: %(title)s"), _mark("A letter to send")),
}
_WAITING = frozenset({"held", "complained", "complained-legal"})


def _subject(items: Sequence[Item], number: int, lang: str, site_name: str) -> str:
    """Return a subject in our words; the only other ones in it are the title of a page."""
    words = translations(lang)
    if number == 1:
        titled, plain = _SUBJECTS[items[0].what]
        if items[0].careful:
            return words.gettext(plain)
        return words.gettext(titled) % {"title": items[0].title}
    if all(item.what in _WAITING for item in items):
        sentence = words.ngettext(
            "%(num)d comment waits for you", "%(num)d comments wait for you", number
        )
        return sentence % {"num": number}
    return words.gettext("News from %(site)s") % {"site": site_name}
