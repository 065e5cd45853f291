"""Passwords: which ones are refused, and that nobody learns who is known."""

from __future__ import annotations

import pytest

from comments_api import passwords
from comments_api.errors import InvalidDraft

KNOWN = ("Alice Example", "alice@example.org", "Vote yes", "https://vote.example.org")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "123456789012345",
        "Password2026!!!!",
        "p4$$w0rdp4$$w0rd",
        "qwertyuiopasdfghjkl",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "correct horse battery staple",
        "Alice Example 2026",
        "ALICE@EXAMPLE.ORG1",
        "vote yes vote yes vote yes",
        "handbill campaign 1",
        "àlïcé éxàmplé 2026",
        "               ",
    ],
)
def test_what_everybody_would_try_first_is_refused(password):
    with pytest.raises(InvalidDraft, match="password") as refused:
        passwords.check(password, KNOWN, "en")

    assert "easy to guess" in refused.value.errors["password"]


@pytest.mark.parametrize(
    "password",
    [
        "a sentence nobody guesses",
        "my cat eats the post at noon",
        "kX9#mQ2!vL7pR4z",
        "918273645546372",
        "schöne Schuhe im Regen",
        "我喜欢在下雨的时候写信给市长们吧",
        "Alice would never eat a green tomato",
        "x " * 400 + "and so on, for a long while",
    ],
)
def test_a_sentence_of_her_own_is_taken_without_rules_for_signs(password):
    passwords.check(password, KNOWN, "en")


@pytest.mark.parametrize("password", ["", "kX9#mQ2!vL7pR4", "kX9#mQ2!vL7pR4z" * 100])
def test_too_short_and_too_long_ones_are_refused_by_their_length(password):
    with pytest.raises(InvalidDraft) as refused:
        passwords.check(password, (), "en")

    assert "15 characters or more" in refused.value.errors["password"]


def test_the_exact_characters_count():
    stored = passwords.new_hash("My cat eats the post ")

    assert passwords.verify(stored, "My cat eats the post ")
    assert not passwords.verify(stored, "my cat eats the post ")
    assert not passwords.verify(stored, "My cat eats the post")


@pytest.mark.parametrize("stored", [None, "", "no hash at all"])
def test_nobodys_password_is_no_password(stored):
    assert not passwords.verify(stored, "")
    assert not passwords.verify(stored, "a sentence nobody guesses")


def test_nothing_is_added_to_the_longest_one():
    longest = "x" * passwords.LENGTH[1]
    stored = passwords.new_hash(longest)

    assert passwords.verify(stored, longest)
    assert not passwords.verify(stored, longest + "y")
