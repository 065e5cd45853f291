"""Blocks: by what somebody is known, for how long, and what becomes of what she sends."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api.errors import InvalidDraft
from comments_api.models import Block, Change, Status
from comments_api.rules import blocks
from comments_api.rules.blocks import Barred
from tests.comments_api.judging import judge, make_identity, reasons
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator

HOLD, SPAM = Status.PENDING.value, Status.SPAM.value


def bar(session, now, field, value, outcome=HOLD, until=None, note=""):
    """Block somebody as a moderator describes her."""
    barred = blocks.checked(session, field, value, outcome, until, note, now)
    return blocks.add(session, barred, note, None, now)


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "stored", "given"),
    [
        ("name", " Mallory ", "mallory", {"author_name": "MALLORY"}),
        ("name", "Mallory", "mallory", {"author_name": "Mа11оry"}),
        ("email", "Mal@Example.org", "mal@example.org", {"author_email": "mal@EXAMPLE.org"}),
        ("domain", "https://www.Example.org/x", "example.org", {"author_email": "a@example.org"}),
        ("domain", "example.org", "example.org", {"author_url": "https://x.example.org/y"}),
        ("domain", "example.org", "example.org", {"content": "See http://www.example.org/a."}),
        ("domain", "exämple.org", "exämple.org", {"author_url": "https://xn--exmple-cua.org/"}),
        ("address", "192.0.2.77", "192.0.2.0/24", {"address_block": "192.0.2.0/24"}),
        ("address", "192.0.2.0/24", "192.0.2.0/24", {"address_block": "192.0.2.0/24"}),
        ("address", "2001:db8:0:1::/64", "2001:db8::/48", {"address_block": "2001:db8::/48"}),
    ],
)
def test_what_somebody_is_known_by_is_recognised(session, now, field, value, stored, given):
    block = bar(session, now, field, value)

    assert block.value == stored
    assert reasons(session, now, **given) == [f"blocked:{field}"]
    assert reasons(session, now, author_name="Carol", address_block="198.51.100.0/24") == []


@pytest.mark.parametrize("known", ["number", "bob@example.org", "BOB@example.org"])
def test_a_verified_reader_is_recognised_whatever_she_types(session, now, known):
    person = make_identity(session, now)
    block = bar(session, now, "identity", str(person) if known == "number" else known)

    assert block.value == str(person)
    assert reasons(session, now, identity_id=person, author_name="New") == ["blocked:identity"]
    assert reasons(session, now, author_email="bob@example.org") == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "given"),
    [
        ("name", "Mallory", {"author_name": "Mallory Smith"}),
        ("email", "mal@example.org", {"author_email": "normal@example.org"}),
        ("domain", "example.org", {"author_email": "a@myexample.org"}),
        ("domain", "example.org", {"author_url": "https://example.org.uk/"}),
        ("domain", "sub.example.org", {"author_url": "https://example.org/"}),
    ],
)
def test_others_are_left_alone(session, now, field, value, given):
    bar(session, now, field, value)

    assert reasons(session, now, **given) == []


@ON_SQLITE
def test_a_block_says_what_becomes_of_a_comment_and_the_severer_counts(session, now):
    bar(session, now, "name", "Mallory", SPAM)
    bar(session, now, "email", "mal@example.org", HOLD)

    both = judge(session, now, author_name="Mallory", author_email="mal@example.org")
    one = judge(session, now, author_email="mal@example.org")

    assert (both.status, both.reasons) == (Status.SPAM, ("blocked:name, email",))
    assert (one.status, one.reasons) == (Status.PENDING, ("blocked:email",))


def test_a_block_ends(session, now):
    bar(session, now, "name", "Mallory", until=now + timedelta(days=1))
    nearly, over = now + timedelta(days=1, seconds=-1), now + timedelta(days=1)

    assert reasons(session, nearly, author_name="Mallory") == ["blocked:name"]
    assert reasons(session, over, author_name="Mallory") == []


def test_a_block_that_is_taken_back_counts_no_more(session, now):
    alice = make_moderator(session, now)
    block = bar(session, now, "name", "Mallory")
    assert reasons(session, now, author_name="Mallory") == ["blocked:name"]

    blocks.remove(session, block.id, alice.id, now)

    assert reasons(session, now, author_name="Mallory") == []
    lines = session.scalars(sa.select(Change).order_by(Change.id)).all()
    assert [line.what for line in lines] == [f"block:name:{block.id}", f"unblock:name:{block.id}"]


def test_taking_back_what_is_gone_is_no_change(session, now):
    blocks.remove(session, 77, None, now)

    assert session.scalars(sa.select(Change.what)).all() == []


def test_the_same_block_is_stored_once(session, now):
    bar(session, now, "name", "Mallory")

    with pytest.raises(InvalidDraft) as caught:
        blocks.add(session, Barred("name", "mallory", SPAM, None), "", None, now)

    assert "value" in caught.value.errors
    assert len(blocks.every(session)) == 1


def test_who_was_blocked_for_a_day_can_be_blocked_again(session, now):
    bar(session, now, "name", "Mallory", until=now + timedelta(days=1))
    later = now + timedelta(days=1)

    blocks.add(session, Barred("name", "mallory", SPAM, None), "again", None, later)

    assert [one.note for one in blocks.every(session)] == ["again"]
    assert reasons(session, later, author_name="Mallory") == ["blocked:name"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "\u200b"),
        ("name", "x" * 81),
        ("name", "a\x00b"),
        ("email", "mallory"),
        ("domain", "localhost"),
        ("domain", "a b.example"),
        ("domain", "192.0.2.1"),
        ("domain", ".example.org"),
        ("address", "192.0.2"),
        ("address", "192.0.0.0/16"),
        ("address", "::/0"),
        ("identity", "77"),
        ("identity", "nobody@example.org"),
        ("identity", "9" * 30),
        ("identity", ""),
    ],
)
def test_what_nobody_can_be_known_by_is_refused(session, now, field, value):
    with pytest.raises(InvalidDraft) as caught:
        bar(session, now, field, value)

    assert list(caught.value.errors) == ["value"]
    assert session.scalars(sa.select(Block)).all() == []


@ON_SQLITE
def test_all_that_is_wrong_is_said_at_once(session, now):
    with pytest.raises(InvalidDraft) as caught:
        bar(session, now, "shoe size", "9", "gallows", now, "x" * 201)

    assert set(caught.value.errors) == {"field", "outcome", "until", "note"}
