"""What of a foreign comment can be kept as it is; what cannot is changed, and said."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from comments_api import drafts, markup, senders, text
from comments_api.models import CommentKind, Status
from comments_api.transfer.escaping import quoted
from comments_api.transfer.foreign import Foreign
from comments_api.transfer.markup_of import rendered, to_markup
from comments_api.translation import translations

ADDRESS_LIFE = timedelta(days=30)  # as by default; what a setting makes shorter, the worker takes
IMPORTED, PRIVATE = "imported", "private-page"
# What WordPress and browsers leave in a field that nobody filled in.
_NO_WEBSITE = {"", "http://", "https://", "http:", "https:"}


@dataclass(frozen=True, slots=True)
class Clean:
    """A foreign comment as it is stored.

    :ivar notes: what was changed, in words.
    """

    values: dict[str, object]
    notes: tuple[str, ...]


def clean(foreign: Foreign, created: datetime, lang: str, now: datetime) -> Clean:
    """Return a comment as it is stored, but for its thread and what it answers."""
    notes: list[str] = []
    status = _status(foreign)
    gone = foreign.status == Status.WITHDRAWN
    source = "" if gone else _source(foreign, notes)
    source, html = _shown(source, notes)
    reasons = [IMPORTED, *([PRIVATE] if status != foreign.status else [])]
    return Clean(
        {
            "kind": foreign.kind.value,
            "status": status.value,
            "version": 1,
            "author_name": "" if gone else _name(foreign, lang, notes),
            "author_email": "" if gone else _email(foreign, notes),
            "author_url": "" if gone else _website(foreign, notes),
            "source": source,
            "rendered": html,
            "renderer": markup.RENDERER,
            "reasons": reasons,
            "lang": lang,
            "address_block": None if gone else _block(foreign, created, now),
            "created": created,
            # What nobody sees goes after a while; that while begins here.
            "changed": created if status in {Status.APPROVED, Status.WITHDRAWN} else now,
        },
        tuple(notes),
    )


def _status(foreign: Foreign) -> Status:
    """Hold what stood on a page that the public could not read."""
    hidden = foreign.page.hidden and foreign.status == Status.APPROVED
    return Status.PENDING if hidden else foreign.status


def _source(foreign: Foreign, notes: list[str]) -> str:
    plain = _typable(foreign.text, notes)
    source = to_markup(plain) if foreign.is_html else plain.strip()
    if (length := len(source)) > drafts.LONGEST["content"]:
        notes.append(f"its text has {length:,} characters, and is kept whole")
    return source


def _shown(source: str, notes: list[str]) -> tuple[str, str]:
    """Return source and HTML; of what could not be shown as markup, as plain text."""
    try:
        html = rendered(source)
    except markup.TooDeep:
        notes.append("quotes or lists too deep inside each other: shown as plain text")
    else:
        if not text.is_blank(markup.plain(html)) or "<hr>" in html:
            return source, html
        if text.is_blank(source):
            return "", ""
        notes.append("nothing of it would be seen: shown as plain text")
    source = quoted(source)
    return source, rendered(source)


def _typable(value: str, notes: list[str]) -> str:
    """Return a text without the characters that no keyboard writes."""
    value = text.normal(value)
    if not text.has_forbidden(value):
        return value
    notes.append("characters that cannot be shown were taken out of its text")
    return "".join(char for char in value if not text.has_forbidden(char))


def _name(foreign: Foreign, lang: str, notes: list[str]) -> str:
    given = " ".join(text.normal(foreign.author_name).split())
    name = "".join(c for c in given if not text.has_forbidden(c) and not text.has_tricks(c)).strip()
    if text.has_tricks(name):  # piles of marks, which reach over the lines above and below
        name = "".join(c for c in name if unicodedata.category(c) not in {"Mn", "Me"})
    if name != given:
        notes.append("characters that can mislead were taken out of its author's name")
    if (length := len(name)) > drafts.LONGEST["author_name"]:
        notes.append(f"its author's name has {length} characters, and is kept whole")
    # A mention has no author; it is the other site that is named.
    return name if not text.is_blank(name) else translations(lang).gettext("Anonymous")


def _email(foreign: Foreign, notes: list[str]) -> str:
    given = text.normal(foreign.author_email).strip()
    if not given or drafts.is_email(given):
        return given
    notes.append("its author's e-mail address was none")
    return ""


def _website(foreign: Foreign, notes: list[str]) -> str:
    given = text.normal(foreign.author_url).strip()
    if given in _NO_WEBSITE:
        return ""
    fits = len(given) <= drafts.LONGEST["author_url"]
    if fits and not text.has_forbidden(given) and markup.is_website(given):
        return given
    notes.append(
        f"its {'source' if foreign.kind == CommentKind.MENTION else 'website'} was no address"
    )
    return ""


def _block(foreign: Foreign, created: datetime, now: datetime) -> str | None:
    recent = now - created < ADDRESS_LIFE
    return senders.block_of(foreign.address.strip()) if recent else None
