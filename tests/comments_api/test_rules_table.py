"""Every rule, every default number, and the order in which moderators read the reasons."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import rules
from comments_api.models import Status
from comments_api.rules import RULES, Numbers, Rulebook, blocks, lists, switches
from comments_api.rules.blocks import Barred
from comments_api.settings import ROOT, Settings
from tests.comments_api.judging import judge, make_identity, reasons, sent, trusting
from tests.conftest import ON_SQLITE
from tests.factories import make_moderator, make_thread

ORDER = [
    "written_by_moderator",
    "everything_is_held",
    "thread_is_held",
    "trap",
    "too_fast",
    "blocked",
    "links",
    "held_words",
    "staff_name",
    "repeat",
    "recent_record",
    "new_commenter",
    "spam_words",
]
TWO_LINKS = "https://a.example/ and https://b.example/"


def test_the_rules_stand_in_this_order():
    assert [rule.__name__ for rule in RULES] == ORDER


def test_the_moderators_read_of_them_in_this_order():
    page = (ROOT / "docs" / "moderators.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\d+\. \*\*(.+?)\*\*", page, re.MULTILINE)

    assert [name.lower().replace(" ", "_") for name in listed] == ORDER


def test_the_usual_numbers_are_those_of_the_settings():
    usual = Numbers()

    assert (usual.max_links, usual.trust_after, usual.repeat_minutes) == (2, 2, 6)
    assert (usual.record_percent, usual.record_days, usual.record_least) == (30, 7, 3)
    assert usual.fastest_seconds == 2
    settings = Settings()
    shared = {name for name in Numbers.__slots__ if hasattr(settings, name)}
    assert shared == set(Numbers.__slots__) - {"record_least"}
    assert all(getattr(usual, name) == getattr(settings, name) for name in shared)
    assert settings.flood_seconds == 15


def test_what_no_rule_is_against_is_published(session, now):
    verdict = judge(session, now)

    assert (verdict.status, verdict.reasons, verdict.nudge) == (Status.APPROVED, (), False)


def test_what_a_moderator_writes_passes_all_rules(session, now):
    alice = make_moderator(session, now)
    switches.hold_all(session, True, alice.id, now)
    lists.change(session, "spam", "viagra", alice.id, now)

    verdict = judge(session, now, moderator_id=alice.id, author_name="Alice", content="Viagra?")

    assert (verdict.status, verdict.reasons) == (Status.APPROVED, ())


def test_everything_is_held_while_the_switch_is_on(session, now):
    switches.hold_all(session, True, None, now)
    assert reasons(session, now) == ["everything-is-held"]

    switches.hold_all(session, False, None, now)
    assert reasons(session, now) == []


@ON_SQLITE
@pytest.mark.parametrize("context", [{"mode": "held"}, {"mode": "open", "sensitive": True}])
def test_a_thread_can_be_held(session, now, context):
    assert reasons(session, now, thread=make_thread(**context)) == ["thread-is-held"]


@ON_SQLITE
def test_who_fills_in_what_nobody_sees_is_spam(session, now):
    verdict = judge(session, now, trap="555-1234")

    assert (verdict.status, verdict.reasons) == (Status.SPAM, ("trap",))
    assert reasons(session, now, trap=" ") == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("seconds", "held"), [(0.0, True), (1.999, True), (2.0, False), (9e9, False), (None, False)]
)
def test_nobody_writes_in_less_than_two_seconds(session, now, seconds, held):
    assert (reasons(session, now, seconds=seconds) == ["too-fast"]) == held


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "held"),
    [
        ("No link.", []),
        ("https://a.example/", []),
        (TWO_LINKS, ["links:2"]),
        ("[a](https://a.example/) [b](http://b.example/) www.c.example", ["links:3"]),
        ("https://a.example/ https://a.example/", []),
    ],
)
def test_two_links_hold_a_comment(session, now, content, held):
    assert reasons(session, now, content=content) == held


@ON_SQLITE
def test_the_website_of_a_person_is_no_link(session, now):
    given = {"content": "See https://a.example/", "author_url": "https://b.example/"}

    assert reasons(session, now, **given) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author_name", "Casino"),
        ("author_email", "bob@casino.example"),
        ("author_url", "https://casino.example/"),
        ("content", "Go to the casino."),
        ("content", "Go to the cas**ino**."),
        ("content", "[here](https://casino.example/)"),
        ("address_block", "192.0.2.0/24"),
    ],
)
@pytest.mark.parametrize(
    ("name", "code", "status"),
    [("held", "held-words", Status.PENDING), ("spam", "spam-words", Status.SPAM)],
)
def test_words_of_a_list_are_found_in_each_field(session, now, field, value, name, code, status):
    lists.change(session, name, "casino\n192.0.2", None, now)

    verdict = judge(session, now, **{field: value})

    found = "192.0.2" if field == "address_block" else "casino"
    assert (verdict.status, verdict.reasons) == (status, (f"{code}:{found}",))


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("Alice", "Alice"),
        ("AIice", "Alice"),
        ("Аlice", "Alice"),
        ("Alice Jones", None),
        ("Bob (moderator)", "moderator"),
        ("Une modératrice", "modératrice"),
        ("Cаmpaign  теam", "Campaign Team"),
        ("the campaign team!", "Campaign Team"),
        ("Vote yes now", "Vote Yes"),
        ("Bob", None),
    ],
)
def test_a_name_like_one_of_ours_is_held(session, now, name, like):
    make_moderator(session, now)
    book = Rulebook(Numbers(trust_after=0), names=["Campaign Team"])

    found = reasons(session, now, book, author_name=name, site_name="Vote Yes")

    assert found == ([f"staff-name:{like}"] if like else [])


def test_the_name_of_a_new_moderator_counts_at_once_and_of_a_former_one_no_more(session, now):
    book = trusting()
    assert reasons(session, now, book, author_name="Zoe") == []

    zoe = make_moderator(session, now, "Zoe")
    assert reasons(session, now, book, author_name="Zoe") == ["staff-name:Zoe"]

    zoe.active = False
    assert reasons(session, now, book, author_name="Zoe") == []


@pytest.mark.parametrize(
    "whose", [{"reader": "r"}, {"address_block": "192.0.2.0/24"}, {"identity_id": None}]
)
def test_the_same_text_elsewhere_is_held_for_six_minutes(session, now, whose):
    if "identity_id" in whose:
        whose = {"identity_id": make_identity(session, now)}
    sent(session, now, content="Look at this!", **whose)
    nearly, over = now + timedelta(minutes=6, seconds=-1), now + timedelta(minutes=6)

    assert reasons(session, nearly, content="look at  THIS!", **whose) == ["repeat"]
    assert reasons(session, over, content="look at  THIS!", **whose) == []


@ON_SQLITE
def test_the_same_text_of_others_or_of_the_comment_itself_is_no_repetition(session, now):
    first = sent(session, now, content="Look at this!", reader="r", address_block="192.0.2.0/24")
    others = {"reader": "s", "address_block": "198.51.100.0/24"}

    assert reasons(session, now, content="Look at this!", **others) == []
    assert reasons(session, now, content="Look at this!") == []
    assert reasons(session, now, content="Look at this!", reader="r", comment_id=first.id) == []


@pytest.mark.parametrize(
    ("approved", "rejected", "held"),
    [(0, 2, False), (2, 1, True), (3, 1, False), (7, 3, True), (8, 3, False), (0, 3, True)],
)
def test_whose_recent_comments_were_rejected_by_a_third_waits(
    session, now, approved, rejected, held
):
    statuses = [Status.APPROVED] * approved + [Status.SPAM, Status.TRASH, Status.SPAM][:rejected]
    for status in statuses:
        sent(session, now, status, reader="r")
    sent(session, now, Status.PENDING, reader="r")  # nobody decided on it

    expected = [f"recent-record:{rejected}/{approved + rejected}"] if held else []
    assert reasons(session, now, reader="r") == expected


def test_a_record_is_one_of_seven_days_and_of_one_person(session, now):
    person = make_identity(session, now)
    for _ in range(3):
        sent(session, now, Status.SPAM, identity_id=person)
    nearly, over = now + timedelta(days=7, seconds=-1), now + timedelta(days=7)

    assert reasons(session, nearly, identity_id=person) == ["recent-record:3/3"]
    assert reasons(session, over, identity_id=person) == []
    assert reasons(session, nearly, reader="somebody else's") == []


@pytest.mark.parametrize(("approved", "held"), [(0, True), (1, True), (2, False), (3, False)])
def test_somebody_we_know_is_trusted_after_two_approved_comments(session, now, approved, held):
    person = make_identity(session, now)
    for _ in range(approved):
        sent(session, now, identity_id=person)
    sent(session, now, Status.PENDING, identity_id=person)

    found = reasons(session, now, Rulebook(), identity_id=person)

    assert found == (["new-commenter"] if held else [])


@ON_SQLITE
def test_a_name_an_email_and_a_cookie_are_never_trusted(session, now):
    known = {"author_email": "bob@example.org", "reader": "r", "address_block": "192.0.2.0/24"}
    for _ in range(3):
        sent(session, now, identity_id=make_identity(session, now), **known)

    assert reasons(session, now, Rulebook(), **known) == ["new-commenter"]


@ON_SQLITE
def test_a_comment_that_is_edited_does_not_speak_for_itself(session, now):
    person = make_identity(session, now)
    one, two = (sent(session, now, identity_id=person) for _ in range(2))

    assert reasons(session, now, Rulebook(), identity_id=person) == []
    found = reasons(session, now, Rulebook(), identity_id=person, comment_id=two.id)
    assert (found, one.id != two.id) == (["new-commenter"], True)


@ON_SQLITE
@pytest.mark.parametrize(
    ("off", "given"),
    [
        ({"max_links": 0}, {"content": TWO_LINKS}),
        ({"fastest_seconds": 0}, {"seconds": 0.0}),
        ({"repeat_minutes": 0}, {"content": "Again.", "reader": "r"}),
        ({"record_percent": 0}, {"reader": "bad"}),
        ({"trust_after": 0}, {}),
    ],
    ids=["links", "too fast", "repeat", "record", "trust"],
)
def test_nought_switches_a_rule_off(session, now, off, given):
    sent(session, now, content="Again.", reader="r")
    for _ in range(3):
        sent(session, now, Status.SPAM, reader="bad")

    assert reasons(session, now, trusting(), **given) != [] or "trust_after" in off
    assert reasons(session, now, trusting(**off), **given) == []


def test_all_reasons_are_given_in_the_order_of_the_table_and_the_severest_counts(session, now):
    make_moderator(session, now)
    switches.hold_all(session, True, None, now)
    for name in lists.NAMES:
        lists.change(session, name, f"{name}\nmore*", None, now)
    blocks.add(session, Barred("name", "alice", Status.PENDING.value, None), "", None, now)
    content = f"{TWO_LINKS} held spam, moreover."
    for status in [Status.SPAM] * 3:
        sent(session, now, status, reader="r")
    sent(session, now, content=content, reader="r")

    verdict = judge(
        session,
        now,
        Rulebook(),
        thread=make_thread(),
        author_name="Alice",
        content=content,
        reader="r",
        trap="x",
        seconds=0.5,
    )

    assert verdict.status == Status.SPAM
    assert not verdict.nudge
    assert verdict.reasons == (
        "everything-is-held",
        "thread-is-held",
        "trap",
        "too-fast",
        "blocked:name",
        "links:2",
        "held-words:held, more*",
        "staff-name:Alice",
        "repeat",
        "recent-record:3/4",
        "new-commenter",
        "spam-words:spam, more*",
    )
    codes = [code.replace("-", "_") for code in rules.codes_of(verdict.reasons)]
    assert codes == ORDER[1:]


@ON_SQLITE
@pytest.mark.parametrize(
    ("given", "nudge"),
    [
        ({"content": TWO_LINKS}, True),
        ({"content": "Again.", "reader": "r"}, True),
        ({"content": TWO_LINKS, "seconds": 0.5}, False),
        ({"content": TWO_LINKS, "trap": "x"}, False),
        ({"seconds": 0.5}, False),
        ({}, False),
    ],
)
def test_only_what_she_can_mend_is_worth_a_nudge(session, now, given, nudge):
    sent(session, now, content="Again.", reader="r")

    assert judge(session, now, **given).nudge == nudge


@ON_SQLITE
def test_a_long_list_of_words_is_cut_in_the_reason(session, now):
    entries = [f"word{letter}" for letter in "abcdefghij"]
    lists.change(session, "held", "\n".join(entries), None, now)

    (reason,) = reasons(session, now, content=" ".join(entries))

    assert reason == "held-words:" + ", ".join([*entries[:8], "…"])


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("everything-is-held", "Every comment is held."),
        ("links:3", "It has 3 links."),
        ("links", "It has many links."),
        ("held-words:casino, cheap pills", "Words to look at: casino, cheap pills"),
        ("held-words:50%", "Words to look at: 50%"),
        ("staff-name:Alice", "The name looks like “Alice”."),
        ("blocked:name, address", "Blocked by name, network."),
        ("recent-record:2/3", "Of the last 3 comments of this person, 2 were rejected."),
        ("a-rule-of-old", "a-rule-of-old"),
    ],
)
def test_a_reason_can_be_said(reason, words):
    assert rules.words(reason, "en") == words


def test_every_rule_has_words_with_and_without_a_detail():
    for name in ORDER[1:]:
        code = name.replace("_", "-")
        assert rules.words(code, "en").endswith("."), code


@pytest.fixture
def asked(database):
    """Notes every statement that the database is asked, with its values."""
    statements = []

    def note(_connection, _cursor, statement, values, *_):
        statements.append((statement, values))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(database.engine, "before_cursor_execute", note)


def test_one_statement_asks_the_database_all(session, now, asked):
    book = trusting()
    judge(session, now, book)  # reads lists and blocks
    asked.clear()

    judge(session, now, book, reader="r", identity_id=1)

    assert len(asked) == 1


@ON_SQLITE
def test_of_the_comments_it_reads_only_what_an_index_finds(session, now, asked):
    book = trusting()
    judge(session, now, book)
    asked.clear()
    judge(session, now, book, reader="r", identity_id=1)
    statement, values = asked[0]

    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()

    steps = [row[-1] for row in plan]
    assert any("comments USING INDEX ix_comments_said_created" in step for step in steps)
    assert not any("SCAN comments" in step or "ix_comments_status" in step for step in steps)
