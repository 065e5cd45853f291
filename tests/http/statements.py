"""How often an answer asks the database."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask


def asked(app: Flask, path: str, kind: str) -> tuple[int, int]:
    """Return how many statements a full answer of a kind takes, and how many a 304."""
    statements: list[str] = []
    shared = app.extensions["handbill"]

    def count(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT"):
            statements.append(statement)

    browser = app.test_client()
    browser.get(path, headers={"Accept": kind})  # connects
    for kept in (shared.threads, shared.ledgers):
        kept._kept.clear()
    sa.event.listen(shared.database.engine, "before_cursor_execute", count)
    full = browser.get(path, headers={"Accept": kind})
    first = len(statements)
    headers = {"Accept": kind, "If-None-Match": full.headers["ETag"]}
    assert browser.get(path, headers=headers).status_code == 304
    sa.event.remove(shared.database.engine, "before_cursor_execute", count)
    return first, len(statements) - first
