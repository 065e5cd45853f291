"""Signed links that decide: what one says, and that nobody else can write one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer

from comments_api.errors import BadLink
from comments_api.mail import decision_links, links
from comments_api.mail.decision_links import ACTIONS, LIFE, Link
from tests.http.conftest import SECRET


@pytest.fixture
def made(now):
    """A link for each action on a comment."""
    return decision_links.tokens(SECRET, 12, 3, 4, now)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_link_says_who_may_do_what_to_which_version_until_when(made, now, action):
    assert decision_links.read(SECRET, made[action]) == Link(action, 12, 3, 4, now + LIFE)


def test_it_lasts_for_three_days(made, now):
    assert decision_links.read(SECRET, made["spam"]).ends - now == timedelta(days=3)


@pytest.mark.parametrize(
    "token",
    [
        *("", "x", "x.y", "é", "..", "\x00"),
        links.end_token(SECRET, [0, 12, 3, 4, 99]),  # signed by us, to end mail
        URLSafeSerializer(SECRET).dumps([0, 12, 3, 4, 99]),  # and for nothing at all
    ],
)
def test_what_we_did_not_write_for_this_is_refused(token):
    with pytest.raises(BadLink):
        decision_links.read(SECRET, token)


def test_another_sites_secret_makes_no_link_of_ours(now):
    token = decision_links.tokens("another secret of thirty-two chars", 12, 3, 4, now)["approve"]

    with pytest.raises(BadLink):
        decision_links.read(SECRET, token)


def test_a_link_to_trash_cannot_be_made_one_to_approve(made):
    approve, trash = (made[action].partition(".") for action in ("approve", "trash"))

    assert approve[0] != trash[0]
    with pytest.raises(BadLink):
        decision_links.read(SECRET, f"{approve[0]}.{trash[2]}")


def test_a_link_cannot_end_mail(made):
    with pytest.raises(BadLink):
        links.subscriptions_in(SECRET, made["approve"])
