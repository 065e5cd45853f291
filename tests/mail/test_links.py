"""Signed links that end mail."""

from __future__ import annotations

import pytest
from itsdangerous import URLSafeSerializer

from comments_api.errors import BadLink
from comments_api.mail import links
from tests.http.conftest import SECRET


def test_a_link_names_what_it_ends_and_nobody():
    token = links.end_token(SECRET, [1, 20])

    assert links.subscriptions_in(SECRET, token) == [1, 20]
    assert "@" not in token


@pytest.mark.parametrize(
    "token",
    [
        *("", "x", "x.y", "é", "..", "\x00"),
        links.end_token(SECRET, [1])[1:],
        links.end_token("another secret of thirty-two chars", [1]),
        URLSafeSerializer(SECRET).dumps([1]),  # signed by us, for another purpose
    ],
)
def test_what_we_did_not_write_is_refused(token):
    with pytest.raises(BadLink):
        links.subscriptions_in(SECRET, token)


def test_the_ids_cannot_be_changed():
    head, _dot, signature = links.end_token(SECRET, [1]).partition(".")
    other = links.end_token(SECRET, [2]).partition(".")[0]

    assert head != other
    with pytest.raises(BadLink):
        links.subscriptions_in(SECRET, f"{other}.{signature}")
