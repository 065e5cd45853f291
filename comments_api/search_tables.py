"""What a search looks in, beside the comments: an index of folded text, kept true by the database.

On SQLite FTS5's trigrams, on PostgreSQL words; the reasons for both are in docs/architecture.md.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

# The table holds no text of its own: it reads the column of the comment.
_ON_SQLITE = (
    "CREATE VIRTUAL TABLE comments_search USING fts5"
    "(folded, content='comments', content_rowid='id', tokenize='trigram')",
    "CREATE TRIGGER comments_search_added AFTER INSERT ON comments BEGIN "
    "INSERT INTO comments_search(rowid, folded) VALUES (new.id, new.folded); END",
    "CREATE TRIGGER comments_search_removed AFTER DELETE ON comments BEGIN "
    "INSERT INTO comments_search(comments_search, rowid, folded) "
    "VALUES ('delete', old.id, old.folded); END",
    "CREATE TRIGGER comments_search_changed AFTER UPDATE OF folded ON comments BEGIN "
    "INSERT INTO comments_search(comments_search, rowid, folded) "
    "VALUES ('delete', old.id, old.folded); "
    "INSERT INTO comments_search(rowid, folded) VALUES (new.id, new.folded); END",
    "INSERT INTO comments_search(comments_search) VALUES ('rebuild')",
)
# What is erased must leave the index at once, not when parts of it are joined some day.
_ERASING = "INSERT INTO comments_search(comments_search, rank) VALUES ('secure-delete', 1)"
_CAN_ERASE = (3, 42)
_ON_POSTGRESQL = (
    "CREATE INDEX ix_comments_search ON comments USING gin (to_tsvector('simple', folded))",
)


def create(connection: sa.Connection) -> None:
    """Make the index, over all comments that are there."""
    sqlite = connection.dialect.name == "sqlite"
    for statement in _ON_SQLITE if sqlite else _ON_POSTGRESQL:
        connection.exec_driver_sql(statement)
    if sqlite and (connection.dialect.server_version_info or ()) >= _CAN_ERASE:
        connection.exec_driver_sql(_ERASING)


def is_no_part_of_it(_item: Any, name: str | None, *_: Any) -> bool:
    """Say whether a table or an index stands for a model; the search is made here alone."""
    return not (name or "").startswith(("comments_search", "ix_comments_search"))
