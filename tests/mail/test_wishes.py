"""What somebody may ask to be told of, and what is said when it is wrong."""

from __future__ import annotations

import pytest

from comments_api.errors import InvalidDraft, UnknownThread
from comments_api.mail import wishes
from comments_api.mail.subscriptions import Wish
from comments_api.models import Pace, Scope
from tests.factories import THREAD

BOB = "bob@example.org"


@pytest.mark.parametrize(
    ("fields", "wish"),
    [
        ({"email": f" {BOB} "}, Wish(BOB, Scope.POSTS, "en")),
        ({"email": BOB, "thread": THREAD}, Wish(BOB, Scope.THREAD, "en", THREAD)),
        ({"email": BOB, "scope": "posts", "thread": THREAD}, Wish(BOB, Scope.POSTS, "en")),
        ({"email": BOB, "pace": "daily"}, Wish(BOB, Scope.POSTS, "en", pace=Pace.DAILY)),
        ({"email": BOB, "lang": "xx"}, Wish(BOB, Scope.POSTS, "en")),
        ({"email": BOB, "scope": None, "pace": None}, Wish(BOB, Scope.POSTS, "en")),
    ],
)
def test_fields_make_a_wish(manifest, fields, wish):
    assert wishes.check(fields, manifest, "en") == wish


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"email"}),
        ({"email": "bob"}, {"email"}),
        ({"email": "bob@example.org\r\nBcc: x@y.org"}, {"email"}),
        ({"email": "bøb@example.org"}, {"email"}),
        ({"email": 7}, {"email"}),
        ({"email": BOB, "scope": "replies"}, {"scope"}),
        ({"email": BOB, "scope": ["thread"]}, {"scope"}),
        ({"email": BOB, "pace": "never"}, {"pace"}),
        ({"email": "", "scope": "x", "pace": "y"}, {"email", "scope", "pace"}),
    ],
)
def test_each_field_that_is_wrong_is_named(manifest, fields, wrong):
    with pytest.raises(InvalidDraft) as error:
        wishes.check(fields, manifest, "en")

    assert set(error.value.errors) == wrong


@pytest.mark.parametrize("thread", ["post-x", ""])
def test_a_thread_that_no_page_has_is_refused(manifest, thread):
    with pytest.raises(UnknownThread):
        wishes.check({"email": BOB, "scope": "thread", "thread": thread}, manifest, "en")


# -- beside a comment -------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", None, "replies", "thread"])
def test_a_choice_beside_a_comment_is_taken(value):
    assert wishes.check_choice(value, BOB, "en", mails=True) == (value or "")


@pytest.mark.parametrize(
    ("value", "email", "mails", "wrong"),
    [
        ("replies", "", True, "author_email"),
        ("replies", "bøb@example.org", True, "author_email"),
        ("replies", BOB, False, "follow"),
        ("all", BOB, True, "follow"),
        (["replies"], BOB, True, "follow"),
    ],
)
def test_a_choice_that_would_come_to_nothing_is_refused(value, email, mails, wrong):
    with pytest.raises(InvalidDraft) as error:
        wishes.check_choice(value, email, "en", mails=mails)

    assert set(error.value.errors) == {wrong}


@pytest.mark.parametrize(
    ("choice", "scopes"),
    [("replies", [Scope.REPLIES]), ("thread", [Scope.REPLIES, Scope.THREAD])],
)
def test_who_wants_everything_wants_answers_too(choice, scopes):
    made = wishes.of_choice(choice, BOB, "en", THREAD, 7)

    assert [one.scope for one in made] == scopes
    assert made[0].comment_id == 7
