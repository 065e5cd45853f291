"""What stands beside a comment for a moderator: its author's history, notes, texts, reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import bulk, decisions, identities, notes, queue, replies, rewriting, undoing
from comments_api.models import Comment, DirtyRegion, Edit, Reply, Status, Thread
from comments_api.offending import words
from tests.factories import ANSWER, make_comment, make_letter, make_manifest, make_moderator

TEXT = {"rendered": "<p>x</p>\n", "renderer": "1"}


@pytest.fixture
def alice(session, now):
    return make_moderator(session, now)


@pytest.fixture
def card(session):
    """Returns the card of a comment, as it is stored."""

    def read(comment):
        session.flush()
        session.expire_all()
        return queue.card(session, make_manifest(make_letter()), comment.id)

    return read


@pytest.fixture
def stored(session, now):
    """Stores a comment so many minutes after the first, by a browser, with an address."""

    def make(status=Status.PENDING, minutes=0, **fields):
        return make_comment(session, now + timedelta(minutes=minutes), status, **fields)

    return make


# -- the author's history ---------------------------------------------------------------------


def numbers(history):
    return (history.by, history.approved, history.held, history.rejected)


def test_whoever_is_verified_is_known_by_that_whatever_she_calls_herself(
    session, now, stored, card
):
    bob = identities.introduce(session, "r", "email", "b@x.org", "b@x.org", "Bob", now)
    statuses = (Status.APPROVED, Status.APPROVED, Status.SPAM, Status.TRASH, Status.PENDING)
    hers = [stored(one, minutes=5, author_name="Rob") for one in statuses]
    last = stored(minutes=9, author_email="b@x.org", author_name="Bob")
    for comment in (*hers, last):
        comment.identity_id = bob.id
    stored(Status.SPAM, author_email="b@x.org")  # anybody can type that address

    history = card(last).history

    assert numbers(history) == ("identity", 2, 2, 2)
    assert history.total == 6
    assert history.first == now + timedelta(minutes=5)
    assert history.names == ["Rob"]


def test_else_by_the_address_that_was_typed(stored, card):
    stored(Status.APPROVED, author_email="b@x.org", reader="other")
    stored(Status.APPROVED, author_email="c@x.org", reader="same")
    last = stored(author_email="b@x.org", reader="same")

    assert numbers(card(last).history) == ("email", 1, 1, 0)


def test_else_by_the_browser(stored, card):
    stored(Status.TRASH, author_email="b@x.org", reader="same", author_name="Rob")
    stored(Status.APPROVED, reader="other")
    last = stored(reader="same")

    history = card(last).history

    assert numbers(history) == ("reader", 0, 1, 1)
    assert history.names == ["Rob"]


def test_never_by_a_name_alone(stored, card):
    stored(Status.APPROVED, author_name="Bob")

    assert card(stored(author_name="Bob")).history is None


def test_a_moderator_has_none_and_is_in_nobodys(session, now, alice, stored, card):
    asked = stored(reader="same")
    answer = decisions.reply(session, asked.id, 1, alice, "Thank you.", now)
    answer.reader = "same"

    assert card(answer).history is None
    assert numbers(card(asked).history) == ("reader", 1, 0, 0)


def test_names_come_by_how_often_they_were_used_and_not_without_end(stored, card):
    for name, times in {"Rob": 1, "Robert": 3, "": 0}.items():
        for _ in range(times):
            stored(reader="same", author_name=name)
    for number in range(9):
        stored(reader="same", author_name=f"X{number}")
    last = stored(reader="same", author_name="Bob")

    assert card(last).history.names == ["Robert", "Rob", *(f"X{number}" for number in range(6))]


# -- notes, texts, a closed thread ------------------------------------------------------------


def test_notes_stand_there_with_who_wrote_them(session, now, alice, stored, card):
    comment = stored()
    for text in ("Is this true?", "It is."):
        notes.add(session, comment.id, text, alice.id, now)

    found = card(comment).notes

    assert [(one.text, one.moderator.name) for one in found] == [
        ("Is this true?", "Alice"),
        ("It is.", "Alice"),
    ]
    assert card(stored()).notes == []


def test_earlier_texts_stand_there_in_their_order(session, now, alice, stored, card):
    comment = stored(Status.APPROVED, content="One.")
    for text in ("Two.", "Three."):
        values = {"content": text}
        version = comment.version
        rewriting.rewrite(session, comment.id, version, values, "layout", alice.id, now)

    assert [one.source for one in card(comment).revisions] == ["One.", "Two."]
    assert list(card(stored()).revisions) == []


def test_it_says_that_its_thread_was_closed(session, now, stored, card):
    comment = stored()
    assert card(comment).closed is None

    session.execute(sa.update(Thread).values(closed=now))

    assert card(comment).closed == now


# -- what can be undone -----------------------------------------------------------------------


def test_the_last_decision_can_be_undone_until_another_comes(session, now, alice, stored, card):
    comment = stored()
    assert card(comment).undo is None

    decisions.decide(session, comment.id, "approve", 1, alice.id, now, batch="first")
    assert card(comment).undo == "first"
    decisions.decide(session, comment.id, "spam", 2, alice.id, now, batch="second")
    assert card(comment).undo == "second"
    undoing.undo(session, "second", alice.id, now, new_batch="third")
    assert card(comment).undo == "third"


def test_what_moved_on_by_itself_cannot_be_undone(session, now, alice, stored, card):
    comment = stored()
    decisions.decide(session, comment.id, "approve", 1, alice.id, now, batch="first")

    comment.version += 1

    assert card(comment).undo is None


def test_of_a_batch_all_can_be_undone_or_none(session, now, alice, stored, card):
    one, other = stored(), stored()
    bulk.decide_all(session, "approve", [(one.id, 1), (other.id, 1)], alice.id, now, "both")
    assert [card(one).undo, card(other).undo] == ["both", "both"]

    decisions.decide(session, other.id, "hold", 2, alice.id, now, batch="next")

    assert [card(one).undo, card(other).undo] == [None, "next"]


def test_a_reply_is_undone_with_what_it_approved(session, now, alice, stored, card):
    asked = stored()
    answer = decisions.reply(session, asked.id, 1, alice, "Thank you.", now, batch="both")

    assert [card(asked).undo, card(answer).undo] == ["both", "both"]


# -- the words that are meant -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("casino", "The best Casino, here.", ["Casino"]),
        ("casino", "CÁSINO! casino.", ["CÁSINO"]),
        ("casino royale", "At the (casino  royale).", ["casino  royale"]),
        ("loan*", "Quick loans and loaned money", ["loans"]),
        ("viagra", "Now v i a g r a for all", ["v i a g r a"]),
        ("viagra", "Now v.i.a.g.r.a for all", ["v.i.a.g.r.a"]),
        ("viagra", "Now v1agra for all", ["v1agra"]),
        ("viagra", "Now vіagrа for all", ["vіagrа"]),  # with Cyrillic letters
        ("kent.example", "See kent.example/loans today", ["kent.example/loans"]),
        ("casino", "Casinos are closed.", []),
        ("casino", "", []),
    ],
)
def test_an_entry_is_shown_as_it_stands_in_the_text(entry, text, found):
    assert words([f"held-words:{entry}"], [text]) == found


def test_it_is_found_in_a_long_text_wherever_it_stands():
    before = "I wrote to them about it. " * 300

    for hidden in ("viagra", "v i a g r a", "v1agra"):
        assert words(["spam-words:viagra"], [f"{before}{hidden} {before}"]) == [hidden]


def test_all_entries_of_all_reasons_are_shown_once():
    reasons = ["links:3", "held-words:loan, casino, …", "spam-words:loan, *, x, y"]

    assert words(reasons, ["A casino loan", "loan"]) == ["loan", "casino"]


def test_other_reasons_name_no_words():
    assert words(["links:3", "staff-name:Alice", "held-words"], ["Alice has held words"]) == []


def test_they_are_found_in_every_field_and_in_what_markup_hides(session, stored, card):
    comment = stored(
        author_name="Casino Joe", author_url="https://loans.example/", content="vi**ag**ra"
    )
    comment.reasons = ["held-words:casino, viagra", "spam-words:loans.example"]

    assert card(comment).offending == ["Casino", "viagra", "https://loans.example/"]


def test_of_an_edit_those_of_the_edit_are_shown(session, now, alice, stored, card):
    comment = stored(content="A casino.")
    comment.reasons = ["held-words:casino"]
    decisions.decide(session, comment.id, "approve", 1, alice.id, now)
    assert card(comment).offending == []

    edit = Edit(comment_id=comment.id, source="A loan.", created=now, **TEXT)
    edit.reasons = ["held-words:loan"]
    session.add(edit)

    assert card(comment).offending == ["loan"]


# -- few questions ----------------------------------------------------------------------------


@pytest.fixture
def asked(database):
    """Notes every statement that the database is asked."""
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(database.engine, "before_cursor_execute", note)


def test_fifty_cards_ask_as_much_as_one(session, now, alice, stored, asked):
    manifest = make_manifest(make_letter())
    parent = stored(Status.APPROVED)
    for number in range(50):
        every = {"author_email": f"{number}@x.org"} if number % 3 == 0 else {"reader": f"r{number}"}
        comment = stored(parent=parent.id, author_name=f"Bob {number}", **every)
        notes.add(session, comment.id, "A note.", alice.id, now)
        comment.reasons = ["held-words:wrote"]
    decided = stored(minutes=-5)
    replies.mark(session, manifest, decided.id, 1, ANSWER, alice.id, now)
    person = identities.introduce(session, "r", "email", "b@x.org", "b@x.org", "Bob", now)
    session.execute(
        sa.update(Comment).where(Comment.id == decided.id).values(identity_id=person.id)
    )
    session.add(Edit(comment_id=decided.id, source="x", reasons=[], created=now, **TEXT))
    session.add(DirtyRegion(kind="thread", key="x", since=now, due=now, error="full"))
    session.flush()
    assert session.get(Reply, decided.id)
    session.expunge_all()
    wanted = queue.Wanted.of({})

    asked.clear()
    many = queue.find(session, manifest, wanted, alice.id).cards
    for_many = len(asked)
    asked.clear()
    one = queue.find(session, manifest, wanted, alice.id, most=1).cards

    assert (len(many), len(one)) == (50, 1)
    assert all(card.notes and card.history and card.parent for card in many[1:])
    assert for_many <= 17
    assert abs(for_many - len(asked)) <= 2  # one for each way in which authors are known
