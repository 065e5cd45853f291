"""Everything goes out and comes back the same, from one kind of database to another too."""

from __future__ import annotations

import orjson
import pytest
import sqlalchemy as sa

from comments_api import comments
from comments_api.errors import ImportTrouble, UnreadableExport
from comments_api.models import (
    Announced,
    Block,
    Change,
    Comment,
    Complaint,
    Decision,
    Edit,
    ErasedComment,
    ErasedPerson,
    Identity,
    Model,
    Moderator,
    Note,
    Outbox,
    Report,
    Revision,
    Salt,
    Session,
    Status,
    Subscription,
    Switches,
    Thread,
    WordList,
)
from comments_api.transfer import exporting
from comments_api.transfer.exporting import KEPT, LEFT_OUT, OF_PEOPLE, SECRET
from comments_api.transfer.files import MEGABYTE
from comments_api.transfer.restoring import restore
from tests.conftest import ON_SQLITE
from tests.factories import make_arrival, make_comment, make_reply
from tests.transfer.conftest import SECRET as KEY
from tests.transfer.conftest import WORDPRESS, dump

HASH = "ab54a98ceb1f0ad2"  # begins everything in the test's database that must not leave


@pytest.fixture
def filled(database, take_in, now):
    """A database in which every table that leaves has rows, and most that do not."""
    take_in(WORDPRESS)
    with database.session() as session:
        for status in Status:
            make_comment(session, now, status, author_email="bob@example.org")
        answer = make_reply(session, now)
        alice = session.scalars(sa.select(Moderator)).one()
        alice.password_hash, alice.totp_secret = f"{HASH} password", f"{HASH} secret"
        alice.totp_step, alice.recovery = 1, [f"{HASH} code"]
        last = make_comment(session, now)
        number = last.id
        text = {"source": "x", "rendered": "<p>x</p>\n"}
        rest = {"moderator_id": alice.id, "created": now}
        session.add_all(
            [
                Identity(issuer="email", subject="b@example.org", created=now, seen=now),
                Edit(comment_id=answer.id, renderer="1", created=now, **text),
                Revision(comment_id=answer.id, number=1, author_name="Bob", **text, **rest),
                Report(letter="write-to-the-mayor", day=now.date(), count=3),
                Salt(day=now.date(), salt=b"salt"),
                Subscription(email="b@example.org", scope="posts", lang="en", created=now),
                Switches(id=1, hold_all=True),
                WordList(name="held", text="a\nb", changed=now),
                Block(field="name", value="mallory", outcome="spam", **rest),
                Change(what="words", **rest),
                Complaint(comment_id=answer.id, reason="legal", created=now),
                Note(comment_id=answer.id, text="Seen.", **rest),
                ErasedPerson(email_hash="x", with_text=False, created=now),
                ErasedComment(comment_id=99_999, with_text=False, created=now),
                Session(token_hash=f"{HASH} session", moderator_id=alice.id, created=now, seen=now),
                Outbox(kind="held", recipient=HASH, payload={}, due=now, created=now),
            ]
        )
        session.merge(Announced(key="post-the-vote", created=now))
        session.execute(sa.update(Comment).values(reader=f"{HASH} cookie"))
    with database.session() as session:  # its number is never given again
        session.execute(sa.delete(Comment).where(Comment.id == number))
    return database


@pytest.fixture
def write(tmp_path):
    """Writes lines to a file, and returns its path."""

    def make(lines):
        path = tmp_path / "export.jsonl"
        path.write_bytes(b"".join(lines))
        return path

    return make


def lasting(database):
    """Return every row of every table that leaves, without what is secret."""
    with database.snapshot() as connection:
        return {
            model.__tablename__: [
                tuple(row)
                for row in connection.execute(
                    sa.select(*exporting.columns(model)).order_by(
                        *model.__table__.primary_key.columns
                    )
                )
            ]
            for model in KEPT
        }


def test_it_is_said_of_every_table_whether_it_leaves():
    assert sorted(one.__tablename__ for one in (*KEPT, *LEFT_OUT)) == sorted(Model.metadata.tables)


def test_every_column_whose_name_says_secret_is_left_out():
    names = {
        (table.name, column.name)
        for table in (one.__table__ for one in KEPT)
        for column in table.columns
        if column.name in {"reader", "token_hash", "state_hash", "key_hash", *OF_PEOPLE}
    }

    assert names == SECRET


def test_everything_comes_back_the_same_from_either_database(filled, empty, write, now):
    path = write(exporting.lines(filled, now))

    count = restore(empty, path, MEGABYTE, now, KEY)

    assert lasting(empty) == lasting(filled)
    assert count == sum(map(len, lasting(filled).values()))
    assert all(lasting(empty).values())  # there was something in every table
    assert list(exporting.lines(empty, now)) == list(exporting.lines(filled, now))


def test_it_comes_back_into_either_database(filled, empty, database, write, now, tmp_path):
    """Out of the database of the test into SQLite, and from there into a new one of its kind."""
    first = write(exporting.lines(filled, now))
    restore(empty, first, MEGABYTE, now, KEY)
    before = lasting(filled)
    again = tmp_path / "again.jsonl"
    again.write_bytes(b"".join(exporting.lines(empty, now)))
    with filled.session() as session:
        session.execute(sa.update(Comment).values(parent_id=None))
        for table in reversed(Model.metadata.sorted_tables):
            session.execute(sa.delete(table))

    restore(filled, again, MEGABYTE, now, KEY)

    assert lasting(filled) == before


def test_no_number_is_given_twice(filled, empty, write, now):
    path = write(exporting.lines(filled, now))
    restore(empty, path, MEGABYTE, now, KEY)

    with filled.session() as session, empty.session() as other:
        for one in (session, other):
            new = comments.submit(one, make_arrival(content="New."), now)
            assert new.id == session.scalar(sa.select(sa.func.max(Decision.comment_id)))
            number = one.scalars(sa.insert(Thread).values(key="new", version=0, created=now)
                                 .returning(Thread.id)).one()  # fmt: skip
            assert one.get_one(Thread, number).key == "new"


@ON_SQLITE
def test_no_secret_leaves(filled, now):
    everything = b"".join(exporting.lines(filled, now)).decode()

    assert HASH not in everything
    assert "bob@example.org" in everything  # so it would have been seen


@ON_SQLITE
def test_the_first_line_says_what_it_is(filled, now):
    head = orjson.loads(next(exporting.lines(filled, now)))

    assert {key: head[key] for key in ("handbill", "format", "tables", "made")} == {
        "handbill": "export",
        "format": 1,
        "tables": "0004",
        "made": "2026-11-21T12:00:00Z",
    }


@ON_SQLITE
def test_a_database_that_is_not_empty_is_refused(filled, write, now):
    path = write(exporting.lines(filled, now))
    before = dump(filled)

    with pytest.raises(ImportTrouble, match="The database is not empty"):
        restore(filled, path, MEGABYTE, now, KEY)

    assert dump(filled) == before


def swapped(old, new):
    return lambda lines: [line.replace(old, new, 1) for line in lines]


SPOILED = [
    (lambda lines: lines[:-1], "the file ends in the middle"),
    (lambda lines: [*lines[:-1], lines[-1][:-4]], "it is no line of JSON"),
    (lambda lines: [*lines[:5], *lines[6:]], "rows stand before it"),
    (lambda lines: [*lines, lines[3]], "something follows after the end"),
    (lambda lines: lines[1:], "line 1: it is no export of Handbill"),
    (lambda lines: [b"[]\n", *lines], "line 1: it is no object"),
    (lambda lines: [b"\xff\n", *lines], "line 1: it is no line of JSON"),
    (lambda lines: [b"[" * 99999 + b"\n"], "line 1: it is no line of JSON"),
    (swapped(b'"format":1', b'"format":2'), "line 1: it was written by another version"),
    (swapped(b'"tables":"0004"', b'"tables":"0001"'), "by another version"),
    (swapped(b'"table":"threads"', b'"table":"secrets"'), "line 2: there is no table"),
    (swapped(b'"version":', b'"versoin":'), "strange or missing: version, versoin"),
    (swapped(b'"id":1,', b'"id":1,"id":2,'), "a name stands twice"),
    (swapped(b'"created":"2026', b'"created":"yester'), "is no time"),
    (swapped(b'"status":"approved"', b'"status":"public"'), "it cannot be stored"),
    (swapped(b'"thread_id":', b'"thread_id":999'), "it cannot be stored"),
    (swapped(b'"rendered":"<p>', b'"rendered":"<script>1</script><p>'), "no comment may hold"),
    (swapped(b'"author_url":""', b'"author_url":"javascript:x"'), "is no website"),
]


@ON_SQLITE
def test_what_is_wrong_is_refused_with_its_line_and_nothing_stored(filled, empty, write, now):
    good = list(exporting.lines(filled, now))
    before = dump(empty)

    for spoil, said in SPOILED:
        with pytest.raises(UnreadableExport) as caught:
            restore(empty, write(spoil(good)), MEGABYTE, now, KEY)
        assert said in str(caught.value)
        assert "line " in str(caught.value)

    assert dump(empty) == before
