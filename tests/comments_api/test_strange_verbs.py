"""Strange texts through the verbs that take words: kept whole, or refused by field.

All ten thousand pass the checks on which the verbs stand; a part of them goes through the verbs
and into both kinds of database. New comments: tests/http/test_strange_texts.py.
"""

from __future__ import annotations

import pytest

from comments_api import complaints, decisions, editing, replies
from comments_api.drafts import check_text
from comments_api.errors import InvalidDraft, UnknownThread
from comments_api.mail import wishes
from comments_api.models import Comment, Reply, Status
from comments_api.rules import Rulebook
from tests.comments_api.judging import OPEN, trusting
from tests.factories import (
    ANSWER,
    make_comment,
    make_letter,
    make_manifest,
    make_moderator,
)
from tests.http.hostile import demand_inert_body
from tests.http.reading import parse
from tests.strange import different, kept

STRANGE = different(10_000)
MOST = len(STRANGE) // 2  # so many are taken at least
PART = STRANGE[3::31]  # of every kind
BOB = "hash of Bob's cookie"


def tried(act, *given):
    """Return what a verb returns, and the fields that it refuses by name: one of them is empty."""
    try:
        return act(*given), set()
    except InvalidDraft as error:
        return None, set(error.errors) if error.errors and all(error.errors.values()) else {"?"}


def demand_inert(html):
    """Demand that a comment's HTML is safe as a browser reads it."""
    demand_inert_body(parse(f"<div>{html}</div>").find(".//div"))


@pytest.fixture
def edited(session, now):
    """Gives one comment of Bob's each of the texts, and returns how many it took."""

    def run(texts, status, rules):
        number = make_comment(session, now, status, reader=BOB).id
        return sum(_edited(session, number, text, rules, now) for text in texts)

    return run


def _edited(session, number, text, rules, now):
    change = editing.Change(text, BOB, as_it_is=True)
    own, wrong = tried(editing.edit, session, number, change, rules, OPEN, now)
    if own is None:
        assert wrong == {"content"}
        return False
    session.expire_all()  # what is in the database counts
    assert own.source == kept(text)
    demand_inert(own.html)
    return True


@pytest.mark.parametrize(
    ("status", "rules"),
    [
        (Status.PENDING, Rulebook()),  # a comment that waits
        (Status.APPROVED, trusting()),  # one that is public, and stays so
        (Status.APPROVED, Rulebook()),  # one whose new text waits beside the old one
    ],
    ids=["held", "public", "waiting"],
)
def test_an_edit_is_kept_as_it_was_typed_or_refused_by_name(edited, status, rules):
    assert edited(PART[::2], status, rules) > len(PART) // 4


def test_a_moderators_reply_is_kept_as_it_was_typed_or_refused_by_name(session, now):
    above, alice = make_comment(session, now), make_moderator(session, now)
    wanted = {}
    for text in dict.fromkeys(" ".join(text.casefold().split()) for text in PART):
        given = (session, above.id, above.version, alice, text, now)
        answer, wrong = tried(decisions.reply, *given)
        assert wrong <= {"content"}
        if answer is not None:
            wanted[answer.id] = kept(text)
            demand_inert(answer.rendered)
    session.expire_all()

    stored = {number: session.get_one(Comment, number).source for number in wanted}

    assert stored == wanted
    assert len(wanted) > len(PART) // 2


def test_a_marked_answer_is_kept_as_it_was_typed(session, now):
    manifest, alice = make_manifest(make_letter()), make_moderator(session, now)
    comment = make_comment(session, now)
    for text in PART:
        given = (comment.id, comment.version, {**ANSWER, "text": text}, alice.id, now)
        marked, wrong = tried(replies.mark, session, manifest, *given)
        assert wrong <= {"text"}
        if marked is not None:
            session.flush()
            reply = session.get_one(Reply, comment.id, populate_existing=True)
            assert reply.text == kept(text)
            demand_inert(reply.rendered)


def test_a_complaint_is_kept_as_it_was_typed(session, now):
    number = make_comment(session, now).id
    for text in PART:
        said, wrong = tried(complaints.check, {"reason": "abuse", "words": text}, "en")
        assert wrong <= {"words"}
        if said is not None:
            stored = complaints.complain(session, number, said, [], now)
            session.expire(stored)
            assert stored.words == kept(text)


# -- the checks alone, of everything --------------------------------------------------------------


def test_every_text_of_a_comment_is_kept_or_refused_by_name():
    taken = 0
    for text in STRANGE:
        found, wrong = tried(check_text, text, "en")
        assert wrong <= {"content"}
        if found is not None:
            assert found[0] == kept(text)
            taken += 1

    assert taken > MOST


def test_every_field_of_a_marked_answer_is_kept_or_refused_by_name(now):
    letters, taken = [make_letter()], 0
    for text in STRANGE:
        _, wrong = tried(replies.check, dict.fromkeys(replies.FIELDS, text), letters, now, "en")
        assert wrong >= {"target", "day", "outcome", "permission"}
        if "text" not in wrong:
            answer = replies.check({**ANSWER, "text": text}, letters, now, "en")
            assert answer.text == kept(text)
            taken += 1

    assert taken > MOST


def test_every_field_of_a_complaint_is_kept_or_refused_by_name():
    taken = {"words": 0, "email": 0}
    for text in STRANGE:
        _, wrong = tried(complaints.check, dict.fromkeys(("reason", *taken), text), "en")
        assert "reason" in wrong
        for field in taken.keys() - wrong:
            said = complaints.check({"reason": "abuse", field: text}, "en")
            assert getattr(said, field) == kept(text)
            taken[field] += 1

    assert taken["words"] > MOST
    assert taken["email"] > 20


def test_every_field_of_a_wish_for_mail_is_kept_or_refused_by_name():
    manifest, taken = make_manifest(), 0
    for text in STRANGE:
        _, wrong = tried(wishes.check, dict.fromkeys(wishes.FIELDS, text), manifest, "en")
        assert wrong >= {"scope", "pace"}
        for email in (text, f"{text}@example.org"):
            wish, wrong = tried(wishes.check, {"email": email, "lang": text}, manifest, "en")
            assert wrong <= {"email"}
            if wish is not None:
                assert (wish.email, wish.lang) == (kept(email), "en")
                taken += 1

    assert taken > 20


def test_no_strange_text_names_a_thread():
    manifest = make_manifest()
    for text in filter(kept, STRANGE):  # what is empty names none, and asks for all posts
        with pytest.raises(UnknownThread):
            wishes.check({"email": "bob@example.org", "thread": text}, manifest, "en")
