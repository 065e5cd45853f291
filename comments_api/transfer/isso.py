"""Reading the database of Isso, which stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comments_api.errors import UnreadableExport
from comments_api.models import Status
from comments_api.transfer import files
from comments_api.transfer.foreign import Export, Foreign, Page

STATUSES = {1: Status.APPROVED, 2: Status.PENDING, 4: Status.WITHDRAWN}
_COLUMNS = {
    "threads": ("id", "uri", "title"),
    "comments": (
        *("id", "tid", "parent", "created", "mode", "remote_addr"),
        *("text", "author", "email", "website"),
    ),
}
_COMMENTS = (
    "SELECT c.id, c.parent, c.created, c.mode, c.remote_addr, c.text, c.author, c.email,"
    " c.website, c.tid, t.uri, t.title"
    " FROM comments AS c LEFT JOIN threads AS t ON t.id = c.tid ORDER BY c.id"
)


def read(path: Path, max_bytes: int) -> Export:
    """Return the comments of an Isso database; it is opened for reading only."""
    return Export("isso", _comments(path, max_bytes))


def _comments(path: Path, max_bytes: int) -> Iterator[Foreign]:
    files.check(path, max_bytes)
    _refuse_open(path)
    address = path.resolve().as_uri() + "?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            _refuse_strange(connection)
            for row in connection.execute(_COMMENTS):
                yield _comment(*row)
    except sqlite3.Error as error:
        raise UnreadableExport(f"{path} is no Isso database, or it is damaged: {error}") from None


def _refuse_open(path: Path) -> None:
    """Refuse a database that has more beside it: Isso still writes to it, or crashed."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            raise UnreadableExport(
                f"{beside.name} lies beside it, so it is in use: stop Isso, and copy the file"
            )


def _refuse_strange(connection: sqlite3.Connection) -> None:
    for table, columns in _COLUMNS.items():
        found = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        if missing := [column for column in columns if column not in found]:
            raise UnreadableExport(
                f"it is an SQLite database, but not Isso's: {table} lacks {missing[0]}"
            )


def _comment(
    number: Any, parent: Any, created: Any, mode: Any, address: Any, text: Any, author: Any,
    email: Any, website: Any, thread: Any, uri: Any, title: Any,
) -> Foreign:  # fmt: skip
    page = Page(
        id=_text(thread),
        title=_text(title),
        addresses=(_text(uri),) if uri else (),
        hidden="" if uri else "unknown",
    )
    return Foreign(
        id=_text(number),
        parent=_text(parent) or None,
        page=page,
        text=_text(text),
        date=_moment(created),
        status=STATUSES.get(mode, Status.PENDING),
        author_name=_text(author),
        author_email=_text(email),
        author_url=_text(website),
        address=_text(address),
        is_html=False,
    )


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
