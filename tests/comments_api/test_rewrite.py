"""A moderator edits a comment: readers see that she did, and nothing that was said is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import decisions, editing, markup, own, rewriting, rows, rules, searching
from comments_api.comments import fingerprint_of
from comments_api.editing import Change
from comments_api.errors import ImpossibleDecision, InvalidDraft, NotEditable, StaleDecision
from comments_api.models import Decision, DirtyRegion, Memento, Outbox, Revision, Status
from comments_api.rules import Numbers, Rulebook
from comments_api.undoing import undo
from tests.factories import THREAD, make_comment, make_moderator, make_reply, make_thread

BOB = "hash of Bob's cookie"
OPEN = make_thread(mode="open")
TRUSTING = Rulebook(Numbers(trust_after=0))


@pytest.fixture
def rewrite(session, now):
    def rewritten(comment, reason="personal", version=None, **values):
        alice = make_moderator(session, now)
        version = comment.version if version is None else version
        values = values or {"content": "Call her at …"}
        later = now + timedelta(minutes=1)
        about = (comment.id, version, values, reason, alice.id, later)
        return rewriting.rewrite(session, *about)

    return rewritten


def test_the_new_text_name_and_website_take_the_place_of_the_old(session, now, rewrite):
    comment = make_comment(session, now, content="Call her at 0123.")

    rewrite(comment, author_name="Bobby", author_url="https://bob.example/", content="Call *her*.")
    session.flush()

    (row,) = rows.of_thread(session.connection(), THREAD)
    assert (row.author_name, row.author_url) == ("Bobby", "https://bob.example/")
    assert row.html == markup.render("Call *her*.")
    assert (row.edited, row.edited_by_staff) == (now + timedelta(minutes=1), True)
    assert comment.fingerprint == fingerprint_of(comment)
    assert comment.said == rules.said("Call *her*.")
    assert comment.folded == searching.of(comment)


def test_what_is_left_out_stays(session, now, rewrite):
    comment = make_comment(session, now, author_url="https://bob.example/", content="Old.")

    rewrite(comment, content="New.")

    assert (comment.author_name, comment.author_url) == ("Bob", "https://bob.example/")


def test_undone_it_is_found_by_its_old_text_and_by_no_network_that_was_forgotten(
    session, now, rewrite
):
    comment = make_comment(session, now, content="Old.")
    comment.address_block = "192.0.2.0/24"
    comment.fingerprint = hers = fingerprint_of(comment)
    rewrite(comment, content="New.")
    last = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    (kept,) = session.scalars(sa.select(Memento.before))
    comment.address_block = None  # after 30 days

    undo(session, last.batch, last.moderator_id, now)

    assert hers not in str(kept)
    assert comment.fingerprint == fingerprint_of(comment) != hers
    assert comment.said == rules.said("Old.")


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED])
def test_colleagues_can_read_what_it_said(session, now, rewrite, status):
    comment = make_comment(session, now, status, content="The first.")
    rewrite(comment, content="The second.")
    rewrite(comment, content="The third.")

    kept = session.scalars(sa.select(Revision).order_by(Revision.number)).all()
    assert [(one.number, one.source) for one in kept] == [(1, "The first."), (2, "The second.")]
    assert {one.moderator_id for one in kept} == {make_moderator(session, now).id}


def test_the_record_says_why_and_never_what(session, now, rewrite):
    comment = make_comment(session, now)

    rewrite(comment, "legal")

    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.reasons) == ("rewrite", ["rewritten:legal"])
    assert (line.from_status, line.to_status) == ("approved", "approved")
    assert line.version == comment.version == 3
    assert rules.words("rewritten:legal", "en") == rewriting.words("en")["legal"]


@pytest.mark.parametrize(("status", "seen"), [(Status.APPROVED, True), (Status.PENDING, False)])
def test_pages_change_if_readers_see_it(session, now, rewrite, status, seen):
    comment = make_comment(session, now, status)
    for model in (DirtyRegion, Outbox):
        session.execute(sa.delete(model))

    rewrite(comment)

    assert bool(session.scalars(sa.select(DirtyRegion)).all()) == seen
    assert session.scalars(sa.select(Outbox)).all() == []


@pytest.mark.parametrize("status", [Status.SPAM, Status.TRASH, Status.WITHDRAWN])
def test_what_is_gone_is_not_edited(session, now, rewrite, status):
    with pytest.raises(ImpossibleDecision):
        rewrite(make_comment(session, now, status))


def test_an_answer_in_the_ledger_is_not_edited(session, now, rewrite):
    with pytest.raises(ImpossibleDecision):
        rewrite(make_reply(session, now))


def test_what_its_author_edits_is_decided_first(session, now, rewrite):
    comment = make_comment(session, now, Status.APPROVED, OPEN, reader=BOB)
    editing.edit(session, comment.id, Change("New.", BOB, as_it_is=True), Rulebook(), OPEN, now)
    session.flush()

    with pytest.raises(ImpossibleDecision):
        rewrite(comment)


def test_it_must_be_as_it_was_shown(session, now, rewrite):
    comment = make_comment(session, now)

    with pytest.raises(StaleDecision):
        rewrite(comment, version=1)


@pytest.mark.parametrize(
    ("values", "reason", "wrong"),
    [
        ({"content": ""}, "layout", {"content"}),
        ({"content": "x" * 10_001}, "layout", {"content"}),
        ({"author_name": "", "content": "> " * 45 + "x"}, "layout", {"author_name", "content"}),
        ({"author_url": "javascript:alert(1)"}, "layout", {"author_url"}),
        ({"content": "New."}, "because", {"reason"}),
        ({"author_name": "\u202eEvil"}, "", {"author_name", "reason"}),
        ({"content": "As it was."}, "layout", {"content"}),
    ],
)
def test_what_no_reader_may_write_no_moderator_may(session, now, rewrite, values, reason, wrong):
    comment = make_comment(session, now, content="As it was.")

    with pytest.raises(InvalidDraft) as caught:
        rewrite(comment, reason, **values)

    assert set(caught.value.errors) == wrong
    assert (comment.source, comment.version, comment.edited_by_staff) == ("As it was.", 2, False)


def test_the_rules_are_not_asked(session, now, rewrite):
    comment = make_comment(session, now)

    rewrite(comment, content="https://one.example https://two.example https://three.example")

    assert comment.status == Status.APPROVED


def test_what_a_moderator_took_out_its_author_does_not_put_back(session, now, rewrite):
    comment = make_comment(session, now, Status.APPROVED, OPEN, reader=BOB)
    rewrite(comment)

    look = own.look(session, comment.id, BOB, now + timedelta(minutes=2))
    assert not look.editable
    change = Change("Call her at 0123.", BOB)
    with pytest.raises(NotEditable):
        editing.edit(session, comment.id, change, TRUSTING, OPEN, now + timedelta(minutes=2))

    assert own.withdraw(session, comment.id, BOB, now + timedelta(minutes=3))


def test_an_authors_own_edit_is_hers(session, now):
    comment = make_comment(session, now, Status.APPROVED, OPEN, reader=BOB)
    change = Change("Mended.", BOB)
    editing.edit(session, comment.id, change, TRUSTING, OPEN, now + timedelta(minutes=2))

    assert comment.edited
    assert not comment.edited_by_staff


def test_a_hidden_comment_says_so_too_once_it_is_public(session, now, rewrite):
    comment = make_comment(session, now, Status.PENDING)
    rewrite(comment)
    alice = make_moderator(session, now).id

    decisions.decide(session, comment.id, "approve", comment.version, alice, now)
    session.flush()

    (row,) = rows.of_thread(session.connection(), THREAD)
    assert row.edited_by_staff
