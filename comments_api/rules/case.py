"""What is judged: one text that arrives, with what is known of whoever sent it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from comments_api.drafts import Draft
from comments_api.manifest import ThreadInfo


@dataclass(frozen=True, slots=True)
class Case:
    """A new comment, or a new text of one.

    :ivar reader: keyed hash of the reader's cookie.
    :ivar identity_id: of whom the reader showed herself to be; only she is ever trusted.
    :ivar trap: what the field was filled with that nobody sees.
    :ivar seconds: since the form was drawn, by its signed stamp; none is no reason.
    :ivar comment_id: of the comment that is edited: its own text is no repetition.
    :ivar site_name: nobody may call herself so.
    """

    thread: ThreadInfo
    thread_id: int
    draft: Draft
    now: datetime
    moderator_id: int | None = None
    reader: str | None = None
    identity_id: int | None = None
    address_block: str | None = None
    trap: str = ""
    seconds: float | None = None
    comment_id: int | None = None
    site_name: str = ""


def said(content: str) -> str:
    """Name what makes two texts the same; white space and capitals do not count."""
    words = " ".join(content.casefold().split())
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
