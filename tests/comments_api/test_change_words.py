"""Changes of settings in words, for the record and the page of rules."""

from __future__ import annotations

import pytest

from comments_api.change_words import words

NAMES = {3: "Carol"}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("hold-all:on", "Hold everything: on"),
        ("hold-all:off", "Hold everything: off"),
        ("close-all:on", "Close everything: on"),
        ("close-at:2026-12-31 18:00", "Close everything at 2026-12-31 18:00"),
        ("close-at:", "Close everything at a time: taken back"),
        ("words:held", "List changed: Words to look at"),
        ("block:email:7", "Blocked by E-mail"),
        ("unblock:address:7", "Block taken back: Network"),
        ("close-thread:post-the-vote", "Comments closed: post-the-vote"),
        ("open-thread:post-the-vote", "Comments open again: post-the-vote"),
        ("invite:3:moderator", "Carol invited as moderator"),
        ("role:3:owner", "Carol is owner now"),
        ("remove-person:3", "Carol removed"),
        ("new-link:3", "New sign-in link for Carol"),
        ("password:3", "Password of Carol changed"),
        ("second-factor-on:3", "Second factor of Carol: on"),
        ("recovery:3", "New recovery codes for Carol"),
        ("remove-person:99", "#99 removed"),
        ("role:x:king", "#x is king now"),
        ("something-old:5", "something-old:5"),
        ("words:gone", "words:gone"),
        ("", ""),
    ],
)
def test_a_code_is_said_as_a_person_would(code, sentence):
    assert words(code, "en", NAMES) == sentence


def test_it_is_said_in_the_language_of_who_reads():
    assert words("close-all:on", "fr", NAMES) != words("close-all:on", "en", NAMES)
