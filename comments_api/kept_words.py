"""What is kept of somebody, in words for her own pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comments_api import identities
from comments_api.manifest import Manifest
from comments_api.models import Comment, Identity, Scope, Status, Subscription
from comments_api.outline import Row
from comments_api.rows import row_of
from comments_api.translation import mark as _mark
from comments_api.translation import translations

Place = tuple[str, str]  # address and title of a page

_STATUS = {
    Status.PENDING: _mark("It waits for a moderator, and only you can see it."),
    Status.APPROVED: _mark("It is on the page."),
}
_ELSE = _mark("It is not on the page.")
_SCOPES = {
    Scope.REPLIES: _mark("Mail when your comment appears, and when somebody answers it"),
    Scope.THREAD: _mark("Mail about new comments"),
    Scope.POSTS: _mark("Mail about new posts and letters"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A comment as its author's own page shows it.

    :ivar page: where it was written, or None if that page is gone.
    :ivar until: until then she can edit and withdraw it, or None.
    """

    row: Row
    status: str
    words: str
    page: Place | None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wished:
    """A subscription as it is shown to whom it belongs.

    :ivar page: what it is about, or None.
    """

    id: int
    email: str
    words: str
    page: Place | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Known:
    """As whom a browser is known.

    :ivar provider: by whom, or empty if by a link in a mail.
    """

    name: str
    email: str
    provider: str


def written(
    comment: Comment, manifest: Manifest, lang: str, until: datetime | None = None
) -> Written:
    """Return a comment in words; its thread must be loaded."""
    _ = translations(lang).gettext
    words = _(_STATUS.get(Status(comment.status), _ELSE))
    page = manifest.page(comment.thread.key, lang)
    return Written(row_of(comment), comment.status, words, page, until)


def wished(one: Subscription, manifest: Manifest, lang: str) -> Wished:
    """Return a subscription in words."""
    _ = translations(lang).gettext
    page = manifest.page(one.thread_key, lang)
    return Wished(one.id, one.email, _(_SCOPES[Scope(one.scope)]), page, one.confirmed is not None)


def known(person: Identity | None, providers: dict[str, str]) -> Known | None:
    """Return as whom somebody is known.

    :param providers: their names by their keys; one may be gone from the settings.
    """
    if person is None:
        return None
    by_mail = person.issuer == identities.BY_EMAIL
    provider = "" if by_mail else providers.get(person.issuer, person.issuer)
    return Known(person.name, person.email, provider)
