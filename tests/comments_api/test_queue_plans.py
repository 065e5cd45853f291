"""The moderators' queue in a database of 100,000 comments: an index finds each list's page."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from comments_api import queue
from comments_api.db import Database
from comments_api.models import Comment, Thread
from comments_api.rules import facts
from comments_api.wanted import Wanted
from tests.conftest import copy_on_server
from tests.factories import make_manifest, make_moderator

MANY = 100_000
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LARGE = ("comments", "decisions")
LISTS = [
    *({"tab": tab} for tab in ("pending", "approved", "spam", "trash", "mine", "reported")),
    {"tab": "pending", "order": "newest"},
    {"tab": "approved", "order": "oldest"},
    {"tab": "approved", "cursor": "1767229200000000.40000"},
    {"tab": "approved", "thread": "post-77"},
    {"tab": "approved", "author": "Reader 77"},
    {"tab": "spam", "email": "reader-17@x.org"},
    {"tab": "approved", "block": "192.0.7.0/24"},
    {"tab": "pending", "kind": "mention"},
    {"tab": "approved", "kind": "comment"},
    {"tab": "pending", "reason": "links"},
    {"tab": "pending", "reason": "held-words"},  # new texts alone
    {"tab": "pending", "q": "new text"},
    {"tab": "pending", "q": "clerk", "reason": "held-words", "author": "Reader 99"},
    {"tab": "approved", "since": "2026-01-02", "until": "2026-01-02"},
    {"tab": "approved", "q": "clerk"},  # everybody says it
    {"tab": "approved", "q": "word77"},
    {"tab": "pending", "q": "nowhere"},
    {"tab": "mine", "q": "word500"},
    {"tab": "reported", "author": "Reader 300"},
    {"tab": "approved", "q": "clerk", "author": "Reader 77", "since": "2026-01-02"},
]
_COMMENT = """
    INSERT INTO comments (
        id, thread_id, kind, status, version, author_name, author_email, author_url, moderator_id,
        source, rendered, renderer, reasons, lang, reader, fingerprint, said, address_block,
        created, changed, edited_by_staff, pinned, highlighted, folded
    )
    WITH RECURSIVE numbers(i) AS (
        SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {many}
    )
    SELECT
        i, 1 + i % 200, CASE WHEN i % 500 = 0 THEN 'mention' ELSE 'comment' END,
        CASE WHEN i % 100 < 10 THEN 'pending' WHEN i % 100 < 30 THEN 'spam'
            WHEN i % 100 < 35 THEN 'trash' ELSE 'approved' END,
        2, 'Reader ' || (i % 2000), 'reader-' || (i % 1000) || '@x.org', '',
        CASE WHEN i % 250 = 0 THEN 1 END,
        'I wrote word' || (i % 5000) || ', and the clerk answered.', '<p>I wrote.</p>', '1',
        {reasons}, 'en', 'r' || (i % 3000), 'f' || i, 's' || i,
        CASE WHEN i > 95000 THEN '192.0.' || (i % 250) || '.0/24' END,
        {created}, {created}, FALSE, FALSE, FALSE,
        'reader ' || (i % 2000) || ' i wrote word' || (i % 5000) || ' and the clerk answered'
    FROM numbers
"""
_REASONS = "CASE WHEN i % 100 < 30 THEN '[\"links:3\"]' ELSE '[]' END"
_WRITTEN = {
    "sqlite": {
        "reasons": _REASONS,
        "created": "strftime('%Y-%m-%d %H:%M:%S.000000', '2026-01-01', i || ' seconds')",
    },
    "postgresql": {
        "reasons": f"({_REASONS})::json",
        "created": "'2026-01-01 00:00:00+00'::timestamptz + i * interval '1 second'",
    },
}
_BESIDE = (
    "INSERT INTO decisions (comment_id, moderator_id, action, to_status, version, reasons, batch,"
    " created) SELECT id, 1, 'approve', status, 2, reasons, 'b' || id, created FROM comments",
    "INSERT INTO complaints (comment_id, reason, words, email, created)"
    " SELECT id, 'abuse', '', '', created FROM comments WHERE id % 300 = 0",
    "INSERT INTO edits (comment_id, source, rendered, renderer, reasons, created)"
    " SELECT id, 'A new text', 'x', '1', '[\"held-words:new\"]', created FROM comments"
    " WHERE id % 2000 = 99",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowded(request, tmp_path_factory):
    """A database of 100,000 comments, analysed: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("crowded") / "handbill.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        opened = Database(f"sqlite:///{path}")
        fill(opened, request.param)
        yield opened
        opened.close()
    else:
        for opened in copy_on_server(request.getfixturevalue("migrated_server")):
            fill(opened, request.param)
            yield opened


def fill(database, dialect):
    written = _COMMENT.format(many=MANY, **_WRITTEN[dialect])
    threads = [{"key": f"post-{n}", "version": 0, "created": NOW} for n in range(200)]
    with database.session() as session:
        make_moderator(session, NOW)
        session.execute(sa.insert(Thread), threads)
        for statement in (written, *_BESIDE):
            # psycopg takes a sign for a placeholder that SQLite's driver takes as it is.
            typed = statement if dialect == "sqlite" else statement.replace("%", "%%")
            session.connection().exec_driver_sql(typed)
    if dialect == "sqlite":
        with database.session() as session:
            session.connection().exec_driver_sql("ANALYZE")
    else:  # vacuumed, as it does by itself some minutes after so many rows came
        with database.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM ANALYZE")


def plans(database, ask):
    """Return what each statement that is asked is going to do, as the database says it."""
    said = []
    with database.reading() as session:
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        asked = []

        def note(_connection, _cursor, statement, values, *_):
            asked.append((statement, values))

        sa.event.listen(database.engine, "before_cursor_execute", note)
        ask(session)
        sa.event.remove(database.engine, "before_cursor_execute", note)
        for statement, values in asked:
            found = session.connection().exec_driver_sql(f"{explain} {statement}", values)
            said.append("\n".join(str(row[-1]) for row in found))
    return said


def reads_all_of(plan):
    """Return the large tables of which a plan reads every row, instead of asking an index."""
    on_sqlite = re.findall(r"SCAN (\w+)(?! USING (?:COVERING )?INDEX)\b", plan)
    return {*on_sqlite, *re.findall(r"Seq Scan on (\w+)", plan)} & set(LARGE)


@pytest.mark.parametrize("fields", LISTS, ids=str)
def test_an_index_finds_every_list(crowded, fields):
    wanted, shown = Wanted.of(fields), []

    def ask(session):
        shown.extend(queue.find(session, make_manifest(), wanted, 1).cards)

    said = plans(crowded, ask)

    assert [plan for plan in said if reads_all_of(plan)] == []
    assert bool(shown) == (fields.get("q") != "nowhere")


def test_an_index_counts_them(crowded):
    said = plans(crowded, lambda session: queue.counts(session, 1))

    assert [plan for plan in said if reads_all_of(plan)] == []


@pytest.mark.parametrize("tab", ["pending", "approved", "mine", "reported"])
def test_an_index_knows_the_newest(crowded, tab):
    said = plans(crowded, lambda session: queue.newest(session, tab, 1))

    assert [plan for plan in said if reads_all_of(plan)] == []


def test_an_index_knows_what_the_rules_ask_where_hardly_anybody_is_verified(crowded):
    asked = {"comment_id": 0, "identity_id": 1, "reader": "r7", "address_block": "192.0.7.0/24"}
    before_all = datetime(2025, 12, 31, tzinfo=UTC)
    asked |= {"said": "s77", "enough": 2, "record_since": before_all, "repeat_since": before_all}

    [plan] = plans(crowded, lambda session: session.connection().execute(facts.KNOWN, asked).all())

    assert reads_all_of(plan) == set()
    assert "ix_comments_status" not in plan  # it would read all that came lately
    assert plan.count("ix_comments_identity_id") >= 2


def test_a_plan_that_reads_everything_is_seen(crowded):
    everything = sa.select(Comment.id).where(Comment.source.like("%nowhere%"))

    [plan] = plans(crowded, lambda session: session.scalars(everything).all())

    assert reads_all_of(plan) == {"comments"}
