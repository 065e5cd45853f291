"""What moderators tell each other about a comment; no reader ever sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api import locking
from comments_api import text as texts
from comments_api.drafts import wrong_text
from comments_api.errors import InvalidDraft
from comments_api.models import Note
from comments_api.translation import translations

LONGEST = 2_000


def add(
    session: orm.Session,
    comment_id: int,
    text: str,
    moderator_id: int,
    now: datetime,
    *,
    lang: str = "en",
) -> Note:
    """Store a note beside a comment, and return it; sent twice, it is stored once.

    :raise UnknownComment: if there is no such comment.
    :raise InvalidDraft: if it is empty, too long or holds what cannot be shown.
    """
    if wrong := _wrong(text, lang):
        raise InvalidDraft({"note": wrong})
    locking.locked(session, comment_id)
    clean = texts.normal(text).strip()
    these = sa.select(Note).where(Note.comment_id == comment_id).order_by(Note.id.desc())
    last = session.scalars(these.limit(1)).first()
    if last is not None and (last.moderator_id, last.text) == (moderator_id, clean):
        return last
    note = Note(comment_id=comment_id, moderator_id=moderator_id, text=clean, created=now)
    session.add(note)
    session.flush()
    return note


def of(session: orm.Session, ids: Sequence[int]) -> dict[int, list[Note]]:
    """Return the notes beside these comments with their authors, oldest first."""
    statement = sa.select(Note).where(Note.comment_id.in_(ids)).order_by(Note.id)
    found: dict[int, list[Note]] = {comment_id: [] for comment_id in ids}
    for note in session.scalars(statement.options(orm.joinedload(Note.moderator))):
        found[note.comment_id].append(note)
    return found


def _wrong(text: str, lang: str) -> str | None:
    if wrong := wrong_text(text, LONGEST, lang):
        return wrong
    if texts.is_blank(text):
        return translations(lang).gettext("Please write something.")
    return None
