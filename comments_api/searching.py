"""What a search finds: the folded text of comments, and how each database looks in it.

SQLite finds what stands anywhere in a word, PostgreSQL what words begin with; search_tables.py has
the indexes. The text is kept true here for all who write comments through a session; those who
write past it (an arriving comment, an import) give it themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from comments_api.models import Comment, Edit
from comments_api.rules.folding import BREAK, SYMBOLS, fold

FIELDS = ("author_name", "author_email", "author_url", "source")
LONGEST = 200  # characters of what is searched for
# An import keeps a text whole, however long; PostgreSQL's index takes no book.
_MOST = 30_000
_SHORTEST = 3  # what has fewer characters, SQLite's index of trigrams does not know
_COMMON = 2_000  # so many comments have what is searched for, at least
_AT_ONCE = 500
_SPACES = str.maketrans(dict.fromkeys(BREAK + SYMBOLS, " "))
# A phrase between quotes of any sort, or what stands between spaces.
_PARTS = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')
_COMMENTS = sa.table("comments", *(sa.column(name) for name in ("id", "folded", *FIELDS)))
_INDEX = sa.table("comments_search", sa.column("rowid", sa.Integer), sa.column("comments_search"))


def folded(values: Mapping[str, Any]) -> str:
    """Return what a search looks in: a line for each of a comment's `FIELDS` that says anything."""
    lines = (_plain(str(values.get(name) or "")) for name in FIELDS)
    return "\n".join(filter(None, lines))[:_MOST]


def of(comment: Comment) -> str:
    """Return what a search for a comment should look in, as the comment is now."""
    return folded({name: getattr(comment, name) for name in FIELDS})


def terms(q: str) -> list[str]:
    """Return the words and phrases that somebody searches for, as they would be found."""
    parts = (_plain(quoted or word)[:LONGEST].strip() for quoted, word in _PARTS.findall(q))
    return list(dict.fromkeys(filter(None, parts)))


def matching(dialect: str, q: str) -> sa.ColumnElement[bool]:
    """Return the condition that a comment has all the words and phrases of a search."""
    wanted = terms(q)
    if not wanted:
        return sa.false()
    return _on_postgresql(wanted) if dialect == "postgresql" else _by_index(wanted)


def quickest(connection: sa.Connection, q: str) -> sa.ColumnElement[bool]:
    """Return the same condition, as it is quickest for the first page of an ordered list.

    What many comments have is found soon by looking at one after the other; SQLite would collect
    all of them first. PostgreSQL sees by itself which way is shorter.
    """
    wanted = terms(q)
    if connection.dialect.name == "sqlite" and wanted and _is_common(connection, wanted):
        return _one_by_one(wanted)
    return matching(connection.dialect.name, q)


def edited(connection: sa.Connection, q: str) -> list[int]:
    """Return the comments that have all of a search in a new text that waits, or beside it.

    Few wait, so no index holds them: they are read, and any part of a word is found.
    """
    wanted = terms(q)
    waiting = sa.select(Edit.comment_id, Comment.folded, Edit.source).join(Comment)
    rows = connection.execute(waiting) if wanted else ()
    texts = ((number, f"{shown}\n{_plain(source)}") for number, shown, source in rows)
    return [number for number, text in texts if all(term in text for term in wanted)]


def _is_common(connection: sa.Connection, wanted: Sequence[str]) -> bool:
    found = _indexed(wanted)
    if found is None:
        return False
    counted = sa.select(sa.func.count()).select_from(found.limit(_COMMON).subquery())
    return connection.execute(counted).scalar_one() == _COMMON


def _by_index(wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    short = _one_by_one([term for term in wanted if len(term) < _SHORTEST])
    found = _indexed(wanted)
    return short if found is None else sa.and_(Comment.id.in_(found), short)


def _one_by_one(wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.and_(sa.true(), *(sa.func.instr(Comment.folded, term) > 0 for term in wanted))


def _indexed(wanted: Sequence[str]) -> sa.Select[int] | None:
    """Return a statement of the comments that have what SQLite's index knows of a search."""
    known = " ".join(f'"{term}"' for term in wanted if len(term) >= _SHORTEST)
    matches = _INDEX.c.comments_search.op("MATCH")(known)
    return sa.select(_INDEX.c.rowid).where(matches) if known else None


def _on_postgresql(wanted: Sequence[str]) -> sa.ColumnElement[bool]:
    simple: sa.ColumnElement[str] = sa.literal_column("'simple'")
    query = sa.func.to_tsquery(simple, " & ".join(map(_lexemes, wanted)))
    # Written as the index has it: another expression would not find it.
    return sa.func.to_tsvector(simple, Comment.folded).op("@@")(query)


def _lexemes(term: str) -> str:
    """Return words one after the other, the last of which may be longer; folded, none has signs."""
    return "({}:*)".format(" <-> ".join(f"'{word}'" for word in term.split()))


def _plain(text: str) -> str:
    return " ".join(fold(text).translate(_SPACES).split())


# -- keeping it true --------------------------------------------------------------------------


@sa.event.listens_for(Comment, "before_insert")
def _fold_new(_mapper: object, _connection: object, comment: Comment) -> None:
    comment.folded = of(comment)


@sa.event.listens_for(Comment, "before_update")
def _fold_changed(_mapper: object, _connection: object, comment: Comment) -> None:
    # Itself too: what is put back by an undo may be older than an address that was taken off.
    changes = (orm.attributes.get_history(comment, name) for name in (*FIELDS, "folded"))
    if any(change.has_changes() for change in changes):
        comment.folded = of(comment)


def fold_all(connection: sa.Connection) -> None:
    """Fold every comment anew: those of before there was a search, or if folding changed."""
    rows = _COMMENTS.c
    statement = sa.select(rows.id, *(rows[name] for name in FIELDS)).order_by(rows.id)
    change = sa.update(_COMMENTS).where(rows.id == sa.bindparam("number"))
    change = change.values(folded=sa.bindparam("text"))
    last = 0
    while part := connection.execute(statement.where(rows.id > last).limit(_AT_ONCE)).all():
        new = [{"number": row.id, "text": folded(row._asdict())} for row in part]
        connection.execute(change, new)
        last = part[-1].id
