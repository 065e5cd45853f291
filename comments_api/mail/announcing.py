"""Telling those who follow the site that a post or letter is new, once, when it went live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.db import insert_missing
from comments_api.mail import outbox
from comments_api.manifest import Manifest
from comments_api.models import Announced

# What is dated further away is no news: an archive that was moved here, or a far-off event.
FRESH = timedelta(days=14)
_BEGUN = ""  # stands for the site: what it had when it first went live is not announced


def announce(session: orm.Session, manifest: Manifest, now: datetime) -> None:
    """Note the posts and letters that are new in a build that went live, and announce fresh ones.

    A page of tomorrow is announced tomorrow. Again with the same build, it does nothing.
    """
    pages = _pages(manifest)
    if pages is None:
        return
    known = set(session.scalars(sa.select(Announced.key)))
    new = [key for key in (_BEGUN, *pages) if key not in known]
    if _BEGUN in known:
        for key in new:
            _tell(session, key, datetime.fromisoformat(pages[key]["dated"]), now)
    if new:
        rows = [{"key": key, "created": now} for key in new]
        insert_missing(session.connection(), Announced, rows)


def _tell(session: orm.Session, key: str, dated: datetime, now: datetime) -> None:
    if abs(dated - now) <= FRESH:
        wait = max(dated - now, outbox.SECOND_THOUGHTS)
        outbox.put(session, outbox.Kind.NEW_PAGE, now, payload={"key": key}, wait=wait)


def page_of(manifest: Manifest, key: str) -> Mapping[str, Any] | None:
    """Return what the build says of a post or letter, or None if it is gone."""
    return (_pages(manifest) or {}).get(key)


def _pages(manifest: Manifest) -> Mapping[str, Mapping[str, Any]] | None:
    """Return all posts and letters by their keys; None of a build by an older version."""
    return manifest.site.get("news")
