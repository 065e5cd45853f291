"""What another system's comment is to us, before anything is decided of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from comments_api.models import CommentKind, Status


@dataclass(frozen=True, slots=True)
class Page:
    """A page of another system that was commented on.

    :ivar id: unique within that system.
    :ivar addresses: as it was linked, the best known first.
    :ivar hidden: why the public could not read it, in a word; empty if it could.
    :ivar slug: its own short name, if it has one.
    :ivar date: when it was written, in UTC.
    """

    id: str
    title: str = ""
    addresses: tuple[str, ...] = ()
    hidden: str = ""
    slug: str = ""
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A comment as another system holds it.

    :ivar id: unique within that system.
    :ivar date: in UTC; None if the system does not know it.
    :ivar is_html: its text is HTML; else it is markup as we have it.
    :ivar address: the sender's IP address, or a part of it.
    :ivar line: where it stands in the file, or 0.
    """

    id: str
    parent: str | None
    page: Page
    text: str
    date: datetime | None
    status: Status
    author_name: str = ""
    author_email: str = ""
    author_url: str = ""
    address: str = ""
    kind: CommentKind = CommentKind.COMMENT
    is_html: bool = True
    line: int = 0


@dataclass
class Export:
    """A file of another system, read bit by bit.

    :ivar system: its name in one word.
    :ivar comments: each once, as the file has them.
    :ivar site: the address of the site, once the first comment was read.
    :ivar name: what the site is called instead of its address, if somebody says so.
    :ivar skipped: comments that are none of the public's business, by their type.
    """

    system: str
    comments: Iterator[Foreign] = field(default_factory=lambda: iter(()))
    site: str = ""
    name: str = ""
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def source(self) -> str:
        """The name under which is noted what came from here."""
        site = self.name or self.site
        return f"{self.system}:{site}" if site else self.system
