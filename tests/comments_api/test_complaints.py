"""A reader asks the moderators to look at a comment, and they say when they have."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from comments_api import complaints, queue
from comments_api.errors import ImpossibleDecision, InvalidDraft, NotOnPage, TooMany, UnknownComment
from comments_api.limits import Limit
from comments_api.models import Comment, Complaint, Decision, Outbox, Status
from comments_api.wanted import Wanted
from tests.factories import make_comment, make_manifest, make_moderator

ABUSE = {"reason": "abuse"}
REPORTED = Wanted.of({"tab": "reported"})
NOTICE = {
    "reason": "legal",
    "words": "The second sentence is a lie about me.",
    "email": "carol@example.org",
}


@pytest.fixture
def complain(session, now):
    """Files a complaint some minutes after the comment."""

    def filed(comment, fields=ABUSE, minutes=1, limits=()):
        said = complaints.check(fields, "en")
        at = now + timedelta(minutes=minutes)
        return complaints.complain(session, comment.id, said, limits, at)

    return filed


def settle(session, comment, seen, now):
    return complaints.settle(session, comment.id, seen, make_moderator(session, now).id, now)


def test_it_is_stored_and_the_moderators_are_told(session, now, complain):
    comment = make_comment(session, now)
    session.execute(sa.delete(Outbox))

    complaint = complain(comment, {"reason": "private", "words": " My address. ", "email": ""})

    assert (complaint.comment_id, complaint.reason) == (comment.id, "private")
    assert (complaint.words, complaint.email, complaint.settled) == ("My address.", "", None)
    [mail] = session.scalars(sa.select(Outbox)).all()
    assert (mail.kind, mail.comment_id) == ("complained", comment.id)
    assert mail.payload == {"complaint": complaint.id, "legal": False}


def test_the_comment_stays_as_it_is(session, now, complain):
    comment = make_comment(session, now)
    version = comment.version

    complain(comment, NOTICE)

    assert (comment.status, comment.version) == ("approved", version)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.APPROVED}))
def test_only_what_is_public_can_be_reported(session, now, complain, status):
    with pytest.raises(NotOnPage):
        complain(make_comment(session, now, status))


def test_there_must_be_such_a_comment(complain):
    with pytest.raises(NotOnPage):
        complain(Comment(id=4711))


def test_a_limit_that_is_used_up_refuses(session, now, complain):
    comment = make_comment(session, now)
    limits = [Limit("complain", 1, 3600)]
    complain(comment, limits=limits)

    with pytest.raises(TooMany):
        complain(comment, limits=limits)


@pytest.mark.parametrize("reason", complaints.REASONS)
def test_every_reason_has_words(reason):
    assert complaints.words(reason, "en") != reason


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ["reason"]),
        ({"reason": "I do not like it"}, ["reason"]),
        ({"reason": ["spam"]}, ["reason"]),
        ({"reason": "spam", "words": 7}, ["words"]),
        ({"reason": "spam", "words": "x" * 5_001}, ["words"]),
        ({"reason": "spam", "words": "\x00"}, ["words"]),
        ({"reason": "spam", "email": "carol"}, ["email"]),
        ({"reason": "spam", "email": "a@b.c\nBcc: d@e.f"}, ["email"]),
        ({"reason": "legal"}, ["words", "email"]),
        ({**NOTICE, "words": "\u200b \n"}, ["words"]),
        ({**NOTICE, "email": " "}, ["email"]),
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_said_field_by_field(fields, wrong):
    with pytest.raises(InvalidDraft) as caught:
        complaints.check(fields, "en")

    assert sorted(caught.value.errors) == sorted(wrong)


def test_words_and_address_are_wanted_for_a_notice_only():
    assert complaints.check({"reason": "spam", "words": None}, "en").words == ""
    assert complaints.check(NOTICE, "en").email == "carol@example.org"


def test_a_moderator_settles_what_she_saw(session, now, complain):
    comment, alice = make_comment(session, now), make_moderator(session, now)
    seen = [complain(comment), complain(comment, NOTICE)]
    later = complain(comment)

    settle(session, comment, seen[-1].id, now)

    assert [(one.settled, one.moderator_id) for one in seen] == [(now, alice.id)] * 2
    assert complaints.of_comments(session, [comment.id]) == {comment.id: [later]}
    line = session.scalars(sa.select(Decision).order_by(Decision.id.desc())).first()
    assert (line.action, line.moderator_id) == ("settle", alice.id)
    assert (line.from_status, line.to_status, line.version) == ("approved", "approved", 2)


def test_it_is_settled_once(session, now, complain):
    comment = make_comment(session, now)
    complaint = complain(comment)
    settle(session, comment, complaint.id, now)

    with pytest.raises(ImpossibleDecision):
        settle(session, comment, complaint.id, now)


def test_of_no_comment_nothing_is_settled(session, now):
    with pytest.raises(UnknownComment):
        settle(session, Comment(id=4711), 1, now)


def test_the_tab_has_notices_first_then_the_oldest(session, now, complain):
    first, second, third, _quiet = [make_comment(session, now) for _ in range(4)]
    for comment, fields in ((second, ABUSE), (first, ABUSE), (second, ABUSE), (third, NOTICE)):
        complain(comment, fields)

    found = queue.find(session, make_manifest(), REPORTED, 1)

    assert [card.comment.id for card in found.cards] == [third.id, second.id, first.id]
    assert [len(card.complaints) for card in found.cards] == [1, 2, 1]
    assert queue.counts(session)["reported"] == 3


def test_of_one_comment_the_notice_stands_first(session, now, complain):
    comment = make_comment(session, now)
    abuse, notice = complain(comment), complain(comment, NOTICE)

    assert complaints.of_comments(session, [comment.id])[comment.id] == [notice, abuse]


def test_what_was_settled_is_in_no_tab(session, now, complain):
    comment = make_comment(session, now)
    settle(session, comment, complain(comment).id, now)

    assert queue.find(session, make_manifest(), REPORTED, 1).cards == []
    assert queue.counts(session)["reported"] == 0
    assert session.scalars(sa.select(sa.func.count()).select_from(Complaint)).one() == 1
