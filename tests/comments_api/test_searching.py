"""Searching comments: what is found on either database, and what a search looks in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from comments_api import (
    claims,
    confirmations,
    decisions,
    editing,
    erasure,
    own,
    rewriting,
    schema,
    searching,
    undoing,
)
from comments_api.db import Database, sqlite_module
from comments_api.editing import Change
from comments_api.models import Comment, Edit, Outbox, Status
from comments_api.privacy import Whose
from comments_api.rules import Numbers, Rulebook
from tests.conftest import ON_POSTGRESQL, ON_SQLITE
from tests.factories import make_comment, make_moderator, make_reply, make_thread

SECRET = "3fa1c07be2d94658a0b1c2d3e4f56789"
OPEN = make_thread(mode="open")
TRUSTING = Rulebook(Numbers(trust_after=0))
WORD = "zeppelinbakery"  # stands in no comment but the one of a test


@pytest.fixture
def search(session):
    """Returns the numbers of the comments that a search finds."""

    def found(q):
        session.flush()
        condition = searching.matching(session.get_bind().dialect.name, q)
        return session.scalars(sa.select(Comment.id).where(condition).order_by(Comment.id)).all()

    return found


# -- what is found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author_name", "Zoë Müller"),
        ("author_email", "zoe.muller@kent.example"),
        ("author_url", "https://zoe-muller.example/about"),
        ("content", "I asked Zoe, and Ms *Muller* answered."),
    ],
)
def test_it_is_found_by_name_email_website_and_text(session, now, search, field, value):
    make_comment(session, now)
    wanted = make_comment(session, now, **{field: value})

    assert search("muller zoe") == [wanted.id]


@pytest.mark.parametrize(
    "q",
    [
        "élections",
        "ELECTIONS",
        "Élections",
        "e\u0301lections",
        "elections!",
        "the elections",
        "ｅlections",
    ],
)
def test_case_accents_and_signs_do_not_count(session, now, search, q):
    wanted = make_comment(session, now, content="After the élections, they answered.")

    assert search(q) == [wanted.id]


def test_all_words_must_be_there_wherever(session, now, search):
    first = make_comment(session, now, content="The mayor answered; the clerk did not.")
    make_comment(session, now, content="The mayor did not answer.")

    assert search("clerk mayor") == [first.id]
    assert search("clerk bishop") == []


def test_a_phrase_stands_between_quotes(session, now, search):
    first = make_comment(session, now, content="They answered the clerk: yes, now.")
    second = make_comment(session, now, content="Now they say yes.")

    assert search("yes now") == [first.id, second.id]
    assert search('"yes now"') == [first.id]
    assert search("“yes, now” clerk") == [first.id]


def test_an_address_is_found_as_one(session, now, search):
    first = make_comment(session, now, author_email="bob@kent.example")
    make_comment(session, now, content="Kent has an example in Bob.")

    assert search("bob@kent.example") == [first.id]


@pytest.mark.parametrize("q", ["b", "be", "ber", "berg", "bergs"])
def test_the_beginning_of_a_word_finds_it(session, now, search, q):
    wanted = make_comment(session, now, author_name="Dot", content="Over the Bergstrasse.")

    assert search(q) == [wanted.id]


@ON_SQLITE
def test_on_sqlite_any_part_of_a_word_finds_it(session, now, search):
    wanted = make_comment(session, now, content="Over the Bergstrasse.")

    assert search("strass") == search("ss") == [wanted.id]


@ON_POSTGRESQL
def test_on_postgresql_a_part_within_a_word_does_not(session, now, search):
    make_comment(session, now, content="Over the Bergstrasse.")

    assert search("strass") == []


@pytest.mark.parametrize(
    ("content", "q"),
    [
        ("请愿书在这里。", "请愿"),
        ("請願", "請"),
        ("Мы написали мэру.", "написали"),
        ("हमने पत्र लिखा।", "पत्र"),
        ("تحيا الحرية", "الحرية"),
        ("1.5 kg for 30 %, at 10:45", "10:45"),
        ("a file /etc/passwd and <b>bold</b>", "passwd bold"),
        ("it's don't", "don't"),
    ],
)
def test_every_script_and_every_sign(session, now, search, content, q):
    make_comment(session, now)
    wanted = make_comment(session, now, content=content)

    assert search(q) == [wanted.id]


@pytest.mark.parametrize("q", ["wrote", "wro attempt", '"wrote to them"', "to", "z", "wrote zoe"])
def test_what_many_comments_have_is_found_the_same_by_another_way(
    session, now, search, monkeypatch, q
):
    for name in ("Ann", "Zoë", "Bea"):
        make_comment(session, now, author_name=name)
    found = search(q)
    ways = set()

    for common in (1, 2, 1000):
        monkeypatch.setattr(searching, "_COMMON", common)
        condition = searching.quickest(session.connection(), q)
        ways.add("MATCH" in str(condition))
        statement = sa.select(Comment.id).where(condition).order_by(Comment.id)
        assert session.scalars(statement).all() == found

    assert len(found) == (1 if "z" in q else 3)
    if session.get_bind().dialect.name == "sqlite" and len(q) > 2:
        assert ways == {True, False}


@pytest.mark.parametrize(
    "q",
    [
        "'; DROP TABLE comments; --", '"', '""', "\\", "a' & !b:* | c", "NOT", "bob OR alice",
        "NEAR(a b)", "folded:bob", "^bob", "bob*", "-bob", "%", "_", "(", "{x y}", "x" * 200,
        "x " * 100, "!!!", "", " ", "<->", "ﷺ" * 200, "\u2028", "😀",
    ],
)  # fmt: skip
def test_nothing_that_mallory_types_is_a_language(session, now, search, q):
    make_comment(session, now, author_name="Alba")

    assert search(q) == []


def test_what_has_neither_letter_nor_digit_asks_for_nothing():
    assert searching.terms('!!! "…" --') == []
    assert searching.terms('Ünited "a  B" united') == ["united", "a b"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        *[("élections", True), ("ELECT", True), ('"the elections"', True), ("zoe elections", True)],
        *[("wrote elections", True), ('"elections the"', False), ("elections mayor", False)],
        *[('"them after"', False), ("!!!", False), ("%", False)],
    ],
)
def test_a_new_text_that_waits_is_searched_beside_what_is_shown(session, now, q, found):
    other, public = (make_comment(session, now, author_name=name) for name in ("Ann", "Zoë"))
    new = {"rendered": "", "renderer": "1", "reasons": [], "created": now}
    session.add(Edit(comment_id=other.id, source="Nothing.", **new))
    session.add(Edit(comment_id=public.id, source="After the élections.", **new))
    session.flush()

    assert searching.edited(session.connection(), q) == ([public.id] if found else [])


@ON_POSTGRESQL
def test_a_text_as_long_as_a_book_can_be_stored(session, now, search):
    comment = make_comment(session, now)

    comment.source = " ".join(f"word{number}" for number in range(300_000))

    assert search("word77") == [comment.id]


# -- it is kept true, whoever writes ----------------------------------------------------------


def held(session, now):
    """Return a comment of Bob's browser that waits."""
    content = f"I live above the {WORD}."
    fields = {"author_name": "Bób", "author_url": "https://b.example/", "reader": "b"}
    email = "bob@example.org"
    return make_comment(session, now, Status.PENDING, content=content, author_email=email, **fields)


def approved(session, now):
    comment = held(session, now)
    alice = make_moderator(session, now)
    return decisions.decide(session, comment.id, "approve", 1, alice.id, now)


def edited(session, now, comment, book=TRUSTING, content="A néw text."):
    at = now + timedelta(minutes=1)
    editing.edit(session, comment.id, Change(content, "b"), book, OPEN, at)
    return comment


def arrives(session, now):
    return held(session, now)


def is_answered(session, now):
    comment = held(session, now)
    alice = make_moderator(session, now)
    return decisions.reply(session, comment.id, 1, alice, "Thank you, Bób.", now)


def is_edited_while_it_waits(session, now):
    return edited(session, now, held(session, now))


def is_edited_in_public(session, now):
    return edited(session, now, approved(session, now))


def has_an_edit_that_is_accepted(session, now):
    comment = edited(session, now, approved(session, now), Rulebook())
    alice = make_moderator(session, now)
    return decisions.decide_edit(session, comment.id, "accept-edit", comment.version, alice.id, now)


def is_held_with_its_edit(session, now):
    comment = edited(session, now, approved(session, now), Rulebook())
    alice = make_moderator(session, now)
    return decisions.decide(session, comment.id, "hold", comment.version, alice.id, now)


def is_rewritten(session, now):
    comment = held(session, now)
    alice = make_moderator(session, now)
    values = {"author_name": "Róbert", "author_url": "", "content": "Ánother text."}
    return rewriting.rewrite(session, comment.id, 1, values, "personal", alice.id, now, batch="b")


def is_rewritten_and_that_is_undone(session, now):
    comment = is_rewritten(session, now)
    session.flush()
    undoing.undo(session, "b", make_moderator(session, now).id, now)
    return comment


def loses_its_address_before_an_undo(session, now):
    comment = held(session, now)
    alice = make_moderator(session, now)
    decisions.decide(session, comment.id, "trash", 1, alice.id, now, batch="b")
    comment.author_email = ""
    session.flush()
    undoing.undo(session, "b", alice.id, now)
    return comment


def is_marked_as_an_answer(session, now):
    return make_reply(session, now, comment=held(session, now))


def is_withdrawn(session, now):
    comment = approved(session, now)
    return own.withdraw(session, comment.id, "b", now + timedelta(minutes=1))


def has_its_author_erased(session, now):
    comment = held(session, now)
    erasure.erase_person(
        session, Whose(email="bob@example.org"), now, with_text=False, secret=SECRET
    )
    return comment


def is_erased(session, now):
    comment = held(session, now)
    erasure.erase_comment(session, comment, now, with_text=True)
    return comment


def is_disowned(session, now):
    comment = held(session, now)
    confirmations.ask(session, "bob@example.org", "en", now, network="net")
    session.flush()
    kind = Outbox.payload["token"].as_string().is_not(None)
    mail = session.scalars(sa.select(Outbox).where(kind).order_by(Outbox.id.desc())).first()
    claims.accept(session, mail.payload["token"], "x", now, shown={comment.id}, mine=set())
    return comment


@pytest.mark.parametrize(
    "verb",
    [
        *(arrives, is_answered, is_edited_while_it_waits, is_edited_in_public),
        *(has_an_edit_that_is_accepted, is_held_with_its_edit, is_rewritten),
        *(is_rewritten_and_that_is_undone, loses_its_address_before_an_undo),
        *(is_marked_as_an_answer, is_withdrawn, has_its_author_erased, is_erased, is_disowned),
    ],
    ids=lambda verb: verb.__name__,
)
def test_a_search_looks_in_what_stands_there_when_a_comment(session, now, search, verb):
    number = verb(session, now).id
    session.flush()
    session.expire_all()

    found = session.get_one(Comment, number)

    assert found.folded == searching.of(found)
    by_words = {word for word in found.folded.split() if len(word) > 3}
    assert all(number in search(word) for word in by_words)
    assert (number in search(WORD)) == (WORD in found.source)
    assert ("bob example org" in found.folded) == (found.author_email != "")
    if session.get_bind().dialect.name == "sqlite":  # compares the index with what stands there
        check = "INSERT INTO comments_search(comments_search, rank) VALUES('integrity-check', 1)"
        session.connection().exec_driver_sql(check)


def parts_in_the_index(database):
    """Return how often a part of the word stands in the index on the disk, and any part at all."""
    vocabulary = "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, comments_search, row)"
    count = "SELECT count(*) FILTER (WHERE term IN ('zep', 'epp', 'inb')), count(*) FROM terms"
    with database.session() as session:
        session.connection().exec_driver_sql(vocabulary)
        found = session.connection().exec_driver_sql(count).one()
        session.connection().exec_driver_sql("DROP TABLE temp.terms")
        return tuple(found)


@ON_SQLITE
def test_of_what_is_erased_no_part_stays_in_the_index(database, now):
    if sqlite_module().sqlite_version_info < (3, 42):
        pytest.skip("an older SQLite keeps it until parts of the index are joined")
    with database.session() as session:
        make_comment(session, now)
        number = held(session, now).id
    before = parts_in_the_index(database)

    with database.session() as session:
        erasure.erase_comment(session, session.get_one(Comment, number), now, with_text=True)

    gone, others = parts_in_the_index(database)
    assert before[0] == 3
    assert gone == 0 < others


# -- what was there before ---------------------------------------------------------------------


@pytest.fixture
def old_file(tmp_path, migrated_file):
    """An SQLite file as it was before there was a search, with a comment."""
    path = tmp_path / "old.sqlite3"
    opened = Database(f"sqlite:///{path}")
    with opened.engine.connect() as connection, connection.begin():
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.exec_driver_sql(
            "INSERT INTO threads (id, key, version, created) VALUES (1, 't', 0, '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO comments (thread_id, kind, status, version, author_name, author_email,"
            " author_url, source, rendered, renderer, reasons, lang, fingerprint, created, changed)"
            " VALUES (1, 'comment', 'approved', 1, 'Zoë', '', '', 'Größe', '', '1', '[]', 'en',"
            " 'f', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
        )
    yield opened
    opened.close()


def test_an_upgrade_makes_what_is_there_findable(old_file):
    schema.upgrade(old_file)

    with old_file.session() as session:
        found = session.scalars(
            sa.select(Comment).where(searching.matching("sqlite", "grosse"))
        ).one()
        assert found.folded == "zoe\ngrosse"


def test_folding_all_anew_takes_one_part_after_the_other(session, now, monkeypatch):
    numbers = [make_comment(session, now).id for _ in range(5)]
    session.execute(sa.update(Comment).values(folded="stale"))
    monkeypatch.setattr(searching, "_AT_ONCE", 2)

    searching.fold_all(session.connection())

    session.expire_all()
    found = [session.get_one(Comment, number) for number in numbers]
    assert [one.folded for one in found] == [searching.of(one) for one in found]
